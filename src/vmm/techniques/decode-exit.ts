/** From a trap that is not the guest's to the exit that the frame handles: what was the guest doing, and to what? */
import { decode, Exception, type Access, type Bus, type Instruction } from '#machine';
import type { VmExit } from '../exit';
import type { GuestMemory } from '../memory/guest-memory';
import type { VirtualHart } from '../vcpu';

const A0 = 10;
const A6 = 16;
const A7 = 17;

/** Exceptions of an access through a page table. */
export const FAULTING_ACCESS: Readonly<Record<number, Access | undefined>> = {
  [Exception.instructionPageFault]: 'fetch',
  [Exception.loadPageFault]: 'load',
  [Exception.storePageFault]: 'store',
};

/** The SBI call that the guest's registers hold. */
export const ecallExit = ({ x }: Pick<VirtualHart, 'x'>): VmExit => ({
  kind: 'ecall',
  extension: x.get(A7),
  fn: x.get(A6),
  args: [0, 1, 2, 3, 4, 5].map((i) => x.get(A0 + i)),
  length: 4,
});

/** The instruction with these bits if it is one that only supervisors may execute, or that reads or writes a CSR. */
export function privilegedInstruction(word: number): Instruction | undefined {
  const instruction = decode(word);
  const kind = instruction?.row.does.kind;
  return kind === 'csr' || kind === 'system' ? instruction : undefined;
}

/** An access to guest-physical space outside RAM: for a device of this VM, or for nobody. */
export function outsideRam(
  vcpu: VirtualHart,
  { bus, memory }: { bus: Bus; memory: GuestMemory },
  fault: { gva: bigint; gpa: bigint; access: Access },
): VmExit {
  const unmapped: VmExit = { kind: 'unmapped', ...fault };
  if (fault.access === 'fetch' || !claimed(bus, fault.gpa)) return unmapped;
  const instruction = instructionAt(vcpu, memory);
  if (!instruction) return unmapped;
  const { does } = instruction.row;
  // Devices take plain loads and stores, aligned; atomics to them, and accesses across their edge, are bus errors.
  const address = BigInt.asUintN(64, vcpu.x.get(instruction.rs1) + BigInt(instruction.imm));
  if ((does.kind !== 'load' && does.kind !== 'store') || address !== fault.gva) return unmapped;
  return {
    kind: 'mmio',
    gva: fault.gva,
    gpa: fault.gpa,
    access: does.kind,
    width: does.width,
    signed: does.kind === 'load' && does.signed,
    register: does.kind === 'load' ? instruction.rd : instruction.rs2,
    length: instruction.length,
  };
}

/** Whether a device answers at this address. Above 2^53 the number is not exact, but no device is there either. */
function claimed(bus: Bus, gpa: bigint): boolean {
  const address = Number(gpa);
  return bus.claims.some(({ base, device }) => address >= base && address < base + device.size);
}

/** The instruction at the guest's pc, read as the guest would fetch it; undefined if its table has changed under it. */
export function instructionAt(vcpu: VirtualHart, memory: GuestMemory): Instruction | undefined {
  const parcel = (gva: bigint): bigint | undefined => {
    const found = vcpu.walk(gva, 'fetch');
    return found.ok ? memory.read(found.gpa, 2) : undefined;
  };
  const low = parcel(vcpu.pc);
  const high = low !== undefined && (low & 3n) === 3n ? parcel(BigInt.asUintN(64, vcpu.pc + 2n)) : 0n;
  return low === undefined || high === undefined ? undefined : decode(Number((high << 16n) | low));
}
