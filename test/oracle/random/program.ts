/** A random program with all that it begins from, and its record in the harness's image. */
import { encode, rowByName, CSR_NUMBERS } from '../../../src/machine/isa';
import type { Chance } from '../../machine/engine/lockstep/chance';
import { encodeSteps, randomStep, type Ingredients } from './code';
import { RECORD } from './harness';
import { CODE, DATA, FUEL, POINTERS } from './map';

/** What a program runs in: CSRs are written in M-mode before it, by name; then it is entered with this mstatus. */
export interface Setting {
  readonly csrs: readonly (readonly [name: string, value: bigint])[];
  readonly status: bigint;
  /** Entries of page tables: physical address and value. */
  readonly entries: readonly (readonly [address: number, value: bigint])[];
  /** Values for registers, besides random ones. */
  readonly registers?: Readonly<Record<number, bigint>>;
}

export interface RandomProgram extends Setting {
  readonly seed: number;
  /** The code, step by step. */
  readonly steps: readonly Uint8Array[];
  readonly x: readonly bigint[];
  readonly f: readonly bigint[];
  readonly fcsr: bigint;
}

/** M-mode, everything open. */
export const MACHINE_SETTING: Setting = { csrs: [], status: 0x1800n, entries: [] };

export function randomProgram(seed: number, chance: Chance, ingredients: Ingredients, setting: Setting): RandomProgram {
  const steps = Array.from({ length: 8 + chance.below(40) }, () => randomStep(chance, ingredients));
  const x = Array.from({ length: 30 }, () => chance.value());
  POINTERS.forEach((register, i) => (x[register] = BigInt(DATA + [0x400, 0x800, 0x1000][i % 3])));
  x[FUEL] = 12n;
  Object.assign(x, setting.registers);
  return {
    ...setting,
    seed,
    steps: encodeSteps(steps),
    x,
    f: Array.from({ length: 32 }, () => chance.float()),
    fcsr: BigInt(chance.below(5) << 5),
  };
}

/** The record as harness.ts describes it. */
export function recordOf(program: RandomProgram): Uint8Array {
  const code = Buffer.concat([...program.steps, Buffer.alloc(2)]); // the end: an illegal instruction
  const length = code.length - 2;
  const setupAt = align(RECORD.code + code.length);
  const setup = setupCode(program.csrs);
  const pairsAt = setupAt + setup.length;
  const record = new DataView(new ArrayBuffer(pairsAt + 16 * program.entries.length));
  const put = (at: number, value: bigint): void => record.setBigUint64(at, BigInt.asUintN(64, value), true);
  put(RECORD.size, BigInt(record.byteLength));
  put(RECORD.setup, BigInt(setupAt));
  put(RECORD.pairs, BigInt(pairsAt));
  put(RECORD.end, BigInt(CODE + length));
  put(RECORD.status, program.status);
  put(RECORD.seed, BigInt(program.seed + 1));
  put(RECORD.fcsr, program.fcsr);
  for (let i = 1; i <= 29; i++) put(RECORD.x + 8 * (i - 1), program.x[i]);
  for (let i = 0; i < 32; i++) put(RECORD.f + 8 * i, program.f[i]);
  new Uint8Array(record.buffer).set(code, RECORD.code);
  new Uint8Array(record.buffer).set(setup, setupAt);
  program.entries.forEach(([address, value], i) => {
    put(pairsAt + 16 * i, BigInt(address));
    put(pairsAt + 16 * i + 8, value);
  });
  return new Uint8Array(record.buffer);
}

const align = (size: number): number => (size + 7) & ~7;

const word = (name: string, operands: Parameters<typeof encode>[1]): number => encode(rowByName(name), operands);
const [RA, T0, T1] = [1, 5, 6];

/** Writes the CSRs and returns; is called with its own address in t0, and changes t1. */
function setupCode(csrs: Setting['csrs']): Uint8Array {
  const valuesAt = align(8 * csrs.length + 4);
  const bytes = new DataView(new ArrayBuffer(valuesAt + 8 * csrs.length));
  csrs.forEach(([name, value], i) => {
    bytes.setUint32(8 * i, word('ld', { rd: T1, rs1: T0, imm: valuesAt + 8 * i }), true);
    bytes.setUint32(8 * i + 4, word('csrrw', { rd: 0, rs1: T1, csr: CSR_NUMBERS[name] }), true);
    bytes.setBigUint64(valuesAt + 8 * i, BigInt.asUintN(64, value), true);
  });
  bytes.setUint32(8 * csrs.length, word('jalr', { rd: 0, rs1: RA }), true);
  return new Uint8Array(bytes.buffer);
}
