/** Running instructions for a budget: what begins, what is counted, and why a run ends. */
import { enterSupervisor } from '../../../src/machine/hart/firmware';
import { BASE, bench, DEVICE, openMemory, word, PLAIN } from './bench-hart';

const nop = word('addi', { rd: 0, rs1: 0, imm: 0 });

test('begins exactly the budget and counts it', () => {
  const { hart, code } = bench();
  code(BASE, word('addi', { rd: 5, rs1: 0, imm: 7 }), word('addi', { rd: 5, rs1: 5, imm: -8 }), nop);
  expect(hart.run(2)).toEqual({ why: 'budget' });
  expect(hart.x[5]).toBe(0xffff_ffff_ffff_ffffn);
  expect(hart.pc).toBe(BASE + 8n);
  expect(hart.begun).toBe(2);
});

test('an ecall from U-mode that is delegated arrives at a native S-mode with the registers written', () => {
  const { hart, code } = bench({ nativeMode: 'S' });
  openMemory(hart);
  code(BASE, nop, word('ecall'));
  hart.csr.write('medeleg', 1n << 8n);
  hart.mode = 'S';
  hart.csr.write('sepc', BASE);
  hart.csr.write('stvec', 0x1234n << 2n);
  expect(hart.run(100)).toEqual({ why: 'trap', to: 'S' });
  expect(hart.csr.read('scause')).toBe(8n);
  expect(hart.csr.read('sepc')).toBe(BASE + 4n);
  expect(hart.pc).toBe(0x1234n << 2n);
  expect(hart.mode).toBe('S');
  expect(hart.begun).toBe(2);
});

describe('nativeMode: the software of a mode is the caller of run()', () => {
  test('run begins with the return of that mode, and comes back at the next trap into it', () => {
    const { hart, code } = bench({ nativeMode: 'S' });
    code(BASE, word('ecall'), word('ecall'));
    enterSupervisor(hart);
    hart.csr.write('sepc', BASE);
    hart.csr.write('sstatus', 0x20n); // SPP = U, SPIE
    const seen: bigint[] = [];
    for (let i = 0; i < 2; i++) {
      expect(hart.run(10)).toEqual({ why: 'trap', to: 'S' });
      seen.push(hart.csr.read('sepc'));
      expect(hart.csr.read('sstatus') & 0x122n).toBe(0x20n); // SIE was 1 in the guest: SPIE; SPP = U
      hart.csr.write('sepc', hart.csr.read('sepc') + 4n);
    }
    expect(seen).toEqual([BASE, BASE + 4n]);
    expect(hart.begun).toBe(2);
  });

  test('after a spent budget the next run goes on where it stopped', () => {
    const { hart, code } = bench({ nativeMode: 'S' });
    code(BASE, nop, nop, nop, word('ecall'));
    enterSupervisor(hart);
    hart.csr.write('sepc', BASE);
    expect(hart.run(2)).toEqual({ why: 'budget' });
    expect([hart.mode, hart.pc]).toEqual(['U', BASE + 8n]);
    expect(hart.run(2)).toEqual({ why: 'trap', to: 'S' });
  });

  test('an interrupt comes back before the first instruction', () => {
    const { hart, code } = bench({ nativeMode: 'S' });
    code(BASE, nop);
    enterSupervisor(hart);
    hart.csr.write('sepc', BASE);
    hart.csr.write('sie', 0x200n);
    hart.setInterrupt(9, true);
    expect(hart.run(10)).toEqual({ why: 'trap', to: 'S' });
    expect([hart.csr.read('scause'), hart.csr.read('sepc'), hart.begun]).toEqual([(1n << 63n) | 9n, BASE, 0]);
  });

  test('a trap to another mode stays inside', () => {
    const { hart, code } = bench({ nativeMode: 'S' });
    code(BASE, word('ecall'), word('mret'));
    openMemory(hart);
    hart.csr.write('mtvec', BASE + 4n);
    hart.csr.write('mepc', BASE);
    hart.csr.write('sepc', BASE);
    hart.mode = 'S';
    expect(hart.run(1)).toEqual({ why: 'budget' }); // not delegated
    expect(hart.mode).toBe('M');
  });

  test('M-mode can be TypeScript too', () => {
    const { hart, code } = bench({ nativeMode: 'M' });
    openMemory(hart);
    code(BASE, word('ecall'));
    hart.csr.write('mepc', BASE);
    hart.csr.write('mstatus', 1n << 11n); // MPP = S
    expect(hart.run(10)).toEqual({ why: 'trap', to: 'M' });
    expect(hart.csr.read('mcause')).toBe(9n);
  });
});

test('enterSupervisor leaves S-mode with all but its own ecall delegated, memory and counters open', () => {
  const { hart } = bench({ isa: PLAIN });
  enterSupervisor(hart);
  expect(hart.mode).toBe('S');
  const values = ['medeleg', 'mideleg', 'mcounteren', 'pmpaddr0', 'pmpcfg0'].map((name) => hart.csr.read(name));
  expect(values).toEqual([0xb1ffn, 0x222n, 0xffff_ffffn, (1n << 54n) - 1n, 0x1fn]);
});

test('halt ends the run after the instruction that caused it', () => {
  const machine = bench();
  const { hart, code } = machine;
  machine.bus.store = () => {
    hart.halt(3);
    return true;
  };
  code(BASE, word('sw', { rs1: 5, rs2: 0, imm: 0 }), nop);
  hart.setX(5, BigInt(DEVICE));
  expect(hart.run(10)).toEqual({ why: 'halted', code: 3 });
  expect([hart.pc, hart.begun]).toEqual([BASE + 4n, 1]);
});

test('a device that ends the slice loses no instruction and no budget', () => {
  const machine = bench();
  const { hart, code } = machine;
  machine.bus.store = () => {
    hart.endSlice();
    return true;
  };
  code(BASE, word('sw', { rs1: 5, rs2: 0, imm: 0 }), nop, nop);
  hart.setX(5, BigInt(DEVICE));
  expect(hart.run(3)).toEqual({ why: 'budget' });
  expect([hart.pc, hart.begun]).toEqual([BASE + 12n, 3]);
});

test('onRetire tells of what retired, onTrap of what did not', () => {
  const { hart, code } = bench();
  const events: unknown[] = [];
  hart.onRetire = ({ pc, instruction, rd, value }) => events.push([pc, instruction.row.name, rd, value]);
  hart.onTrap = ({ pc, cause, interrupt, from, to }) => events.push([pc, cause, interrupt, from, to]);
  hart.csr.write('mtvec', BASE + 8n);
  code(BASE, word('addi', { rd: 5, rs1: 0, imm: -1 }), word('ecall'), nop);
  hart.run(3);
  expect(events).toEqual([
    [BASE, 'addi', 5, 0xffff_ffff_ffff_ffffn],
    [BASE + 4n, 11, false, 'M', 'M'],
    [BASE + 8n, 'addi', 0, 0n],
  ]);
});

test('reset: M-mode at the reset vector, registers 0, mstatus 0 but for UXL and SXL', () => {
  const { hart } = bench();
  hart.setX(5, 1n);
  hart.csr.write('satp', 8n << 60n);
  hart.csr.write('mie', 0xaaan);
  hart.mode = 'U';
  hart.reset();
  expect([hart.mode, hart.pc, hart.x[5], hart.begun]).toEqual(['M', BASE, 0n, 0]);
  expect(['satp', 'mie', 'mstatus', 'mcause'].map((name) => hart.csr.read(name))).toEqual([0n, 0n, 0xa_0000_0000n, 0n]);
});
