/**
 * The stepping executor, the interpreter and the compiler, side by side on random programs: all rows, illegal words, M-, S-, U-, VS- and VU-mode, Sv39 to
 * Sv57, two stages of translation, PMP, misaligned accesses, interrupts, self-modifying code. HV_LOCKSTEP=n runs n programs, HV_LOCKSTEP_SEED=s only that one.
 */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { POLICY } from '../../../src/machine/engine/region/policy';
import { stepper } from '../../../src/machine/engine/step';
import type { HartStop } from '../../../src/machine/hart/events';
import { guestInterruptLine } from '../../../src/machine/hart/guest-interrupts';
import type { Hart } from '../../../src/machine/hart/hart';
import { privilegeOf } from '../../../src/machine/hart/privilege';
import { disassemble, FULL_ISA, parseIsa, ROWS, type Isa } from '../../../src/machine/isa';
import { Chance } from './lockstep/chance';
import { csrDifference, memoryDifference, stateDifference } from './lockstep/compare';
import { Computer } from './lockstep/computer';
import { CODE_BYTES, REGISTER } from './lockstep/map';
import { remapGuest } from './lockstep/guest-tables';
import { remap } from './lockstep/page-tables';
import { enter, setScene } from './lockstep/scene';

const PROGRAMS = Number(process.env.HV_LOCKSTEP ?? 480);
const ONLY = process.env.HV_LOCKSTEP_SEED;
const INSTRUCTIONS = 3000;
/** A program that is compared after every single instruction is shorter. */
const SINGLE_STEPS = 800;

/** Compiles at once, so that short programs run in regions, and so little that regions are thrown out now and then. */
const EAGER = { ...POLICY, threshold: 2, warm: 1, mostInstructions: 1200 };

type Computers = readonly [Computer, Computer, Computer];
const computersFor = (isa: Isa): Computers => [
  new Computer(() => stepper, isa),
  new Computer((memory) => interpreter(memory, isa), isa),
  new Computer((memory) => compiler(memory, isa, EAGER), isa),
];
const COMPUTERS = {
  hardware: computersFor(FULL_ISA),
  svade: computersFor(parseIsa(FULL_ISA.name.replace('svadu', 'svade'))),
  leaky: computersFor(parseIsa(`${FULL_ISA.name}_xleaky`)),
};

/** Instructions begun by all programs: a suite that stops early by mistake shows here. */
let begun = 0;

/** Names of the rows that retired, and causes of the traps that were taken, interrupts with a minus. */
const rows = new Set<string>();
const causes = new Set<number>();
for (const [{ hart }] of Object.values(COMPUTERS)) {
  hart.onRetire = ({ instruction }) => rows.add(instruction.encodedAs.name);
  hart.onTrap = ({ cause, interrupt }) => causes.add(interrupt ? -cause : cause);
}

/** Runs one program on all and gives the first difference. */
function lockstep(seed: number): string | undefined {
  const chance = new Chance(seed);
  const computers = COMPUTERS[chance.pick(['hardware', 'hardware', 'hardware', 'svade', 'leaky'] as const)];
  const single = chance.oneIn(4);
  /** Does the same, by the same chance, to all. */
  const toAll = <T>(action: (computer: Computer, same: Chance) => T): T[] => {
    const part = chance.next();
    return computers.map((computer) => action(computer, new Chance(part)));
  };
  const [scene] = toAll((computer, same) => {
    computer.reset();
    return setScene(computer, same);
  });
  toAll((computer, same) => enter(computer, same, scene));
  const [{ hart }] = computers;
  const end = single ? SINGLE_STEPS : INSTRUCTIONS;
  while (hart.begun < end) {
    const { pc, begun: before } = hart;
    const budget = single ? 1 : 1 + chance.below(chance.oneIn(3) ? 8 : 400);
    const stops = computers.map(({ turns }) => turns.run(budget).stop);
    const found =
      stopDifference(stops) ??
      difference(computers, stateDifference) ??
      (single ? difference(computers, memoryDifference) : undefined);
    if (found) return `after ${before} + ${budget} instructions, from ${at(hart, pc)}: ${found}`;
    if (stops[0].why === 'halted') break;
    toAll((computer, same) => disturb(computer, stops[0], same));
    if (scene.satp && chance.oneIn(2)) toAll((computer, same) => remap(computer, same, privilegeOf(scene.mode) === 0));
    if (scene.hgatp && chance.oneIn(3)) toAll(remapGuest);
    if (chance.oneIn(single ? 100 : 3)) toAll((computer, same) => enter(computer, same, scene));
  }
  begun += hart.begun;
  return difference(computers, csrDifference) ?? difference(computers, memoryDifference);
}

type Compare = (a: Computer, b: Computer) => string | undefined;

/** The first difference between the stepping executor and another. */
function difference([step, interpret, compile]: Computers, compare: Compare): string | undefined {
  const [first, second] = [compare(step, interpret), compare(step, compile)];
  if (first) return `step and interpret: ${first}`;
  return second && `step and compile: ${second}`;
}

function stopDifference(stops: readonly HartStop[]): string | undefined {
  const different = new Set(stops.map((stop) => JSON.stringify(stop)));
  return different.size > 1 ? `stops ${[...different].join(' and ')}` : undefined;
}

/** What happens from outside between two runs: native software returns behind the instruction, lines of devices change. */
function disturb({ hart }: Computer, stop: HartStop, chance: Chance): void {
  if (stop.why === 'waiting') hart.waiting = false;
  if (stop.why === 'waiting' || chance.oneIn(16)) hart.setInterrupt(chance.pick([9, 11]), chance.oneIn(2));
  if (chance.oneIn(16)) guestInterruptLine(hart, 1 + chance.below(3)).set(chance.oneIn(2));
  if (stop.why !== 'trap') return;
  const [epc, cause] = stop.to === 'M' ? ['mepc', 'mcause'] : ['sepc', 'scause'];
  if (hart.csr.read(cause) >> 63n) hart.csr.write('mie', 0n); // or it would come again at once, for ever
  const code = hart.x[REGISTER.code];
  hart.csr.write(epc, code + ((hart.csr.read(epc) + 2n - code) & BigInt(CODE_BYTES - 1)));
}

/** `0x80001234, sd a0,0(s1)` */
function at(hart: Hart, pc: bigint): string {
  try {
    return `0x${pc.toString(16)}, ${disassemble(hart.fetch(pc))}`;
  } catch {
    return `0x${pc.toString(16)}`;
  }
}

const seeds = ONLY ? [Number(ONLY)] : Array.from({ length: PROGRAMS }, (_, i) => i + 1);
const BATCH = 40;

describe('the three executors agree on random programs', () => {
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
      -12, -11, -10, -9, -7, -6, -5, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 20, 21, 22, 23,
    ]);
  });
});
