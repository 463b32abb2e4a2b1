/** htinst and mtinst: transformed instructions and pseudoinstructions ("Transformed Instruction or Pseudoinstruction for mtinst or htinst"). */
import { random32, randomOperands } from '../../isa/random';
import { encode, ROWS, type Row } from '../../../../src/machine/isa';
import { BASE, bench, type Bench } from '../bench-hart';
import { execute, freshGuestBench, ONES, set, wordOf } from './guest-bench';

const shared = bench();
/** A page of the guest that no G-stage table maps: hgatp leads to an empty root. */
const ROOT = BASE + 0x4_0000n;
const UNMAPPED = (8n << 60n) | (ROOT >> 12n);

const fresh = (): Bench => {
  const machine = freshGuestBench(shared);
  set(machine, { medeleg: ONES, mstatus: 3n << 13n });
  return machine;
};

/** The figures of transformed instructions: which bits of the trapping instruction stay; the others are 0, but for Addr. Offset. */
const LOAD_KEEPS = 0x0000_7fff; // funct3, rd, opcode
const STORE_KEEPS = 0x01f0_707f; // rs2, funct3, opcode
const ATOMIC_KEEPS = 0xfff0_7fff; // all but rs1
function kept(row: Row): number {
  if (row.does.kind === 'load' && row.does.guest) return ATOMIC_KEEPS; // HLV, HLVX
  if (row.does.kind === 'store' && row.does.guest) return ATOMIC_KEEPS; // HSV
  if (row.does.kind === 'load') return LOAD_KEEPS;
  return row.does.kind === 'store' ? STORE_KEEPS : ATOMIC_KEEPS;
}

const random = random32(5);
const ACCESSES = ROWS.filter(
  ({ does, length }) => length === 4 && ['load', 'store', 'lr', 'sc', 'amo'].includes(does.kind),
);

test.each(ACCESSES.map((row) => [row.name, row] as const))(
  '%s: guest-page fault in HS-mode and in M-mode',
  (_, row) => {
    const isGuestAccess = 'guest' in row.does && row.does.guest !== undefined;
    for (const [register, value] of [
      ['htinst', ONES],
      ['mtinst', 0n],
    ] as const) {
      const operands = { ...randomOperands(row, random), rs1: 11, imm: 8 };
      const word = encode(row, operands);
      const machine = fresh();
      set(machine, { medeleg: value });
      machine.hart.csr.write('hgatp', UNMAPPED);
      machine.hart.setX(11, 0x1234_5000n);
      if (isGuestAccess) execute(machine, 'S', word);
      else {
        // the fetch needs no G-stage if M-mode looks through the guest's eyes
        set(machine, { mstatus: (1n << 39n) | (1n << 17n) | (1n << 11n) | (3n << 13n) });
        execute(machine, 'M', word);
      }
      const found = isGuestAccess ? register : 'mtinst';
      expect([row.name, machine.hart.csr.read(found)]).toEqual([row.name, BigInt((word & kept(row)) >>> 0)]);
      const isLoad = row.does.kind === 'load' || row.does.kind === 'lr';
      expect(machine.hart.csr.read(found === 'htinst' ? 'scause' : 'mcause')).toBe(isLoad ? 21n : 23n);
      const offset = row.syntax.includes('imm') ? 8n : 0n;
      expect(machine.hart.csr.read(found === 'htinst' ? 'htval' : 'mtval2')).toBe((0x1234_5000n + offset) >> 2n);
    }
  },
);

