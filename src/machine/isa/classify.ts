/** What happens to each instruction in U-mode, which is what a hypervisor must know. Privileged manual, chapters 2 and 3. */
import type { Instruction, Row } from './row';

/**
 * What executing a row in U-mode does:
 * - `innocuous`: the same as in every other mode;
 * - `privileged`: an illegal-instruction exception;
 * - `environment-call`, `breakpoint`: an exception that is the instruction's purpose;
 * - `csr`: depends on the CSR that the instruction names: see `classifyInstruction`.
 */
export type RowClass = 'innocuous' | 'privileged' | 'environment-call' | 'breakpoint' | 'csr';

/** The same for one instruction; `enabled`: legal where mcounteren and scounteren (or mstatus.FS) permit it, otherwise privileged. */
export type InstructionClass = Exclude<RowClass, 'csr'> | 'enabled';

/** The system actions that are not for supervisors only. fence.i acts on the hart's own fetches. */
const UNPRIVILEGED: Readonly<Record<string, RowClass>> = {
  ecall: 'environment-call',
  ebreak: 'breakpoint',
  'fence.i': 'innocuous',
  // Operations on cache blocks are left to be 'privileged': they are, unless menvcfg and senvcfg open them.
};

export function classify({ does }: Row): RowClass {
  if (does.kind === 'csr') return 'csr';
  if ((does.kind === 'load' || does.kind === 'store') && does.guest) return 'privileged'; // unless hstatus.HU opens it
  return does.kind === 'system' ? (UNPRIVILEGED[does.action] ?? 'privileged') : 'innocuous';
}

/** Privileged manual, "CSR Address Mapping Conventions": bits 9:8 are the lowest privilege; bits 11:10 = 3 means read-only. */
export function classifyInstruction(instruction: Instruction): InstructionClass {
  const rowClass = classify(instruction.row);
  if (rowClass !== 'csr') return rowClass;
  const lowestPrivilege = (instruction.imm >>> 8) & 3;
  const readOnly = instruction.imm >>> 10 === 3;
  return lowestPrivilege > 0 || (readOnly && writesCsr(instruction)) ? 'privileged' : 'enabled';
}

/** csrrs and csrrc with x0 or 0 only read; csrrw always writes (unprivileged manual, "Zicsr"). */
export function writesCsr({ row, rs1 }: Instruction): boolean {
  return row.does.kind === 'csr' && (row.does.op === 'swap' || rs1 !== 0);
}
