/**
 * Every CSR number, random values, all modes, all instructions of Zicsr: the hart goes on or traps, what a CSR keeps is legal (Privileged,
 * "CSR Field Specifications": WARL fields "return a legal value" whatever was written; legal-csr.ts says what is), and nothing but the
 * hart changes.
 *
 * WORLDSWITCH_FUZZ=10000000 runs so many instructions; a failure names the seed.
 */
import { hartAt, RAM, RAM_BASE, SLOT_BASE } from '../../src/machine/engine/layout';
import { CSR_ROWS } from '../../src/machine/hart/csr';
import type { Mode } from '../../src/machine';
import { Chance } from '../machine/engine/lockstep/chance';
import { bench, word } from '../machine/hart/bench-hart';
import { isLegal } from './legal-csr';

const INSTRUCTIONS = Number(process.env.WORLDSWITCH_FUZZ ?? 1e5);
const SEED = 1;

const MODES: readonly Mode[] = ['M', 'S', 'U', 'VS', 'VU'];
const NAMES = ['csrrw', 'csrrs', 'csrrc', 'csrrwi', 'csrrsi', 'csrrci'];
const CODE = BigInt(RAM_BASE);
const HANDLER = CODE + 0x1000n;
/** These count or follow time, so that they may read otherwise the next time. */
const MOVING = /^(m?cycle|m?instret|time)$/;

/** Memory is full of it, so that a 0 written where none belongs is seen too. */
const UNTOUCHED = 0xa5;

const machine = bench();
const { hart, memory } = machine;

/** What a CSR reads is legal, and its own value written back leaves it as it is. */
function expectLegal(name: string): void {
  const value = hart.csr.read(name);
  expect([name, value, isLegal(name, value)]).toEqual([name, value, true]);
  hart.csr.write(name, value);
  expect([name, hart.csr.read(name)]).toEqual([name, value]);
}

const numbers = CSR_ROWS.map(({ number }) => number);
const names = new Set(CSR_ROWS.map(({ name }) => name));

/** Fresh from reset; memory is open to all modes by the last entry of PMP, which is locked. */
function begin(): void {
  hart.reset();
  hart.csr.write('pmpaddr15', (1n << 54n) - 1n);
  hart.csr.write('pmpcfg2', 0x9fn << 56n);
}

/** By number: the register, and the one that VS-mode reaches by it. */
const reached = new Map(
  CSR_ROWS.map(({ name, number }) => [number, [name, `v${name}`].filter((each) => names.has(each))]),
);

/** Of the registers that an instruction with this number can have written. */
function expectWrittenLegal(number: number): void {
  for (const name of reached.get(number) ?? []) {
    const value = hart.csr.read(name);
    if (!isLegal(name, value)) throw new Error(`${name} reads 0x${value.toString(16)}`);
  }
}

/** One instruction in a random mode; gives whether it trapped. */
function execute(chance: Chance): boolean {
  const csr = chance.oneIn(4) ? chance.below(4096) : chance.pick(numbers);
  const name = chance.pick(NAMES);
  const source = chance.below(32);
  machine.code(
    CODE,
    word(name, { rd: chance.below(32), csr, ...(name.endsWith('i') ? { zimm: source } : { rs1: source }) }),
  );
  for (let x = 1; x < 32; x++) if (chance.oneIn(4)) hart.setX(x, chance.value());
  hart.mode = chance.pick(MODES);
  hart.pc = CODE;
  // Whatever has been written before, the instruction is reached and a trap goes to the handler.
  for (const register of ['satp', 'vsatp', 'hgatp', 'medeleg', 'mie']) hart.csr.write(register, 0n);
  hart.csr.write('mtvec', HANDLER);
  const before = hart.trapped;
  hart.waiting = false;
  hart.run(1);
  expectWrittenLegal(csr);
  return hart.trapped > before;
}

test(`random CSR instructions, seed ${SEED}: no host exception, legal values only, memory and other harts untouched`, () => {
  const chance = new Chance(SEED);
  const others = [memory.u8.subarray(hartAt(1), SLOT_BASE), memory.u8.subarray(RAM + 8, RAM + 0x10_0000)];
  for (const bytes of others) bytes.fill(UNTOUCHED);
  let trapped = 0;
  for (let i = 0; i < INSTRUCTIONS; i++) {
    if (i % 500 === 0) begin();
    trapped += execute(chance) ? 1 : 0;
    if (i % 50 !== 0) continue;
    const row = chance.pick(CSR_ROWS);
    if (!MOVING.test(row.name)) expectLegal(row.name);
  }
  for (const { name } of CSR_ROWS) if (!MOVING.test(name)) expectLegal(name);
  expect(trapped).toBeGreaterThan(INSTRUCTIONS / 10);
  expect(trapped).toBeLessThan(INSTRUCTIONS * 0.9);
  for (const bytes of others) expect(bytes.findIndex((byte) => byte !== UNTOUCHED)).toBe(-1);
}, 3_600_000);