/** "Expand the compressed instruction to its 32-bit equivalent, transform the 32-bit equivalent instruction, replace bit 1 with a 0". */
test.each([
  ['c.lw a2,4(a1)', 'lw a2,0(zero)'],
  ['c.ld a2,8(a1)', 'ld a2,0(zero)'],
  ['c.sw a2,4(a1)', 'sw a2,0(zero)'],
  ['c.sd a2,8(a1)', 'sd a2,0(zero)'],
  ['c.lwsp a2,4(sp)', 'lw a2,0(zero)'],
  ['c.sdsp a2,8(sp)', 'sd a2,0(zero)'],
  ['c.fld fa2,8(a1)', 'fld fa2,0(zero)'],
  ['c.fsdsp fa2,8(sp)', 'fsd fa2,0(zero)'],
])('%s becomes %s without bit 1', (compressed, full) => {
  const machine = fresh();
  machine.hart.setX(11, 0x7000_0000n);
  machine.hart.setX(2, 0x7000_0000n);
  execute(machine, 'S', compressed); // an access fault: nothing is there
  expect([5n, 7n]).toContain(machine.hart.csr.read('scause'));
  expect(machine.hart.csr.read('htinst')).toBe(BigInt(wordOf(full) & ~2));
});

test('Addr. Offset is how far the faulting part of a misaligned access lies behind its address', () => {
  const machine = fresh();
  const end = BASE + 0x10_0000n; // of RAM
  machine.hart.setX(11, end - 3n);
  execute(machine, 'S', 'lw a0,0(a1)');
  const { csr } = machine.hart;
  expect([csr.read('scause'), csr.read('stval')]).toEqual([5n, end]);
  expect(csr.read('htinst')).toBe(BigInt(wordOf('lw a0,0(gp)'))); // 3 in the place of rs1
});

describe('zero', () => {
  test.each([
    ['ecall', 'S'],
    ['ebreak', 'S'],
    ['csrw cycle,zero', 'S'],
    ['csrr a0,hstatus', 'VS'],
  ] as const)('for %s in %s-mode', (instruction, mode) => {
    const machine = fresh();
    set(machine, { htinst: 0x77n, htval: 0x77n });
    execute(machine, mode, instruction);
    expect([machine.hart.csr.read('htinst'), machine.hart.csr.read('htval')]).toEqual([0n, 0n]);
  });

  test('for a fetch that faults: "only zero or a pseudoinstruction value may be written"', () => {
    const machine = fresh();
    set(machine, { htinst: 0x77n, hgatp: UNMAPPED });
    machine.hart.pc = 0x1234_5678n;
    machine.hart.mode = 'VS';
    machine.hart.run(1);
    const { csr } = machine.hart;
    expect([csr.read('scause'), csr.read('htinst'), csr.read('htval')]).toEqual([20n, 0n, 0x1234_5678n >> 2n]);
  });
});

/** A guest table in a page that the G-stage does not map, or maps read-only while A has to be set. */
test.each([
  ['read', 0n, 0x3000n],
  ['write', 0x5fn, 0x3020n], // V R W X U A, without D
] as const)('an implicit %s that fails in the G-stage', (_, leaf, pseudo) => {
  const machine = fresh();
  const { hart, poke } = machine;
  const tables = 0x80_0000_0000n; // guest physical; VPN[2] is 512
  const entry = (to: bigint, bits: bigint): bigint => ((to >> 12n) << 10n) | bits;
  const pages = [1, 2, 3].map((n) => ROOT + BigInt(0x4000 + 0x1000 * n));
  poke(ROOT + 512n * 8n, entry(pages[0], 1n));
  poke(pages[0], entry(pages[1], 1n));
  if (leaf) poke(pages[1], entry(pages[2], leaf));
  poke(pages[2] + 8n, entry(0x1_0000_0000n, 0x0fn)); // V R W X, A clear: a gigapage of the guest's own
  set(machine, {
    hgatp: UNMAPPED,
    vsatp: (8n << 60n) | (tables >> 12n),
    hstatus: 1n << 8n,
    menvcfg: ONES,
    henvcfg: ONES,
  });
  if (leaf) poke(pages[1], entry(pages[2], leaf & ~4n)); // readable only
  hart.setX(11, 0x4000_0123n);
  execute(machine, 'S', 'hlv.b a0,(a1)');
  const { csr } = hart;
  expect([csr.read('scause'), csr.read('htval'), csr.read('htinst')]).toEqual([21n, (tables + 8n) >> 2n, pseudo]);
  expect([csr.read('stval'), csr.read('hstatus') & 0xc0n]).toEqual([0x4000_0123n, 0x40n]); // GVA, not SPV
});
