// 03 · The virtual supervisor: do for a deprivileged kernel what the processor would have done.
//
// The guest's kernel executed `instruction` in what it believes to be S-mode (or its user program did, in U-mode), and it
// trapped. Emulate it on `vcpu`, the guest's virtual registers: the six CSR instructions on every CSR that a supervisor
// has, sret, wfi and sfence.vma. Return 'advance', 'redirected' (sret: you have set the pc), 'block' (wfi), or 'illegal'
// for whatever this mode may not do, or this processor does not have. Each CSR keeps only what is legal (WARL).
// #region solution: import { todo, type Parts } from '#vmm';
import { CSR_NUMBERS, type Instruction } from '#machine';
import type { Emulated, Parts, VirtualCsrName, VirtualHart } from '#vmm';

/** A CSR as this guest sees it. A missing `write` drops what is written. */
interface VirtualCsr {
  read(vcpu: VirtualHart): bigint;
  write?(vcpu: VirtualHart, value: bigint): void;
}

// One copy for the guest, one for the hart: what the guest reads is never the host's register.

/** Storage of which only the bits of `writable` change. */
const masked = (name: VirtualCsrName, writable: bigint): VirtualCsr => ({
  read: ({ csr }) => csr[name],
  write: ({ csr }, value) => {
    csr[name] = (csr[name] & ~writable) | (value & writable);
  },
});

const ALL = 2n ** 64n - 1n;
const SIE = 1n << 1n;
const SPIE = 1n << 5n;
const SPP = 1n << 8n;
const SUM = 1n << 18n;
const MXR = 1n << 19n;
const SSIP = 1n << 1n;
const SUPERVISOR_INTERRUPTS = 0x222n; // SSI, STI, SEI
const FIOM = 1n;

const FS = 3n << 13n;
const SD = 1n << 63n;

/** FS is there if there are floating-point registers; SD says that it is Dirty. There are no vector registers: VS reads 0. */
const sstatus: VirtualCsr = {
  read: ({ csr }) => ((csr.sstatus & FS) === FS ? csr.sstatus | SD : csr.sstatus),
  write: (vcpu, value) => {
    const writable = SIE | SPIE | SPP | SUM | MXR | (vcpu.hasFloats ? FS : 0n);
    vcpu.csr.sstatus = (vcpu.csr.sstatus & ~writable) | (value & writable);
  },
};

/** Bare, Sv39, Sv48, Sv57. "If satp is written with an unsupported MODE, the entire write has no effect." */
const SATP_MODES = [0n, 8n, 9n, 10n];

const satp: VirtualCsr = {
  read: ({ csr }) => csr.satp,
  write: (vcpu, value) => {
    if (!SATP_MODES.includes(value >> 60n)) return;
    vcpu.csr.satp = value;
    vcpu.translationChanged('satp');
  },
};

/** Of sip, software writes SSIP only; timer and device interrupts are whatever the hypervisor holds pending. */
const sip: VirtualCsr = {
  read: ({ csr, pending }) => csr.sip | pending,
  write: masked('sip', SSIP).write,
};

/** All CSRs of a supervisor. A number that is not here does not exist for this guest: M-mode's least of all. */
const CSRS: ReadonlyMap<number, VirtualCsr> = new Map(
  Object.entries({
    sstatus,
    sie: masked('sie', SUPERVISOR_INTERRUPTS),
    stvec: masked('stvec', ALL & ~2n), // MODE 2 and 3 are reserved
    scounteren: masked('scounteren', 0xffff_ffffn),
    senvcfg: masked('senvcfg', FIOM),
    sscratch: masked('sscratch', ALL),
    sepc: masked('sepc', ALL & ~1n), // instructions are at even addresses
    scause: masked('scause', ALL),
    stval: masked('stval', ALL),
    sip,
    satp,
    cycle: { read: (vcpu) => vcpu.cycles() },
    time: { read: (vcpu) => vcpu.time() },
    instret: { read: (vcpu) => vcpu.retired() },
    ...Object.fromEntries(Array.from({ length: 29 }, (_, i) => [`hpmcounter${i + 3}`, { read: () => 0n }])),
  } satisfies Record<string, VirtualCsr>).map(([name, csr]) => [CSR_NUMBERS[name], csr]),
);

/** Bits 11:10 of a CSR's number are 3 if it is read-only; bits 9:8 are the lowest mode that may use it (1 = S). */
const isReadOnly = (number: number): boolean => number >> 10 === 3;
const isForSupervisor = (number: number): boolean => ((number >> 8) & 3) === 1;

/** The CSR if the guest's mode may access it so. */
function accessible(number: number, writes: boolean, { mode, csr }: VirtualHart): VirtualCsr | undefined {
  if (writes && isReadOnly(number)) return undefined;
  if (mode === 'U') {
    // A user program may read the counters that its kernel opened. All others are the kernel's.
    const opened = (csr.scounteren >> BigInt(number & 31)) & 1n;
    if (isForSupervisor(number) || !opened) return undefined;
  }
  return CSRS.get(number);
}

type CsrSemantics = Extract<Instruction['row']['does'], { kind: 'csr' }>;

/** rd = old value; then the CSR is swapped with the operand, or the operand's bits are set or cleared in it. */
function emulateCsr(instruction: Instruction, { op, immediate }: CsrSemantics, vcpu: VirtualHart): Emulated {
  const { rd, rs1, imm: number } = instruction;
  // Set and clear with x0 or 0 do not write: that is how a read-only CSR can be read at all.
  const writes = op === 'swap' || rs1 !== 0;
  const csr = accessible(number, writes, vcpu);
  if (!csr) return 'illegal';
  const operand = immediate ? BigInt(rs1) : vcpu.x.get(rs1); // before rd is written: it may be the same register
  const old = csr.read(vcpu);
  if (writes) csr.write?.(vcpu, op === 'swap' ? operand : op === 'set' ? old | operand : old & ~operand);
  vcpu.x.set(rd, old);
  return 'advance';
}

/** Leaves a trap handler: the mode and SIE from before the trap, and the least privilege where SPP was. */
function sret(vcpu: VirtualHart): Emulated {
  const { csr } = vcpu;
  vcpu.mode = csr.sstatus & SPP ? 'S' : 'U';
  const sie = csr.sstatus & SPIE ? SIE : 0n;
  csr.sstatus = (csr.sstatus & ~(SIE | SPP)) | sie | SPIE;
  vcpu.pc = csr.sepc;
  return 'redirected';
}

function emulateSystem(action: string, { rs1 }: Instruction, vcpu: VirtualHart): Emulated {
  if (vcpu.mode === 'U') return 'illegal'; // also wfi, which could not finish in bounded time
  if (action === 'sret') return sret(vcpu);
  if (action === 'wfi') return 'block';
  if (action !== 'sfence.vma') return 'illegal'; // mret: this guest has no M-mode
  // With x0, all addresses are meant; the ASID in rs2 would only allow to forget less.
  vcpu.translationChanged('sfence.vma', rs1 === 0 ? undefined : vcpu.x.get(rs1));
  return 'advance';
}
// #endregion

// #region solution: export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => todo('emulate one privileged instruction');
export const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
  const { does } = instruction.row;
  if (does.kind === 'csr') return emulateCsr(instruction, does, vcpu);
  if (does.kind === 'system') return emulateSystem(does.action, instruction, vcpu);
  return 'illegal';
};
// #endregion
