/** Random programs run here and on QEMU; one that ends otherwise here is reduced to the steps that it takes, and explained. */
import { disassemble, registerName, floatRegisterName } from '../../../src/machine/isa';
import { interpreter } from '../../../src/machine/engine/interpret';
import type { Hart } from '../../../src/machine/hart/hart';
import { Chance } from '../../machine/engine/lockstep/chance';
import { onOurs, onQemu } from '../bare-program';
import { endCsrs, harness, registersAtEnd, type HarnessOptions } from './harness';
import type { Group } from './groups';
import { CODE, DATA, DATA_BYTES, LOG_WORDS, RECORDS, RECORDS_END, TRAP_WORDS } from './map';
import { recordOf, type RandomProgram } from './program';

/** Programs in one image, at most. */
const BATCH = 256;
/** Instructions for one program, the harness's 30,000 and what it prints included. */
const MOST_INSTRUCTIONS = 400_000;

/** The program of a group with this seed. */
export const programOf = (group: Group, seed: number): RandomProgram => group.make(seed, new Chance(seed));

function imageOf(programs: readonly RandomProgram[], options: HarnessOptions): Uint8Array {
  const records = programs.map(recordOf);
  const size = records.reduce((sum, { length }) => sum + length, 8);
  if (size > RECORDS_END - RECORDS) throw new Error(`${programs.length} programs have ${size} bytes`);
  return Buffer.concat([harness(options), ...records, new Uint8Array(8)]);
}

/** What the programs print on both; with `dump` all words instead of a number a program. */
function onBoth(group: Group, programs: readonly RandomProgram[], dump = false): { ours: bigint[]; theirs: bigint[] } {
  const image = imageOf(programs, { float: group.float, hypervisor: group.hypervisor, dump });
  const executor = (hart: Hart) => interpreter(hart.memory, group.isa)(hart);
  const budget = (programs.length + 1) * MOST_INSTRUCTIONS;
  return { ours: onOurs(image, { isa: group.isa, executor }, budget), theirs: onQemu(image, group.cpu) };
}

/** Which of the programs end otherwise here than on QEMU. */
function different(group: Group, programs: readonly RandomProgram[]): RandomProgram[] {
  const { ours, theirs } = onBoth(group, programs);
  for (const [name, numbers] of Object.entries({ ours, QEMU: theirs })) {
    if (numbers.length === programs.length) continue;
    const stopped = programs[Math.min(numbers.length, programs.length - 1)];
    throw new Error(
      `${name}: ${numbers.length} of ${programs.length} programs of group ${group.name} ended; stopped in seed ${stopped.seed}`,
    );
  }
  return programs.filter((_, i) => ours[i] !== theirs[i]);
}

/** Runs the programs of a group from seed `first` on; gives an explanation for the first that differ. */
export function compare(group: Group, first: number, count: number): string[] {
  const found: RandomProgram[] = [];
  for (let at = first; at < first + count; at += BATCH) {
    const seeds = Array.from({ length: Math.min(BATCH, first + count - at) }, (_, i) => at + i);
    found.push(
      ...different(
        group,
        seeds.map((seed) => programOf(group, seed)),
      ),
    );
    if (found.length >= 3) break;
  }
  return found.slice(0, 3).map((program) => explain(group, reduce(group, program)));
}

/** Leaves steps out, by halves, quarters and so on, as long as the rest still differs. All attempts of a round are one image. */
function reduce(group: Group, program: RandomProgram): RandomProgram {
  let best = program;
  for (let size = Math.ceil(program.steps.length / 2); ;) {
    const attempts: RandomProgram[] = [];
    for (let at = 0; at < best.steps.length; at += size) {
      const steps = best.steps.map((step, i) => (i >= at && i < at + size ? nops(step) : step));
      if (steps.some((step, i) => !Buffer.from(step).equals(best.steps[i]))) attempts.push({ ...best, steps });
    }
    const smaller = different(group, attempts);
    if (smaller.length > 0) best = smaller[0];
    else if (size === 1) return best;
    else size = Math.ceil(size / 2);
  }
}

const C_NOP = [0x01, 0x00];
const nops = (step: Uint8Array): Uint8Array => Uint8Array.from(step, (_, i) => C_NOP[i % 2]);

/** Seed, code and the first differences of a program. */
export function explain(group: Group, program: RandomProgram): string {
  const { ours, theirs } = onBoth(group, [program], true);
  const names = wordNames(group, program, ours.length);
  const differences = names
    .map((name, i) => ({ name, ours: ours[i], theirs: theirs[i] }))
    .filter((word) => word.ours !== word.theirs)
    .slice(0, 6)
    .map((word) => `  ${word.name}: ${hex(word.ours)} here, ${hex(word.theirs)} on QEMU`);
  return [`group ${group.name}, seed ${program.seed}`, ...settingOf(program), ...listing(program), ...differences].join(
    '\n',
  );
}

const hex = (value: bigint | undefined): string => (value === undefined ? 'nothing' : `0x${value.toString(16)}`);

function settingOf({ csrs, status, entries }: RandomProgram): string[] {
  return [
    `  mstatus = ${hex(status)}, ${csrs.map(([name, value]) => `${name} = ${hex(value)}`).join(', ')}`,
    ...entries.map(([address, value]) => `  entry at ${hex(BigInt(address))}: ${hex(value)}`),
  ];
}

/** The steps that are not left out. */
function listing({ steps, x }: RandomProgram): string[] {
  const lines: string[] = [];
  let address = CODE;
  for (const step of steps) {
    const view = new DataView(step.buffer, step.byteOffset, step.length);
    for (let at = 0; at < step.length;) {
      const length = (step[at] & 3) === 3 ? 4 : 2;
      const word = length === 4 ? view.getUint32(at, true) : view.getUint16(at, true);
      if (word !== 1) lines.push(`  ${hex(BigInt(address + at))}  ${disassemble(word, { pc: BigInt(address + at) })}`);
      at += length;
    }
    address += step.length;
  }
  const used = x.flatMap((value, i) =>
    lines.some((line) => line.includes(registerName(i))) ? [`${registerName(i)} = ${hex(value)}`] : [],
  );
  return [...lines, `  ${used.join(', ')}`];
}

/** What each of `count` printed words is. */
function wordNames(group: Group, { entries }: RandomProgram, count: number): string[] {
  const options = { float: group.float, hypervisor: group.hypervisor, dump: true };
  const registers = Array.from({ length: registersAtEnd(options) }, (_, i) =>
    i < 29 ? registerName(i + 1) : i < 61 ? floatRegisterName(i - 29) : 'fcsr',
  );
  const state = [...registers, ...endCsrs(options)];
  const memory = Array.from({ length: DATA_BYTES / 8 }, (_, i) => hex(BigInt(DATA + 8 * i)));
  const end = [...memory, ...entries.map(([address]) => hex(BigInt(address)))].map((address) => `memory at ${address}`);
  const log = Array.from({ length: count - state.length - end.length }, (_, i) => trapWord(i));
  return [...state, ...log, ...end];
}

const trapWord = (i: number): string => `trap ${Math.floor(i / LOG_WORDS)}, ${TRAP_WORDS[i % LOG_WORDS]}`;
