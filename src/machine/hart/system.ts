/** The privileged instructions, one function each (Privileged, "Machine-Mode Privileged Instructions" and "Supervisor Instructions"). */
import { HART } from '../engine/layout';
import type { Instruction } from '../isa/row';
import { Exception } from './cause';
import { Csr, Status } from './fields';
import type { Hart } from './hart';
import { M, S, U } from './privilege';

/*
 * Each function does the whole instruction, including moving pc. Traps that guests take on purpose (ecall, an illegal CSR
 * that a hypervisor emulates) enter the handler directly with hart.trap(); throwing Trap would cost them half a microsecond.
 */
type Action = (hart: Hart, instruction: Instruction) => void;

/** The exception for an instruction that is not there, or not for this privilege; xtval gets its bits. */
export const illegal = (hart: Hart, word: number): void => hart.trap(Exception.illegalInstruction, BigInt(word));

const inSupervisor = (hart: Hart, bit: number): boolean => hart.privilege === S && (hart.low(Csr.mstatus) & bit) !== 0;

const ACTIONS: Readonly<Record<string, Action | undefined>> = {
  ecall: (hart) => hart.trap(Exception.environmentCallFromU + hart.privilege, 0n),

  ebreak: (hart) => hart.trap(Exception.breakpoint, 0n), // xtval may be 0 or pc; QEMU's board gives 0

  mret: (hart, { word }) => (hart.privilege === M ? hart.returnFrom(M) : illegal(hart, word)),

  sret: (hart, { word }) =>
    hart.privilege === U || inSupervisor(hart, Status.TSR) ? illegal(hart, word) : hart.returnFrom(S),

  wfi: (hart, { word, length }) => {
    if (hart.privilege === U || inSupervisor(hart, Status.TW)) return illegal(hart, word);
    hart.advance(length);
    hart.waitForInterrupt();
  },

  'sfence.vma': (hart, { word, length, rs1 }) => {
    if (hart.privilege === U || inSupervisor(hart, Status.TVM)) return illegal(hart, word);
    if (rs1 === 0) hart.translationChanged();
    else {
      const at = (hart.base + HART.X + 8 * rs1) >> 2;
      hart.executor.forgetTranslations(hart.memory.u32[at], hart.memory.i32[at + 1]);
    }
    hart.advance(length);
  },

  'fence.i': (hart, { length }) => hart.advance(length), // stores drop decoded instructions at once
};

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
  if (!row) return illegal(hart, word);
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
