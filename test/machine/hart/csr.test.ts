/** Every CSR row: who may access it, and what it keeps of what is written. Expected values from the Privileged manual's field descriptions. */
import { CSR_ROWS } from '../../../src/machine/hart/csr';
import { csrsOf } from '../../../src/machine/hart/csr-file';
import { Exception } from '../../../src/machine/hart/cause';
import { Csr } from '../../../src/machine/hart/fields';
import type { Hart } from '../../../src/machine/hart/hart';
import { CSR_NUMBERS } from '../../../src/machine/isa';
import { BASE, bench as benchWith, openMemory, PLAIN, word, type Bench } from './bench-hart';

/** Those of the hypervisor extension and of newer extensions have tests of their own. */
const bench = (options: { id?: number } = {}): Bench => benchWith({ isa: PLAIN, ...options });
const ROWS = [...new Set(csrsOf(PLAIN).values())];

const MODES = ['U', 'S', 'M'] as const;
const LEVEL = { U: 0, S: 1, M: 3 } as const;
const ONES = 0xffff_ffff_ffff_ffffn;

/** Runs one CSR instruction at the start of RAM; gives whether it was legal. */
function isLegal({ hart, code }: Bench, mode: (typeof MODES)[number], instruction: number): boolean {
  code(BASE, instruction);
  hart.pc = BASE;
  hart.mode = mode;
  hart.run(1);
  if (hart.pc === BASE + 4n) return true;
  expect(hart.csr.read('mcause')).toBe(BigInt(Exception.illegalInstruction));
  expect(hart.csr.read('mtval')).toBe(BigInt(instruction));
  return false;
}

const readOf = (number: number): number => word('csrrs', { rd: 5, rs1: 0, csr: number });
const writeOf = (number: number): number => word('csrrw', { rd: 0, rs1: 6, csr: number });

const shared = bench();

/** A hart fresh from reset on which counters and floating point are open to all modes and traps go to M-mode. */
function open(machine: Bench = shared): Bench {
  machine.hart.reset();
  openMemory(machine.hart);
  machine.hart.csr.write('mtvec', BASE + 0x1000n);
  machine.hart.csr.write('mstatus', 1n << 13n); // FS is Initial
  machine.hart.csr.write('mcounteren', ONES);
  machine.hart.csr.write('scounteren', ONES);
  return machine;
}

test('names and numbers are those of the instruction table', () => {
  for (const { name, number } of CSR_ROWS) expect([name, number]).toEqual([name, CSR_NUMBERS[name]]);
  for (const [name, number] of Object.entries(Csr)) expect([name, number]).toEqual([name, CSR_NUMBERS[name]]);
  expect(new Set(CSR_ROWS.map((row) => row.number)).size).toBe(CSR_ROWS.length);
});

describe('access: number bits 9:8 are the lowest privilege, bits 11:10 = 3 mean read-only', () => {
  test.each(MODES)('in %s-mode', (mode) => {
    for (const { name, number } of ROWS) {
      const visible = LEVEL[mode] >= ((number >> 8) & 3);
      expect([name, 'read', isLegal(open(), mode, readOf(number))]).toEqual([name, 'read', visible]);
      const writable = visible && number >> 10 !== 3;
      expect([name, 'write', isLegal(open(), mode, writeOf(number))]).toEqual([name, 'write', writable]);
    }
  });

  test('a number without a register is illegal even in M-mode', () => {
    const machine = open();
    for (let number = 0; number < 4096; number++) {
      if (!csrsOf(PLAIN).get(number)) expect([number, isLegal(machine, 'M', readOf(number))]).toEqual([number, false]);
    }
  });

  test('registers of extensions that this machine lacks do not exist', () => {
    for (const name of ['hstatus', 'stimecmp', 'mseccfg', 'pmpcfg1', 'pmpaddr16']) {
      expect([name, csrsOf(PLAIN).get(name)]).toEqual([name, undefined]);
    }
  });
});

