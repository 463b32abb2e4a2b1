/** The one table of instructions, of all extensions. Everything about encodings derives from it. */
import { A } from './a';
import { ZBA, ZBB, ZBS } from './b';
import { C } from './c';
import { ZICBOM, ZICBOZ } from './cmo';
import { D } from './d';
import { F } from './f';
import { H, SVINVAL } from './hypervisor';
import { M } from './m';
import { PRIVILEGED, ZIFENCEI } from './privileged';
import type { Row } from './row';
import type { RowDraft } from './rows';
import { RV64I } from './rv64i';
import { ZICOND } from './zicond';
import { ZICSR } from './zicsr';

/** Numbers the rows, and gives each compressed row the meaning of its full row, which must be among `drafts`. */
export function numberRows(drafts: readonly RowDraft[]): readonly Row[] {
  return drafts.map((draft, id): Row => {
    const full = draft.expands ? drafts.find((other) => other.name === draft.expands?.name) : draft;
    if (!full?.does) throw new Error(`the row ${draft.name} has no meaning`);
    return { ...draft, id, does: full.does };
  });
}

/** All rows; those of 32 bits come first. `ROWS[row.id] === row`. */
export const ROWS: readonly Row[] = numberRows([
  ...RV64I,
  ...M,
  ...A,
  ...F,
  ...D,
  ...ZICSR,
  ...ZIFENCEI,
  ...ZICOND,
  ...ZICBOM,
  ...ZICBOZ,
  ...ZBA,
  ...ZBB,
  ...ZBS,
  ...PRIVILEGED,
  ...H,
  ...SVINVAL,
  ...C,
]);

const byName = new Map(ROWS.map((row) => [row.name, row]));

/** The row with this mnemonic; throws if there is none, as only our own code asks. */
export function rowByName(name: string): Row {
  const row = byName.get(name);
  if (!row) throw new Error(`no row is named ${name}`);
  return row;
}
