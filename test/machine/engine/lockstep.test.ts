/**
 * The stepping executor and the interpreter, side by side on random programs: all rows, illegal words, M-, S- and U-mode, Sv39 to
 * Sv57, PMP, misaligned accesses, interrupts, self-modifying code. HV_LOCKSTEP=n runs n programs, HV_LOCKSTEP_SEED=s only that one.
 */
import { interpreter } from '../../../src/machine/engine/interpret';
import { stepper } from '../../../src/machine/engine/step';
import type { HartStop } from '../../../src/machine/hart/hart';
import { disassemble, ROWS } from '../../../src/machine/isa';
import { Chance } from './lockstep/chance';
import { csrDifference, memoryDifference, stateDifference } from './lockstep/compare';
import { Computer } from './lockstep/computer';
import { CODE_BYTES, REGISTER } from './lockstep/map';
import { remap } from './lockstep/page-tables';
import { enter, setScene } from './lockstep/scene';

const PROGRAMS = Number(process.env.HV_LOCKSTEP ?? 480);
const ONLY = process.env.HV_LOCKSTEP_SEED;
const INSTRUCTIONS = 3000;
/** A program that is compared after every single instruction is shorter. */
const SINGLE_STEPS = 800;

const pairFor = (svade: boolean): [Computer, Computer] => [
  new Computer(() => stepper, svade),
  new Computer((memory) => interpreter(memory), svade),
];
const PAIRS = { hardware: pairFor(false), svade: pairFor(true) };

/** Instructions begun by all programs: a suite that stops early by mistake shows here. */
let begun = 0;

/** Names of the rows that retired, and causes of the traps that were taken, interrupts with a minus. */
const rows = new Set<string>();
const causes = new Set<number>();
for (const [{ hart }] of Object.values(PAIRS)) {
  hart.onRetire = ({ instruction }) => rows.add(instruction.encodedAs.name);
  hart.onTrap = ({ cause, interrupt }) => causes.add(interrupt ? -cause : cause);
}

/** Runs one program on both and gives the first difference. */
function lockstep(seed: number): string | undefined {
  const chance = new Chance(seed);
  const pair = chance.oneIn(4) ? PAIRS.svade : PAIRS.hardware;
  const single = chance.oneIn(4);
  /** Does the same, by the same chance, to both. */
  const toBoth = <T>(action: (computer: Computer, same: Chance) => T): T[] => {
    const part = chance.next();
    return pair.map((computer) => action(computer, new Chance(part)));
  };
  const [scene] = toBoth((computer, same) => {
    computer.reset();
    return setScene(computer, same);
  });
  toBoth((computer, same) => enter(computer, same, scene));
  const [a, b] = pair;
  const end = single ? SINGLE_STEPS : INSTRUCTIONS;
  while (a.hart.begun < end) {
    const { pc, begun: before } = a.hart;
    const budget = single ? 1 : 1 + chance.below(chance.oneIn(3) ? 8 : 400);
    const stops = pair.map(({ turns }) => turns.run(budget).stop);
    const difference = stopDifference(stops) ?? stateDifference(a, b) ?? (single ? memoryDifference(a, b) : undefined);
    if (difference) return `after ${before} + ${budget} instructions, from ${at(a, pc)}: ${difference}`;
    if (stops[0].why === 'halted') break;
    toBoth((computer, same) => disturb(computer, stops[0], same));
    if (scene.satp && chance.oneIn(2)) toBoth((computer, same) => remap(computer, same, scene.mode === 'U'));
    if (chance.oneIn(single ? 100 : 3)) toBoth((computer, same) => enter(computer, same, scene));
  }
  begun += a.hart.begun;
  return csrDifference(a, b) ?? memoryDifference(a, b);
}

const stopDifference = ([a, b]: HartStop[]): string | undefined =>
  JSON.stringify(a) === JSON.stringify(b) ? undefined : `stop ${JSON.stringify(a)} and ${JSON.stringify(b)}`;

/** What happens from outside between two runs: native software returns behind the instruction, lines of devices change. */
function disturb({ hart }: Computer, stop: HartStop, chance: Chance): void {
  if (stop.why === 'waiting') hart.waiting = false;
  if (stop.why === 'waiting' || chance.oneIn(16)) hart.setInterrupt(chance.pick([9, 11]), chance.oneIn(2));
  if (stop.why !== 'trap') return;
  const [epc, cause] = stop.to === 'M' ? ['mepc', 'mcause'] : ['sepc', 'scause'];
  if (hart.csr.read(cause) >> 63n) hart.csr.write('mie', 0n); // or it would come again at once, for ever
  const code = hart.x[REGISTER.code];
  hart.csr.write(epc, code + ((hart.csr.read(epc) + 2n - code) & BigInt(CODE_BYTES - 1)));
}

/** `0x80001234, sd a0,0(s1)` */
function at({ hart }: Computer, pc: bigint): string {
  try {
    return `0x${pc.toString(16)}, ${disassemble(hart.fetch(pc))}`;
  } catch {
    return `0x${pc.toString(16)}`;
  }
}

const seeds = ONLY ? [Number(ONLY)] : Array.from({ length: PROGRAMS }, (_, i) => i + 1);
const BATCH = 40;

describe('both executors agree on random programs', () => {
  for (let first = 0; first < seeds.length; first += BATCH) {
    const batch = seeds.slice(first, first + BATCH);
    it(`seeds ${batch[0]} to ${batch[batch.length - 1]}`, () => {
      const found = batch.flatMap((seed) => {
        const difference = lockstep(seed);
        return difference ? [`HV_LOCKSTEP_SEED=${seed}: ${difference}`] : [];
      });
      expect(found).toEqual([]);
    }, 600_000);
  }

  it('the programs went on for long', () => {
    expect(begun).toBeGreaterThan(seeds.length * SINGLE_STEPS * 0.8);
  });

  const many = seeds.length < 400 ? it.skip : it;
  many('they came to every row of the table and to every kind of trap', () => {
    const alwaysTrap = ['ecall', 'ebreak', 'c.ebreak'];
    const missed = ROWS.filter(({ name }) => !rows.has(name) && !alwaysTrap.includes(name));
    expect(missed.map(({ name }) => name)).toEqual([]);
    expect([...causes].sort((a, b) => a - b)).toEqual([
      -11, -9, -7, -5, -3, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15,
    ]);
  });
});
