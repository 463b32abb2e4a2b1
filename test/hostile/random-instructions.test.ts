/**
 * Anything at all as a program, on whole machines with all extensions: the machine never throws, never hangs, and touches no memory
 * but its own harts' and RAM. (reliability: "all 2^16 compressed and 10^6 random 32-bit words: no host throw".)
 *
 * WORLDSWITCH_FUZZ=10000000 runs so many instructions instead of some hundred thousand.
 */
import { createMachine, decode, type Engine, type Machine, type Mode } from '../../src/machine';
import { hartAt, RAM_BASE } from '../../src/machine/engine/layout';
import { Chance } from '../machine/engine/lockstep/chance';
import { randomInstruction } from '../machine/engine/lockstep/random-code';

const INSTRUCTIONS = Number(process.env.WORLDSWITCH_FUZZ ?? 4e5);
const ENGINES: readonly Engine[] = ['interpret', 'compile', 'step'];
/** The stepping executor is a hundred times slower. */
const SHARE: Readonly<Record<Engine, number>> = { interpret: 0.6, compile: 0.38, step: 0.02 };

const RAM_BYTES = 0x4_0000;
const MODES: readonly Mode[] = ['M', 'S', 'U', 'VS', 'VU'];
const PROGRAM = 20_000;

/** RAM full of instructions, legal and not, so that wherever a jump or a trap leads there is a program. */
function fillRam(machine: Machine, chance: Chance): void {
  const bytes = new Uint8Array(RAM_BYTES);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at + 4 <= RAM_BYTES;) {
    const { word, length } = randomInstruction(chance, chance.oneIn(2));
    if (length === 2) view.setUint16(at, word, true);
    else view.setUint32(at, word, true);
    at += length;
  }
  machine.ram.copyIn(RAM_BASE, bytes);
}

const somewhere = (chance: Chance): bigint => BigInt(RAM_BASE + chance.below(RAM_BYTES / 4) * 4);

/** Handlers and page tables anywhere in RAM, all traps and memory open to whatever the dice say. */
function prepare(machine: Machine, chance: Chance): void {
  for (const hart of machine.harts) {
    for (let x = 1; x < 32; x++) hart.setX(x, chance.oneIn(3) ? somewhere(chance) : chance.value());
    for (const csr of ['mtvec', 'stvec', 'vstvec', 'mepc', 'sepc', 'vsepc'])
      hart.csr.write(csr, somewhere(chance) | 1n);
    for (const csr of [
      'medeleg',
      'hedeleg',
      'mideleg',
      'hideleg',
      'mie',
      'mcounteren',
      'menvcfg',
      'henvcfg',
      'mstatus',
    ]) {
      hart.csr.write(csr, chance.value());
    }
    hart.csr.write('pmpaddr0', 0xffff_ffff_ffff_ffffn);
    hart.csr.write('pmpcfg0', 0x1fn);
    for (const csr of ['satp', 'vsatp', 'hgatp']) {
      const root = BigInt(RAM_BASE / 4096 + chance.below(RAM_BYTES / 4096));
      if (chance.oneIn(2)) hart.csr.write(csr, (BigInt(chance.pick([8, 9, 10])) << 60n) | root);
    }
    hart.mode = chance.pick(MODES);
    hart.pc = somewhere(chance);
  }
}

/** What no instruction of these harts may change: the blocks of harts that are not there. */
function strangers(machine: Machine): Uint8Array {
  return machine.memory.u8.slice(hartAt(machine.harts.length), hartAt(machine.harts.length) + 0x1_0000);
}

function runProgram(machine: Machine, engine: Engine, budget: number): void {
  for (let left = budget; left > 0;) {
    const stop = machine.run(Math.min(left, engine === 'step' ? 500 : 5000));
    left -= 5000;
    if (stop.why === 'waiting') return;
    if (stop.why === 'halted' || stop.why === 'reset') return;
  }
}

const begun = (machine: Machine): number => machine.harts.reduce((sum, hart) => sum + hart.begun, 0);

describe.each(ENGINES)('engine %s', (engine) => {
  test('random programs on one to four harts: no host exception, no hang, nobody else is touched', () => {
    let done = 0;
    for (let seed = 1; done < INSTRUCTIONS * SHARE[engine]; seed++) {
      const chance = new Chance(seed);
      const machine = createMachine({ engine, ramBytes: RAM_BYTES, harts: chance.pick([1, 1, 2, 4]) });
      try {
        fillRam(machine, chance);
        prepare(machine, chance);
        const before = strangers(machine);
        runProgram(machine, engine, engine === 'step' ? PROGRAM / 10 : PROGRAM);
        expect(strangers(machine)).toEqual(before);
        done += Math.max(1, begun(machine));
      } catch (error) {
        throw new Error(`seed ${seed}, engine ${engine}`, { cause: error });
      } finally {
        machine.release();
      }
    }
    expect(done).toBeGreaterThanOrEqual(INSTRUCTIONS * SHARE[engine]);
  }, 3_600_000);
});

test('every 16-bit word and a million random 32-bit words are an instruction or none', () => {
  for (let word = 0; word < 0x1_0000; word++) if ((word & 3) !== 3) expect(() => decode(word)).not.toThrow();
  const chance = new Chance(7);
  for (let i = 0; i < 1_000_000; i++) decode((chance.next() | 3) >>> 0); // a throw fails the test
});
