/** The privileged instructions, one function each (Privileged, "Machine-Mode Privileged Instructions", "Supervisor Instructions" and "Hypervisor Instructions"). */
import { HART } from '../engine/layout';
import type { Instruction } from '../isa/row';
import { manageBlock, zeroBlock } from './cache-block';
import { Exception } from './cause';
import { Environment, HypervisorStatus, Status } from './fields';
import type { Hart } from './hart';
import { withLeaks } from './leaky';
import { H, refusal, refusalByEnvironment, refusalOfGuestAccess, refusalOfWait, type Demand } from './permission';
import type { Translations } from './ports';
import { M, S, U } from './privilege';

/*
 * Each function does the whole instruction, including moving pc. Traps that guests take on purpose (ecall, an illegal CSR
 * that a hypervisor emulates) enter the handler directly with hart.trap(); throwing Trap would cost them half a microsecond.
 */
type Action = (hart: Hart, instruction: Instruction) => void;

/** The exception for an instruction that is not there, or not for this privilege; xtval gets its bits. */
export const illegal = (hart: Hart, word: number): void => refuse(hart, Exception.illegalInstruction, word);

const refuse = (hart: Hart, cause: number, word: number): void => hart.trap(cause, BigInt(word));

/** `action` where `demand` permits it, else the exception. */
const privileged =
  (demand: Demand, action: Action): Action =>
  (hart, instruction) => {
    const cause = refusal(hart, demand);
    if (cause === undefined) action(hart, instruction);
    else refuse(hart, cause, instruction.word);
  };

const RETURN: Demand = { level: S, closedByMachine: Status.TSR, closedByHypervisor: HypervisorStatus.VTSR };
const FENCE: Demand = { level: S, closedByMachine: Status.TVM, closedByHypervisor: HypervisorStatus.VTVM };
const GUEST_FENCE: Demand = { level: H, closedByMachine: Status.TVM };

/** What the mode's own fence acts on. */
const own = (hart: Hart): Translations => (hart.inGuest ? 'guest' : 'host');

/** Forgets all translations of one kind, or with rs1 those of the page at the address that it holds. The ASID in rs2 is ignored. */
const fence =
  (which: (hart: Hart) => Translations): Action =>
  (hart, { length, rs1 }) => {
    if (rs1 === 0) hart.executor.forgetTranslations(which(hart));
    else {
      const at = (hart.base + HART.X + 8 * rs1) >> 2;
      hart.executor.forgetTranslations(which(hart), hart.memory.u32[at], hart.memory.i32[at + 1]);
    }
    hart.advance(length);
  };

const ownFence = privileged(FENCE, fence(own));
const guestFence = privileged(
  { level: H },
  fence(() => 'guest'),
);

/** A cached translation does not know the guest physical address that it went through: whatever rs1 says, all are forgotten. */
const guestPhysicalFence = privileged(GUEST_FENCE, (hart, { length }) => {
  hart.executor.forgetTranslations('guest');
  hart.advance(length);
});

/** Orders what sinval.vma has invalidated: nothing to do, as that acts at once. */
const orderingFence = privileged({ level: S }, (hart, { length }) => hart.advance(length));

/** An operation on a cache block where the environment configuration allows it (bits of menvcfg and its like), or the exception. */
const cacheBlock =
  (allowedBy: number, operation: (hart: Hart, instruction: Instruction) => void): Action =>
  (hart, instruction) => {
    const cause = refusalByEnvironment(hart, allowedBy);
    if (cause === undefined) operation(hart, instruction);
    else refuse(hart, cause, instruction.word);
  };

const ecall = (hart: Hart): number => {
  if (hart.privilege === U) return Exception.environmentCallFromU;
  if (hart.privilege === M) return Exception.environmentCallFromM;
  return hart.inGuest ? Exception.environmentCallFromVS : Exception.environmentCallFromS;
};

const ACTIONS = withLeaks<Readonly<Record<string, Action | undefined>>>({
  ecall: (hart) => hart.trap(ecall(hart), 0n),

  ebreak: (hart) => hart.trap(Exception.breakpoint, 0n), // xtval may be 0 or pc; QEMU's board gives 0

  mret: privileged({ level: M }, (hart) => hart.returnFrom('M')),

  sret: privileged(RETURN, (hart) => hart.returnFrom(hart.inGuest ? 'VS' : 'S')),

  wfi: (hart, { word, length }) => {
    const cause = refusalOfWait(hart);
    if (cause !== undefined) return refuse(hart, cause, word);
    hart.advance(length);
    hart.waitForInterrupt();
  },

  'sfence.vma': ownFence,
  'sinval.vma': ownFence,
  'sfence.w.inval': orderingFence,
  'sfence.inval.ir': orderingFence,
  'hfence.vvma': guestFence,
  'hinval.vvma': guestFence,
  'hfence.gvma': guestPhysicalFence,
  'hinval.gvma': guestPhysicalFence,

  'cbo.inval': cacheBlock(Environment.CBIE, manageBlock),
  'cbo.clean': cacheBlock(Environment.CBCFE, manageBlock),
  'cbo.flush': cacheBlock(Environment.CBCFE, manageBlock),
  'cbo.zero': cacheBlock(Environment.CBZE, zeroBlock),

  'fence.i': (hart, { length }) => hart.advance(length), // stores drop decoded instructions at once
});

/** Takes the exception that hlv, hlvx and hsv raise where they are not allowed; false where they are. */
export function refuseGuestAccess(hart: Hart, { word }: Instruction): boolean {
  const cause = refusalOfGuestAccess(hart);
  if (cause !== undefined) refuse(hart, cause, word);
  return cause !== undefined;
}

/** What a `system` row does. */
export const systemAction = (action: string): Action => ACTIONS[action] ?? ((hart, { word }) => illegal(hart, word));

/** Executes a `csr` row (Zicsr): rd = old value; the CSR is swapped with the operand, or its bits are set or cleared. */
export function executeCsr(
  hart: Hart,
  op: 'swap' | 'set' | 'clear',
  immediate: boolean,
  { rd, rs1, imm: number, word, length }: Instruction,
): void {
  const writes = op === 'swap' || rs1 !== 0; // set and clear with x0 or 0 do not write at all
  const row = hart.csr.accessible(number, writes);
  if (typeof row === 'number') return refuse(hart, row, word);
  const operand = immediate ? BigInt(rs1) : hart.x[rs1];
  const old = op === 'swap' && rd === 0 ? 0n : row.read(hart); // csrrw to x0 does not read
  if (writes) {
    const base = op !== 'swap' && row.readForUpdate ? row.readForUpdate(hart) : old;
    const value = op === 'swap' ? operand : op === 'set' ? base | operand : base & ~operand;
    if (row.writeByInstruction) row.writeByInstruction(hart, value);
    else row.write(hart, value);
  }
  hart.setX(rd, old);
  hart.advance(length);
}
