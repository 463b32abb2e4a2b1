/** From a guest-page fault to the exit that the frame handles: which guest-physical address, and what was the guest doing there? */
import { Exception, Trap, type Access, type Bus, type Decoder, type Hart, type Instruction } from '#machine';
import type { VmExit } from '../../exit';
import type { GuestMemory } from '../../memory/guest-memory';
import type { HypervisorTrap } from './hypervisor-hart';

export const GUEST_PAGE_FAULTS: Readonly<Record<number, Access | undefined>> = {
  [Exception.instructionGuestPageFault]: 'fetch',
  [Exception.loadGuestPageFault]: 'load',
  [Exception.storeGuestPageFault]: 'store',
};

interface Board {
  readonly memory: GuestMemory;
  readonly bus: Bus;
}

/** A pseudoinstruction: the hart itself read (0x3000) or wrote (0x3020) an entry of the guest's page table. */
const isImplicit = (htinst: bigint): boolean => htinst !== 0n && (htinst & 1n) === 0n;

/** The exit for a guest-page fault (20, 21, 23). `hart` is in HS-mode, where the trap has left it. */
export function guestFaultExit(trap: HypervisorTrap, hart: Hart, { memory, bus }: Board): VmExit {
  const { cause, stval: gva, htval, htinst } = trap;
  const access = GUEST_PAGE_FAULTS[cause] as Access;
  // htval has no room for the two lowest bits. They are those of stval, but 0 where the address is that of a page-table entry.
  const gpa = (htval << 2n) | (isImplicit(htinst) ? 0n : gva & 3n);
  if (memory.slots.toHost(gpa) !== undefined) return { kind: 'g-stage-miss', gva, gpa, access };
  const instruction = access === 'fetch' || isImplicit(htinst) ? undefined : accessingInstruction(trap, hart);
  return (instruction && deviceExit(instruction, { gva, gpa }, bus)) ?? { kind: 'unmapped', gva, gpa, access };
}

/** The load or store that faulted, and where in it: bytes from its own address to the one that faulted. */
interface Accessing {
  readonly instruction: Instruction;
  readonly length: 2 | 4;
  readonly offset: number;
}

/** From htinst, which spares us the fetch; or from the guest's memory, for what the hart does not transform. */
function accessingInstruction({ htinst, stval }: HypervisorTrap, hart: Hart): Accessing | undefined {
  if (htinst !== 0n) {
    // Bit 1 is clear if the instruction was compressed; the rest is the uncompressed one, with the offset in place of rs1.
    const instruction = hart.decode(Number(htinst | 2n));
    return instruction && { instruction, length: htinst & 2n ? 4 : 2, offset: instruction.rs1 };
  }
  const instruction = fetchGuest(hart, hart.decode);
  if (!instruction) return undefined;
  const address = hart.x[instruction.rs1] + BigInt(instruction.imm);
  return { instruction, length: instruction.length, offset: Number(BigInt.asUintN(64, stval - address) & 0x1fn) };
}

/** Only plain loads and stores of integers: atomics to devices are bus errors, and so are accesses that only end in them. */
function deviceExit(
  { instruction, length, offset }: Accessing,
  { gva, gpa }: { gva: bigint; gpa: bigint },
  bus: Bus,
): VmExit | undefined {
  const { does } = instruction.row;
  if ((does.kind !== 'load' && does.kind !== 'store') || does.float || offset !== 0) return undefined;
  if (!bus.claims.some(({ base, device }) => gpa >= base && gpa < base + device.size)) return undefined;
  const { width } = does;
  return does.kind === 'load'
    ? { kind: 'mmio', gva, gpa, access: 'load', width, signed: does.signed, register: instruction.rd, length }
    : { kind: 'mmio', gva, gpa, access: 'store', width, signed: false, register: instruction.rs2, length };
}

/** The instruction at the guest's pc, read as hlvx.hu does: with its eyes, through both stages. Undefined if it cannot be. */
export function fetchGuest(hart: Hart, decode: Decoder): Instruction | undefined {
  const pc = hart.csr.read('sepc');
  const privilege = hart.csr.read('hstatus') & SPVP ? 1 : 0;
  const parcel = (at: bigint): number =>
    Number(hart.virtual.load(BigInt.asUintN(64, at), 2, { privilege, guest: true, executable: true }));
  try {
    const low = parcel(pc);
    return decode((low & 3) === 3 ? ((parcel(pc + 2n) << 16) | low) >>> 0 : low);
  } catch (thrown) {
    if (thrown instanceof Trap) return undefined;
    throw thrown;
  }
}

const SPVP = 1n << 8n;