/** [register, what is written, what it then reads]; every register starts from its reset value. */
const WRITES: readonly (readonly [string, bigint, bigint])[] = [
  ['mvendorid', 0n, 0n],
  // MXL = 2 and the letters A C D F I M S U; writes are ignored
  ['misa', ONES, (2n << 62n) | 0x14_112dn],
  ['misa', 0n, (2n << 62n) | 0x14_112dn],
  // SIE MIE SPIE MPIE SPP MPP FS MPRV SUM MXR TVM TW TSR, UXL = SXL = 2, SD as FS is Dirty; VS, XS, UBE, SBE, MBE are 0
  ['mstatus', ONES, 0x8000_000a_007e_79aan],
  ['mstatus', 0n, 0xa_0000_0000n],
  ['mstatus', 2n << 11n, 0xa_0000_0000n], // MPP = 2 is reserved: keeps 0
  ['mstatus', 1n << 11n, 0xa_0000_0800n],
  ['sstatus', ONES, 0x8000_0002_000c_6122n], // SIE SPIE SPP FS SUM MXR, UXL, SD
  ['fcsr', ONES, 0xffn],
  ['frm', ONES, 7n],
  ['fflags', ONES, 0x1fn],
  ['medeleg', ONES, 0xb3ffn], // not 11 (ecall from M), nor the reserved 10 and 14
  ['mideleg', ONES, 0x222n], // only interrupts of S-mode
  ['mie', ONES, 0xaaan],
  ['mip', ONES, 0x222n],
  ['mtvec', ONES, ONES - 2n], // MODE is 0 or 1
  ['mtvec', BASE | 1n, BASE | 1n],
  ['stvec', BASE | 2n, BASE],
  ['mepc', ONES, ONES - 1n], // IALIGN is 16
  ['sepc', BASE | 3n, BASE | 2n],
  ['mscratch', ONES, ONES],
  ['mcause', ONES, ONES],
  ['mtval', ONES, ONES],
  ['sscratch', ONES, ONES],
  ['scause', ONES, ONES],
  ['stval', ONES, ONES],
  ['mcounteren', ONES, 0xffff_ffffn], // a 32-bit register
  ['scounteren', ONES, 0xffff_ffffn],
  ['mcountinhibit', ONES, 5n], // CY and IR; bit 1 is 0; no other counter counts
  ['menvcfg', ONES, 1n], // FIOM
  ['senvcfg', ONES, 1n],
  ['mhpmcounter3', ONES, 0n],
  ['mhpmevent31', ONES, 0n],
  ['pmpaddr0', ONES, (1n << 54n) - 1n], // bits 55:2 of an address
  ['pmpcfg0', 0x7fn, 0x1fn], // bits 6:5 are 0
  ['pmpcfg0', 0x1a_00n, 0x18_00n], // W without R is reserved
  ['pmpcfg2', 0x8f00_0000_0000_0000n, 0x8f00_0000_0000_0000n],
  ['satp', (8n << 60n) | 0x123n, (8n << 60n) | 0x123n],
  ['satp', (9n << 60n) | 0x123n, (9n << 60n) | 0x123n],
  ['satp', (10n << 60n) | (0xffffn << 44n), (10n << 60n) | (0xffffn << 44n)], // ASIDLEN is 16
  ['satp', (1n << 60n) | 0x123n, 0n], // unsupported MODE: the whole write has no effect
  ['satp', (11n << 60n) | 0x123n, 0n],
  ['tselect', ONES, 0n],
];

test.each(WRITES)('%s: writing %#x keeps what is legal', (name, written, expected) => {
  const { hart } = bench();
  hart.csr.write(name, written);
  expect(hart.csr.read(name)).toBe(expected);
});

const READS_ITSELF = ['mvendorid', 'marchid', 'mimpid', 'mhartid', 'mconfigptr'];
test.each(READS_ITSELF)('%s reads 0 on hart 0', (name) => expect(bench().hart.csr.read(name)).toBe(0n));
test('mhartid is the hart', () => expect(bench({ id: 3 }).hart.csr.read('mhartid')).toBe(3n));

