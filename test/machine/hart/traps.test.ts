/** Every exception from every mode, delegated or not: which CSRs are written and where it goes (Privileged, "Machine Trap Delegation Registers", "Trap Handling"). */
import { Exception, Interrupt } from '../../../src/machine/hart/cause';
import type { Mode } from '../../../src/machine/hart/privilege';
import { BASE, bench, openMemory, word, type Bench } from './bench-hart';

const LEVEL: Record<string, bigint> = { U: 0n, S: 1n, M: 3n };
const MTVEC = BASE + 0x4000n;
const STVEC = BASE + 0x5000n;
const PC = BASE + 0x100n;

const shared = bench();
function fresh(): Bench {
  shared.hart.reset();
  openMemory(shared.hart);
  shared.hart.csr.write('mtvec', MTVEC);
  shared.hart.csr.write('stvec', STVEC);
  shared.hart.pc = PC;
  return shared;
}

const bit = (status: bigint, at: number): bigint => (status >> BigInt(at)) & 1n;

/** Checks everything that a trap into M- or S-mode writes. `before` is mstatus before it. */
function expectTrap({ hart }: Bench, to: 'M' | 'S', from: Mode, cause: bigint, tval: bigint, before: bigint): void {
  const [x, enable, previous, vector] = to === 'M' ? (['m', 3, 7, MTVEC] as const) : (['s', 1, 5, STVEC] as const);
  const status = hart.csr.read('mstatus');
  expect({
    mode: hart.mode,
    pc: hart.pc,
    epc: hart.csr.read(`${x}epc`),
    cause: hart.csr.read(`${x}cause`),
    tval: hart.csr.read(`${x}tval`),
    enable: bit(status, enable),
    previousEnable: bit(status, previous),
    previousMode: to === 'M' ? (status >> 11n) & 3n : (status >> 8n) & 1n,
  }).toEqual({
    mode: to,
    pc: vector,
    epc: PC,
    cause,
    tval,
    enable: 0n,
    previousEnable: bit(before, enable),
    previousMode: LEVEL[from],
  });
  const own = to === 'M' ? 0x1888n : 0x122n;
  expect(status & ~own).toBe(before & ~own); // nothing else in mstatus moves
}

const CAUSES = Object.values(Exception);
const FROM: readonly Mode[] = ['U', 'S', 'M'];

describe.each(FROM)('from %s-mode', (from) => {
  describe.each([0x0n, 0x7e_19aan & ~0x1800n, 0x2an])('mstatus %#x', (status) => {
    test.each(CAUSES)('exception %i goes to S only if delegated and not from M', (cause) => {
      for (const delegated of [false, true]) {
        const machine = fresh();
        const { hart } = machine;
        hart.csr.write('medeleg', delegated ? 1n << BigInt(cause) : ~(1n << BigInt(cause)));
        hart.csr.write('mstatus', status);
        hart.mode = from;
        const before = hart.csr.read('mstatus');
        hart.trap(cause, 0x1234_5678_9abc_def0n);
        const isDelegable = cause !== Exception.environmentCallFromM;
        const to = delegated && isDelegable && from !== 'M' ? 'S' : 'M';
        expectTrap(machine, to, from, BigInt(cause), 0x1234_5678_9abc_def0n, before);
      }
    });
  });
});

test('a vectored xtvec moves interrupts by 4 x cause, exceptions not', () => {
  const { hart } = fresh();
  hart.csr.write('mtvec', MTVEC | 1n);
  hart.trap(Exception.breakpoint, 0n);
  expect(hart.pc).toBe(MTVEC);
  hart.trap(Interrupt.machineExternal, 0n, true);
  expect(hart.pc).toBe(MTVEC + 44n);
  expect(hart.csr.read('mcause')).toBe((1n << 63n) | 11n);
});

test('a handler above 4 GiB minus 4 x cause carries into the upper half', () => {
  const { hart } = fresh();
  hart.csr.write('mtvec', 0xffff_fffdn);
  hart.trap(Interrupt.machineTimer, 0n, true);
  expect(hart.pc).toBe(0x1_0000_0018n);
});

