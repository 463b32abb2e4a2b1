/** SBI calls: every extension and function, with arguments that make sense and ones that do not (SBI 2.0; reliability D.G 15 to 19). */
import type { Chance } from '../../machine/engine/lockstep/chance';
import type { Op } from '../case';
import { codeOf } from '../layout';
import { address, inRam, value } from './values';

/** Extension, functions that it has, and how its arguments are chosen. */
interface Extension {
  readonly id: bigint;
  readonly functions: number;
  readonly args: (chance: Chance) => readonly bigint[];
}

const mask = (chance: Chance): bigint =>
  chance.pick([0n, 1n, 2n, 3n, 4n, 0xffn, 2n ** 63n, 2n ** 64n - 1n, value(chance)]);
const maskBase = (chance: Chance): bigint =>
  chance.pick([0n, 0n, 1n, 2n, 63n, 64n, 2n ** 64n - 1n, 2n ** 64n - 2n, value(chance)]);
const length = (chance: Chance): bigint =>
  chance.pick([0n, 1n, 8n, 64n, 4095n, 4096n, 4097n, 2n ** 18n, 2n ** 32n, 2n ** 48n, 2n ** 63n, 2n ** 64n - 1n]);
const high = (chance: Chance): bigint => (chance.oneIn(6) ? value(chance) : 0n);
const hart = (chance: Chance): bigint => chance.pick([0n, 1n, 1n, 1n, 2n, 8n, 2n ** 32n, 2n ** 64n - 1n]);
const entry = (chance: Chance): bigint => (chance.oneIn(3) ? address(chance) : BigInt(codeOf(1)));
const hypercallPage = (chance: Chance): bigint => (chance.oneIn(3) ? address(chance) : inRam(chance) & ~0xfffn);

const EXTENSIONS: readonly Extension[] = [
  { id: 0x10n, functions: 7, args: (chance) => [chance.pick([0x10n, 0x48534dn, value(chance)])] },
  { id: 0x54494d45n, functions: 1, args: (chance) => [chance.pick([0n, 1n, 50n, 1000n, 2n ** 48n, 2n ** 64n - 1n, value(chance)])] },
  { id: 0x735049n, functions: 1, args: (chance) => [mask(chance), maskBase(chance)] },
  { id: 0x52464e43n, functions: 7, args: (chance) => [mask(chance), maskBase(chance), address(chance), length(chance), value(chance)] },
  { id: 0x48534dn, functions: 4, args: (chance) => [hart(chance), entry(chance), value(chance)] },
  { id: 0x53525354n, functions: 1, args: (chance) => [chance.pick([3n, 5n, 0xe0000000n, value(chance)]), value(chance)] },
  { id: 0x4442434en, functions: 3, args: (chance) => [length(chance), address(chance), high(chance)] },
  { id: 0x504d55n, functions: 8, args: (chance) => [chance.pick([0n, 1n, 15n, 16n, value(chance)]), mask(chance), BigInt(chance.below(64)), chance.oneIn(2) ? 0xf0000n + BigInt(chance.below(24)) : value(chance), value(chance)] },
  { id: 0x53555350n, functions: 1, args: (chance) => [chance.pick([0n, 1n, 0x80000000n, value(chance)]), address(chance), value(chance)] },
  { id: 0x535441n, functions: 1, args: (chance) => [address(chance), high(chance), chance.oneIn(4) ? value(chance) : 0n] },
  { id: 0x0a005753n, functions: 10, args: (chance) => [hypercallPage(chance), chance.oneIn(2) ? hypercallPage(chance) : BigInt(chance.below(8)), value(chance)] },
  ...[0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((id) => ({ id, functions: 1, args: (chance: Chance) => [address(chance), value(chance)] })),
]; // prettier-ignore

/** One call. */
export function sbiCall(chance: Chance): Op {
  const { id, functions, args } = chance.pick(EXTENSIONS);
  const a7 = chance.oneIn(40) ? value(chance) : id;
  const a6 = chance.oneIn(20) ? value(chance) : BigInt(chance.below(functions + 1));
  const given = args(chance).map((arg, i): [string, bigint] => [`a${i}`, arg]);
  return { does: 'ecall', with: { a7, a6, ...Object.fromEntries(given) } };
}

/** A page of calls in memory, for `multicall`. */
export function multicall(chance: Chance): bigint[] {
  return Array.from({ length: 1 + chance.below(4) }, () => sbiCall(chance)).flatMap(({ with: registers = {} }) =>
    ['a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'].map((name) => registers[name] ?? 0n),
  );
}
