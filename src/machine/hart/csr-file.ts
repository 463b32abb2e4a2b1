/** The CSRs of one hart: found by name or number, read and written raw or under the rules for instructions (Zicsr; Privileged, "CSR Address Mapping Conventions"). */
import { CSR_ROWS } from './csr';
import type { CsrHart, CsrRow } from './csr-row';

const BY_NUMBER: readonly (CsrRow | undefined)[] = Array.from({ length: 4096 }, (_, n) =>
  CSR_ROWS.find((row) => row.number === n),
);
const BY_NAME = new Map(CSR_ROWS.map((row) => [row.name, row]));

/** The CSR with this number (12 bits), if the machine has it. */
export const csrByNumber = (number: number): CsrRow | undefined => BY_NUMBER[number];

export class CsrFile {
  readonly #hart: CsrHart;

  constructor(hart: CsrHart) {
    this.#hart = hart;
  }

  /** The value of a CSR whatever the privilege; unsigned 64-bit. Throws an Error for one that does not exist. */
  read(csr: number | string): bigint {
    return rowOf(csr).read(this.#hart);
  }

  /** Writes a CSR whatever the privilege; illegal fields are made legal as its row says (WARL). Throws an Error for one that does not exist. */
  write(csr: number | string, value: bigint): void {
    rowOf(csr).write(this.#hart, BigInt.asUintN(64, value));
  }

  /** The CSR if the hart's present privilege may access it so; undefined makes the instruction illegal. */
  accessible(number: number, writes: boolean): CsrRow | undefined {
    const readOnly = number >> 10 === 3;
    const lowestPrivilege = (number >> 8) & 3;
    if ((writes && readOnly) || this.#hart.privilege < lowestPrivilege) return undefined;
    const row = BY_NUMBER[number];
    return row?.allowed?.(this.#hart) === false ? undefined : row;
  }

  /** Sets all CSRs to their reset values; the counters start from 0. */
  reset(): void {
    for (const row of CSR_ROWS) this.#hart.setSlot(row.number, row.reset ?? 0n);
  }
}

function rowOf(csr: number | string): CsrRow {
  const row = typeof csr === 'string' ? BY_NAME.get(csr) : BY_NUMBER[csr];
  if (!row) throw new Error(`this machine has no CSR ${typeof csr === 'string' ? csr : `0x${csr.toString(16)}`}`);
  return row;
}
