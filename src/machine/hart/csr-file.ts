/** The CSRs of one hart: found by name or number, read and written raw or under the rules for instructions (Zicsr; Privileged, "CSR Address Mapping Conventions"). */
import type { Isa } from '../isa';
import { InputError } from '../input-error';
import type { Saved, SavedFields } from '../saved';
import { CSR_ROWS } from './csr';
import type { CsrHart, CsrRow } from './csr-row';
import { Exception } from './cause';
import { refusalOfAccess } from './csr-access';
import { leakyCsr } from './leaky';

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

const NUMBERS = 2 ** 12;
const lists = new Map<string, readonly (CsrRow | undefined)[]>();

function byNumber(isa: Isa): readonly (CsrRow | undefined)[] {
  const known = lists.get(isa.name);
  if (known) return known;
  const rows = csrsOf(isa);
  const list = Array.from({ length: NUMBERS }, (_, number) => rows.get(number));
  lists.set(isa.name, list);
  return list;
}

export class CsrFile {
  readonly #hart: CsrHart;
  readonly #rows: CsrTable;
  /** The same by number alone: several times faster, for software that is TypeScript. */
  readonly #byNumber: readonly (CsrRow | undefined)[];

  constructor(hart: CsrHart) {
    this.#hart = hart;
    this.#rows = csrsOf(hart.isa);
    this.#byNumber = byNumber(hart.isa);
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
    if (cause !== undefined) return leakyCsr(this.#hart, row) ?? cause;
    return this.#hart.inGuest && row.guestTwin !== undefined ? this.#row(row.guestTwin) : row;
  }

  /** Sets all CSRs to their reset values; the counters start from 0. */
  reset(): void {
    for (const row of CSR_ROWS) this.#hart.setSlot(row.number, 0n);
    for (const row of this.#rows.values())
      if (row.reset !== undefined) this.#hart.setSlot(row.number, this.#resetValue(row));
  }

  /** The slots that are not as after reset, by name. */
  save(): Saved {
    const used = this.#all().filter((row) => this.#hart.slot(row.number) !== this.#resetValue(row));
    return Object.fromEntries(used.map((row) => [row.name, this.#hart.slot(row.number)]));
  }

  /** Throws InputError for slots that no write could have left so. The hart has just been reset. */
  restore(saved: SavedFields): void {
    for (const name of saved.names)
      if (!this.#rows.has(name)) throw new InputError(`The snapshot is damaged: there is no CSR "${name}".`);
    const used = this.#all().filter(({ name }) => saved.names.includes(name));
    const slots = used.map((row) => saved.word(row.name));
    const setAll = (): void => used.forEach((row, i) => this.#hart.setSlot(row.number, slots[i]));
    // Some fields can be written only while those of other CSRs are 0 (locks), others while they are 1 (enables).
    const allOnes = (): void => this.#all().forEach((row) => row.write(this.#hart, ~0n & 0xffff_ffff_ffff_ffffn));
    const surroundings = [(): void => this.reset(), setAll, allOnes];
    const wrong = used.find((row, i) => !surroundings.some((surround) => this.#couldBe(row, slots[i], surround)));
    if (wrong) throw new InputError(`The snapshot is damaged: ${wrong.name} cannot have the value that it gives.`);
    this.reset();
    setAll();
  }

  /** Whether a write to the CSR, with the others as `surround` sets them, makes its slot `slot`. */
  #couldBe(row: CsrRow, slot: bigint, surround: () => void): boolean {
    const hart = this.#hart;
    this.reset();
    surround();
    hart.setSlot(row.number, slot);
    const value = (row.readForUpdate ?? row.read)(hart);
    hart.setSlot(row.number, this.#resetValue(row));
    row.write(hart, value);
    return hart.slot(row.number) === slot;
  }

  /** Those that software can write. */
  #all(): CsrRow[] {
    return [...new Set(this.#rows.values())].filter(({ number }) => number >> 10 !== 3);
  }

  #resetValue(row: CsrRow): bigint {
    const { reset = 0n } = row;
    return typeof reset === 'bigint' ? reset : reset(this.#hart.isa);
  }

  #row(csr: number | string): CsrRow {
    const row = typeof csr === 'number' ? this.#byNumber[csr] : this.#rows.get(csr);
    if (!row) throw new Error(`this machine has no CSR ${typeof csr === 'string' ? csr : `0x${csr.toString(16)}`}`);
    return row;
  }
}