describe('instructions that trap', () => {
  const trapOf = (mode: Mode, ...words: number[]): { cause: bigint; tval: bigint; epc: bigint } => {
    const { hart, code } = fresh();
    code(PC, ...words);
    hart.mode = mode;
    hart.setX(5, 0x1001n);
    hart.run(1);
    expect(hart.pc).toBe(MTVEC);
    return { cause: hart.csr.read('mcause'), tval: hart.csr.read('mtval'), epc: hart.csr.read('mepc') };
  };

  test.each([
    ['U', 8n],
    ['S', 9n],
    ['M', 11n],
  ] as const)('ecall from %s-mode has cause %i', (mode, cause) => {
    expect(trapOf(mode, word('ecall'))).toEqual({ cause, tval: 0n, epc: PC });
  });
  test('ebreak', () => expect(trapOf('U', word('ebreak'))).toEqual({ cause: 3n, tval: 0n, epc: PC }));
  test('an illegal word of 32 bits is in mtval', () =>
    expect(trapOf('U', 0xffff_ffff)).toEqual({ cause: 2n, tval: 0xffff_ffffn, epc: PC }));
  test('of an illegal word of 16 bits, only these are in mtval', () =>
    expect(trapOf('U', 0xabcd_0000)).toEqual({ cause: 2n, tval: 0n, epc: PC }));
  test('misaligned lr, sc and amo', () => {
    expect(trapOf('M', word('lr.w', { rd: 6, rs1: 5 }))).toEqual({ cause: 4n, tval: 0x1001n, epc: PC });
    expect(trapOf('M', word('sc.w', { rd: 6, rs1: 5, rs2: 0 }))).toEqual({ cause: 6n, tval: 0x1001n, epc: PC });
    expect(trapOf('M', word('amoadd.d', { rd: 6, rs1: 5, rs2: 0 }))).toEqual({ cause: 6n, tval: 0x1001n, epc: PC });
  });
  test('accesses where nothing answers', () => {
    expect(trapOf('M', word('lw', { rd: 6, rs1: 5, imm: -1 }))).toEqual({ cause: 5n, tval: 0x1000n, epc: PC });
    expect(trapOf('M', word('sw', { rs2: 6, rs1: 5, imm: -1 }))).toEqual({ cause: 7n, tval: 0x1000n, epc: PC });
    expect(trapOf('M', word('lw', { rd: 6, rs1: 5 }))).toEqual({ cause: 5n, tval: 0x1001n, epc: PC }); // misaligned
    expect(trapOf('M', word('amoadd.w', { rd: 6, rs1: 7 }))).toEqual({ cause: 7n, tval: 0n, epc: PC }); // at 0
  });
  test('a jump to where nothing is traps at the target', () => {
    const { hart, code } = fresh();
    hart.setX(5, 0x1000n);
    code(PC, word('jalr', { rd: 0, rs1: 5, imm: 0 }));
    hart.run(2);
    expect([hart.csr.read('mcause'), hart.csr.read('mtval'), hart.csr.read('mepc')]).toEqual([1n, 0x1000n, 0x1000n]);
  });
  test('a failed load leaves rd alone', () => {
    const { hart, code } = fresh();
    hart.setX(5, 0x1000n);
    hart.setX(6, 77n);
    code(PC, word('lw', { rd: 6, rs1: 5, imm: 0 }));
    hart.run(1);
    expect(hart.x[6]).toBe(77n);
  });
});

describe('returns', () => {
  /** Runs mret or sret from its own mode with a given mstatus. */
  function after(name: 'mret' | 'sret', status: bigint): { mode: Mode; pc: bigint; status: bigint } {
    const { hart, code } = fresh();
    code(PC, word(name));
    hart.csr.write('mepc', BASE + 0x700n);
    hart.csr.write('sepc', BASE + 0x800n);
    hart.csr.write('mstatus', status);
    hart.mode = name === 'mret' ? 'M' : 'S';
    hart.run(1);
    return { mode: hart.mode, pc: hart.pc, status: hart.csr.read('mstatus') & 0xffff_ffffn };
  }
  const MIE = 1n << 3n, MPIE = 1n << 7n, SIE = 1n << 1n, SPIE = 1n << 5n, SPP = 1n << 8n, MPRV = 1n << 17n; // prettier-ignore
  const mpp = (level: bigint): bigint => level << 11n;

  test.each([
    ['U', 0n],
    ['S', 1n],
    ['M', 3n],
  ] as const)('mret to %s-mode', (mode, level) => {
    expect(after('mret', mpp(level) | MPIE)).toEqual({ mode, pc: BASE + 0x700n, status: MIE | MPIE }); // MPP = U
    expect(after('mret', mpp(level) | MIE)).toEqual({ mode, pc: BASE + 0x700n, status: MPIE });
  });
  test('mret keeps MPRV only if it stays in M-mode', () => {
    expect(after('mret', mpp(3n) | MPRV).status & MPRV).toBe(MPRV);
    expect(after('mret', mpp(1n) | MPRV).status & MPRV).toBe(0n);
  });
  test('sret to U and to S', () => {
    expect(after('sret', SPIE)).toEqual({ mode: 'U', pc: BASE + 0x800n, status: SIE | SPIE });
    expect(after('sret', SPP | SIE)).toEqual({ mode: 'S', pc: BASE + 0x800n, status: SPIE });
  });
  test('sret in M-mode clears MPRV and leaves the stack of M-mode alone', () => {
    const { hart, code } = fresh();
    code(PC, word('sret'));
    hart.csr.write('sepc', BASE + 0x800n);
    hart.csr.write('mstatus', mpp(3n) | MPRV | MIE | SPP);
    hart.run(1);
    expect([hart.mode, hart.csr.read('mstatus') & 0xffff_ffffn]).toEqual(['S', mpp(3n) | MIE | SPIE]);
  });
});
