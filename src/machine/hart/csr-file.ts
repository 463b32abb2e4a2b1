/** The CSRs of one hart: found by name or number, read and written raw or under the rules for instructions (Zicsr; Privileged, "CSR Address Mapping Conventions"). */
import type { Isa } from '../isa';
import { InputError } from '../input-error';
import type { Saved, SavedFields } from '../saved';
import { CSR_ROWS } from './csr';
import type { CsrHart, CsrRow } from './csr-row';
import { Exception } from './cause';
import { refusalOfAccess } from './csr-access';

type CsrTable = ReadonlyMap<number | string, CsrRow>;

const tables = new Map<string, CsrTable>();

/** The CSRs of machines with this architecture, by number (12 bits) and by name. */
export function csrsOf(isa: Isa): CsrTable {
  const known = tables.get(isa.name);
  if (known) return known;
  const rows = CSR_ROWS.filter(({ needs = [] }) => needs.every((extension) => isa.has(extension)));
  const table = new Map(
    rows.flatMap((row): [number | string, CsrRow][] => [
      [row.number, row],
      [row.name, row],
    ]),
  );
  tables.set(isa.name, table);
  return table;
}

export class CsrFile {
  readonly #hart: CsrHart;
  readonly #rows: CsrTable;

  constructor(hart: CsrHart) {
    this.#hart = hart;
    this.#rows = csrsOf(hart.isa);
  }

  /** The value of a CSR whatever the privilege; unsigned 64-bit. Throws an Error for one that does not exist. */
  read(csr: number | string): bigint {
    return this.#row(csr).read(this.#hart);
  }

  /** Writes a CSR whatever the privilege; illegal fields are made legal as its row says (WARL). Throws an Error for one that does not exist. */
  write(csr: number | string, value: bigint): void {
    this.#row(csr).write(this.#hart, BigInt.asUintN(64, value));
  }

  /** The CSR that the hart's present mode reaches by this number, or the cause of the exception if it may not access it so. */
  accessible(number: number, writes: boolean): CsrRow | number {
    const row = this.#rows.get(number);
    if (!row) return Exception.illegalInstruction;
    const cause = refusalOfAccess(this.#hart, row, writes);
    if (cause !== undefined) return cause;
    return this.#hart.inGuest && row.guestTwin !== undefined ? this.#row(row.guestTwin) : row;
  }

  /** Sets all CSRs to their reset values; the counters start from 0. */
  reset(): void {
    for (const row of CSR_ROWS) this.#hart.setSlot(row.number, 0n);
    for (const { number, reset } of this.#rows.values()) {
      if (reset !== undefined) this.#hart.setSlot(number, typeof reset === 'bigint' ? reset : reset(this.#hart.isa));
    }
  }

  /** The slots that are not as after reset, by name. */
  save(): Saved {
    const used = this.#all().filter((row) => this.#hart.slot(row.number) !== (row.reset ?? 0n));
    return Object.fromEntries(used.map((row) => [row.name, this.#hart.slot(row.number)]));
  }

  /** Throws InputError for slots that no write could have left so. The hart has just been reset. */
  restore(saved: SavedFields): void {
    for (const name of saved.names)
      if (!this.#rows.has(name)) throw new InputError(`The snapshot is damaged: there is no CSR "${name}".`);
    const used = this.#all().filter(({ name }) => saved.names.includes(name));
    const slots = used.map((row) => saved.word(row.name));
    const legalAlone = used.map((row, i) => this.#couldBe(row, slots[i]));
    const setAll = (): void => used.forEach((row, i) => this.#hart.setSlot(row.number, slots[i]));
    setAll();
    const wrong = used.find((row, i) => {
      const isLegal = legalAlone[i] || this.#couldBe(row, slots[i]); // some fields exist only if others are set
      setAll();
      return !isLegal;
    });
    if (wrong) throw new InputError(`The snapshot is damaged: ${wrong.name} cannot have the value that it gives.`);
  }

  /** Whether a write to the CSR as it is after reset makes its slot `slot`; leaves it as after reset. */
  #couldBe(row: CsrRow, slot: bigint): boolean {
    const hart = this.#hart;
    hart.setSlot(row.number, slot);
    const value = (row.readForUpdate ?? row.read)(hart);
    hart.setSlot(row.number, row.reset ?? 0n);
    row.write(hart, value);
    const isSame = hart.slot(row.number) === slot;
    this.reset();
    return isSame;
  }

  #all(): CsrRow[] {
    return [...new Set(this.#rows.values())];
  }

  #row(csr: number | string): CsrRow {
    const row = this.#rows.get(csr);
    if (!row) throw new Error(`this machine has no CSR ${typeof csr === 'string' ? csr : `0x${csr.toString(16)}`}`);
    return row;
  }
}
