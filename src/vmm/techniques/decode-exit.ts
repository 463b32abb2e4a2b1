/** From a trap to the exit that the frame handles: what was the guest doing, and to what? */
import { decode, Exception, type Access, type Bus, type Instruction } from '#machine';
import type { VmExit } from '../exit';
import { PartFailure } from '../part-failure';
import type { GuestMemory } from '../memory/guest-memory';
import type { GuestTrap, Injection, VirtualHart } from '../vcpu';

/** The guest's world: its RAM and its devices, at guest-physical addresses. */
interface Board {
  readonly memory: GuestMemory;
  readonly bus: Bus;
}

/** Whose instruction is looked at. */
type Fetching = Pick<VirtualHart, 'pc' | 'x' | 'walk'>;

const A0 = 10;
const A6 = 16;
const A7 = 17;

/** Exceptions of an access through a page table. */
export const FAULTING_ACCESS: Readonly<Record<number, Access | undefined>> = {
  [Exception.instructionPageFault]: 'fetch',
  [Exception.loadPageFault]: 'load',
  [Exception.storePageFault]: 'store',
};

/** The exit for a trap that is the hypervisor's; undefined if it can do nothing about it, so that it is the guest's after all. */
export function exitFor(trap: GuestTrap, vcpu: VirtualHart, board: Board): VmExit | undefined {
  const access = FAULTING_ACCESS[trap.cause];
  if (access) return pageFaultExit(trap, access, vcpu, board);
  if (trap.cause === Exception.environmentCallFromU) return ecallExit(vcpu);
  if (trap.cause === Exception.illegalInstruction) return privilegedExit(Number(trap.tval));
  return undefined;
}

/** A trap that is the guest's, as its own processor would have raised it. */
export function ownTrap({ cause, tval }: GuestTrap, vcpu: VirtualHart): Injection {
  const access = FAULTING_ACCESS[cause];
  const walk = access && vcpu.walk(tval, access);
  if (walk && !walk.ok) return { cause: walk.cause, interrupt: false, tval };
  const fromKernel = cause === Exception.environmentCallFromU && vcpu.mode === 'S';
  return { cause: fromKernel ? Exception.environmentCallFromS : cause, interrupt: false, tval };
}

/** The SBI call that the guest's registers hold. */
export const ecallExit = ({ x }: Pick<VirtualHart, 'x'>): VmExit => ({
  kind: 'ecall',
  extension: x.get(A7),
  fn: x.get(A6),
  args: [x.get(A0), x.get(A0 + 1), x.get(A0 + 2), x.get(A0 + 3), x.get(A0 + 4), x.get(A0 + 5)], // no loop: at every call
  length: 4,
});

/** An instruction that only supervisors may execute, or that reads or writes a CSR. Other illegal words are illegal for everybody. */
function privilegedExit(word: number): VmExit | undefined {
  const instruction = decode(word);
  const kind = instruction?.row.does.kind;
  return instruction && (kind === 'csr' || kind === 'system')
    ? { kind: 'privileged', instruction, length: instruction.length }
    : undefined;
}

/** The guest's table has a translation that the shadow lacks: for RAM, for a device, or for nothing at all. */
function pageFaultExit({ cause, tval: gva }: GuestTrap, access: Access, vcpu: VirtualHart, board: Board): VmExit {
  const found = vcpu.walk(gva, access);
  if (!found.ok) {
    throw new PartFailure(
      'reflect',
      `your \`reflect.owner\` gave the hypervisor the page fault (cause ${cause}) at 0x${gva.toString(16)}, but the guest's own page ` +
        `table forbids this ${access}: only the guest's kernel can do something about it.`,
    );
  }
  const fault = { gva, gpa: found.gpa, access };
  if (board.memory.slots.toHost(found.gpa) !== undefined) return { kind: 'shadow-miss', ...fault };
  return deviceExit(fault, vcpu, board) ?? { kind: 'unmapped', ...fault };
}

/** A load or store that a device should answer; undefined for all that no device takes. */
export function deviceExit(
  { gva, gpa, access }: { gva: bigint; gpa: bigint; access: Access },
  vcpu: Fetching,
  { bus, memory }: Board,
): VmExit | undefined {
  if (access === 'fetch' || !claimed(bus, gpa)) return undefined;
  const instruction = instructionAt(vcpu, memory);
  const does = instruction?.row.does;
  // Devices take plain loads and stores of integers. Others to them are bus errors, and so are accesses that only end in them.
  if (!instruction || (does?.kind !== 'load' && does?.kind !== 'store') || does.float) return undefined;
  if (BigInt.asUintN(64, vcpu.x.get(instruction.rs1) + BigInt(instruction.imm)) !== gva) return undefined;
  const { width } = does;
  const { length } = instruction;
  return does.kind === 'load'
    ? { kind: 'mmio', gva, gpa, access: 'load', width, signed: does.signed, register: instruction.rd, length }
    : { kind: 'mmio', gva, gpa, access: 'store', width, signed: false, register: instruction.rs2, length };
}

/** Whether a device answers at this address. Above 2^53 the number is not exact, but no device is there either. */
function claimed(bus: Bus, gpa: bigint): boolean {
  const address = Number(gpa);
  return bus.claims.some(({ base, device }) => address >= base && address < base + device.size);
}

/** The instruction at the guest's pc, read as the guest would fetch it; undefined if its table has changed under it. */
export function instructionAt(vcpu: Omit<Fetching, 'x'>, memory: GuestMemory): Instruction | undefined {
  const parcel = (gva: bigint): bigint | undefined => {
    const found = vcpu.walk(gva, 'fetch');
    return found.ok ? memory.read(found.gpa, 2) : undefined;
  };
  const low = parcel(vcpu.pc);
  const high = low !== undefined && (low & 3n) === 3n ? parcel(BigInt.asUintN(64, vcpu.pc + 2n)) : 0n;
  return low === undefined || high === undefined ? undefined : decode(Number((high << 16n) | low));
}
