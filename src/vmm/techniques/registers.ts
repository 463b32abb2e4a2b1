/** A guest's integer registers: on the hart while its VCPU is the one that ran last, in our own memory otherwise. */
import { describe } from '../part-failure';

/** Where 32 registers are at the moment. Entry 0 is never written. */
export class GuestRegisters {
  #at: BigUint64Array;
  readonly #saved = new BigUint64Array(32);

  constructor() {
    this.#at = this.#saved;
  }

  /** World switch, in: the registers move onto the hart. */
  loadInto(hart: BigUint64Array): void {
    for (let i = 1; i < 32; i++) hart[i] = this.#saved[i];
    this.#at = hart;
  }

  /** World switch, out: the hart is wanted for somebody else. */
  save(): void {
    for (let i = 1; i < 32; i++) this.#saved[i] = this.#at[i];
    this.#at = this.#saved;
  }

  /** x0 to x31. */
  all(): bigint[] {
    return Array.from({ length: 32 }, (_, register) => this.get(register));
  }
  setAll(values: readonly bigint[]): void {
    values.forEach((value, register) => this.set(register, value));
  }

  /** Unsigned 64-bit; x0 is 0. */
  get(register: number): bigint {
    return register === 0 ? 0n : this.#at[checked(register)];
  }

  /** Keeps the low 64 bits of `value`; x0 stays 0. */
  set(register: number, value: bigint): void {
    if (typeof value !== 'bigint') throw notABigint(`x${checked(register)}`, value);
    if (checked(register) !== 0) this.#at[register] = value; // storing keeps 64 bits
  }
}

/** A register number, 0 .. 31; a part that asks for another one hears so. */
function checked(register: number): number {
  if (Number.isInteger(register) && register >= 0 && register < 32) return register;
  throw new TypeError(`there is no register x${describe(register)}`);
}

/** The low 64 bits of `value`, which must be a bigint; `name` says to whom it was given. */
export function register64(name: string, value: unknown): bigint {
  if (typeof value === 'bigint') return BigInt.asUintN(64, value);
  throw notABigint(name, value);
}

const notABigint = (name: string, value: unknown): TypeError =>
  new TypeError(`${name} holds a 64-bit bigint, not ${describe(value)}`);
