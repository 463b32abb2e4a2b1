/** A second correct virtual supervisor: plain functions and switches over numbers, where the first has a table of registers. */
import { CSR_NUMBERS, type Instruction } from '#machine';
import type { Emulated, Parts, VirtualHart } from '#vmm';

const SUPERVISOR_INTERRUPTS = (1n << 1n) | (1n << 5n) | (1n << 9n);

/** Undefined: this guest has no such register. */
function read(number: number, hart: VirtualHart): bigint | undefined {
  const { csr } = hart;
  switch (number) {
    case CSR_NUMBERS.sstatus: return csr.sstatus;
    case CSR_NUMBERS.sie: return csr.sie;
    case CSR_NUMBERS.sip: return csr.sip | hart.pending;
    case CSR_NUMBERS.stvec: return csr.stvec;
    case CSR_NUMBERS.sscratch: return csr.sscratch;
    case CSR_NUMBERS.sepc: return csr.sepc;
    case CSR_NUMBERS.scause: return csr.scause;
    case CSR_NUMBERS.stval: return csr.stval;
    case CSR_NUMBERS.satp: return csr.satp;
    case CSR_NUMBERS.scounteren: return csr.scounteren;
    case CSR_NUMBERS.senvcfg: return csr.senvcfg;
    case CSR_NUMBERS.cycle: return hart.cycles();
    case CSR_NUMBERS.time: return hart.time();
    case CSR_NUMBERS.instret: return hart.retired();
  }
  return number > CSR_NUMBERS.instret && number <= CSR_NUMBERS.hpmcounter31 ? 0n : undefined;
} // prettier-ignore

function write(number: number, value: bigint, hart: VirtualHart): void {
  const { csr } = hart;
  const bit = (n: bigint) => value & (1n << n);
  if (number === CSR_NUMBERS.sstatus) csr.sstatus = (2n << 32n) | bit(1n) | bit(5n) | bit(8n) | bit(18n) | bit(19n);
  else if (number === CSR_NUMBERS.sie) csr.sie = value & SUPERVISOR_INTERRUPTS;
  else if (number === CSR_NUMBERS.sip) csr.sip = bit(1n);
  else if (number === CSR_NUMBERS.stvec) csr.stvec = value - bit(1n);
  else if (number === CSR_NUMBERS.sscratch) csr.sscratch = value;
  else if (number === CSR_NUMBERS.sepc) csr.sepc = value - bit(0n);
  else if (number === CSR_NUMBERS.scause) csr.scause = value;
  else if (number === CSR_NUMBERS.stval) csr.stval = value;
  else if (number === CSR_NUMBERS.scounteren) csr.scounteren = BigInt.asUintN(32, value);
  else if (number === CSR_NUMBERS.senvcfg) csr.senvcfg = bit(0n);
  else if (number === CSR_NUMBERS.satp) writeSatp(value, hart);
}

function writeSatp(value: bigint, hart: VirtualHart): void {
  const mode = Number(value >> 60n);
  const supported = mode === 0 || (mode >= 8 && mode <= 10);
  if (!supported) return;
  hart.csr.satp = value;
  hart.translationChanged('satp');
}

function mayAccess(number: number, writes: boolean, hart: VirtualHart): boolean {
  const lowest = (number >> 8) & 3;
  const mine = hart.mode === 'S' ? 1 : 0;
  if (lowest > mine || (writes && number >> 10 === 3)) return false;
  return hart.mode === 'S' || Boolean(hart.csr.scounteren & (1n << BigInt(number & 31)));
}

function csrInstruction({ row: { does }, rd, rs1, imm: number }: Instruction, hart: VirtualHart): Emulated {
  if (does.kind !== 'csr') return 'illegal';
  const writes = does.op === 'swap' || rs1 > 0;
  const before = mayAccess(number, writes, hart) ? read(number, hart) : undefined;
  if (before === undefined) return 'illegal';
  const operand = does.immediate ? BigInt(rs1) : hart.x.get(rs1);
  const after = { swap: operand, set: before | operand, clear: before & (2n ** 64n - 1n - operand) }[does.op];
  hart.x.set(rd, before);
  if (writes) write(number, after, hart);
  return 'advance';
}

function returnFromTrap(hart: VirtualHart): Emulated {
  const { csr } = hart;
  const wasOn = (csr.sstatus >> 5n) & 1n;
  const toSupervisor = (csr.sstatus >> 8n) & 1n;
  csr.sstatus = (csr.sstatus & ~0x102n) | 0x20n | (wasOn << 1n);
  hart.mode = toSupervisor ? 'S' : 'U';
  hart.pc = csr.sepc;
  return 'redirected';
}

export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, hart) => {
  if (instruction.row.does.kind === 'csr') return csrInstruction(instruction, hart);
  if (hart.mode !== 'S') return 'illegal';
  switch (instruction.row.name) {
    case 'sret':
      return returnFromTrap(hart);
    case 'wfi':
      return 'block';
    case 'sfence.vma':
      hart.translationChanged('sfence.vma');
      return 'advance';
    default:
      return 'illegal';
  }
};