describe('views', () => {
  test('sstatus writes only its own bits of mstatus', () => {
    const { hart } = bench();
    hart.csr.write('mstatus', 0x7e_19aan);
    hart.csr.write('sstatus', 0n);
    expect(hart.csr.read('mstatus')).toBe(0xa_0072_1888n);
  });

  test('sie and sip show and change only what mideleg gives', () => {
    const { hart } = bench();
    hart.csr.write('mie', 0xaaan);
    hart.csr.write('mip', 0x222n);
    expect([hart.csr.read('sie'), hart.csr.read('sip')]).toEqual([0n, 0n]);
    hart.csr.write('mideleg', 0x202n);
    expect([hart.csr.read('sie'), hart.csr.read('sip')]).toEqual([0x202n, 0x202n]);
    hart.csr.write('sie', 0n);
    hart.csr.write('sip', 0n); // SSIP only
    expect([hart.csr.read('mie'), hart.csr.read('mip')]).toEqual([0x8a8n, 0x220n]);
  });

  test("a write to sip does not make a device's SEIP permanent", () => {
    const { hart } = bench();
    hart.csr.write('mideleg', 0x222n);
    hart.setInterrupt(9, true);
    hart.csr.write('sip', 2n);
    hart.setInterrupt(9, false);
    expect(hart.csr.read('mip')).toBe(2n);
  });

  test("csrrs on mip does not make a device's SEIP permanent", () => {
    const machine = bench();
    machine.hart.setInterrupt(9, true);
    machine.hart.setX(6, 2n);
    machine.code(BASE, word('csrrs', { rd: 5, rs1: 6, csr: CSR_NUMBERS.mip }));
    machine.hart.run(1);
    expect(machine.hart.x[5]).toBe(0x200n); // reads the OR
    machine.hart.setInterrupt(9, false);
    expect(machine.hart.csr.read('mip')).toBe(2n);
  });
});

describe('extra rules', () => {
  const closed = (hart: Hart): void => {
    hart.csr.write('mcounteren', 0n);
    hart.csr.write('scounteren', 0n);
  };

  test.each([
    ['cycle', 0],
    ['time', 1],
    ['instret', 2],
    ['hpmcounter3', 3],
    ['hpmcounter31', 31],
  ])('%s is open to S by mcounteren bit %i, to U by scounteren too', (name, bit) => {
    const legal = (m: boolean, s: boolean): boolean[] =>
      MODES.map((mode) => {
        const machine = open();
        closed(machine.hart);
        if (m) machine.hart.csr.write('mcounteren', 1n << BigInt(bit));
        if (s) machine.hart.csr.write('scounteren', 1n << BigInt(bit));
        return isLegal(machine, mode, readOf(CSR_NUMBERS[name]));
      });
    expect(legal(false, false)).toEqual([false, false, true]); // U, S, M
    expect(legal(false, true)).toEqual([false, false, true]);
    expect(legal(true, false)).toEqual([false, true, true]);
    expect(legal(true, true)).toEqual([true, true, true]);
  });

  test('TVM closes satp to S-mode', () => {
    const machine = open();
    machine.hart.csr.write('mstatus', 1n << 20n);
    expect(isLegal(machine, 'S', readOf(CSR_NUMBERS.satp))).toBe(false);
    expect(isLegal(machine, 'M', readOf(CSR_NUMBERS.satp))).toBe(true);
  });

  test('csrrs and csrrc with x0 do not write, so read-only CSRs allow them; csrrw does', () => {
    const { mhartid } = CSR_NUMBERS;
    expect(isLegal(open(), 'M', word('csrrs', { rd: 5, rs1: 0, csr: mhartid }))).toBe(true);
    expect(isLegal(open(), 'M', word('csrrci', { rd: 5, zimm: 0, csr: mhartid }))).toBe(true);
    expect(isLegal(open(), 'M', word('csrrs', { rd: 5, rs1: 6, csr: mhartid }))).toBe(false); // even if x6 is 0
    expect(isLegal(open(), 'M', word('csrrw', { rd: 0, rs1: 0, csr: mhartid }))).toBe(false);
  });
});

test.each([
  ['csrrw', { rs1: 6 }, 0xf0n],
  ['csrrs', { rs1: 6 }, 0xffn],
  ['csrrc', { rs1: 6 }, 0x0fn],
  ['csrrwi', { zimm: 18 }, 18n],
  ['csrrsi', { zimm: 18 }, 0x1fn],
  ['csrrci', { zimm: 18 }, 0x0dn],
])('%s gives rd the old value and stores the new', (name, operand, expected) => {
  const machine = bench();
  machine.hart.csr.write('mscratch', 0x0fn);
  machine.hart.setX(6, 0xf0n);
  machine.code(BASE, word(name, { rd: 5, csr: CSR_NUMBERS.mscratch, ...operand }));
  machine.hart.run(1);
  expect(machine.hart.x[5]).toBe(0x0fn);
  expect(machine.hart.csr.read('mscratch')).toBe(expected);
});
