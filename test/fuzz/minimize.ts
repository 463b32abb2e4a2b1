/** Makes failing cases smaller (Zeller, Hildebrandt: "Simplifying and Isolating Failure-Inducing Input", 2002), over their data. */
import type { Case, GuestCase, Op, Words } from './case';
import type { Failure } from './runner';

/** What happens with these cases; undefined: nothing. */
export type Judge = (cases: readonly Case[]) => string | undefined;

/** Failures that differ in numbers only are of one kind. */
export const kindOf = (message: string): string => message.replace(/0x[0-9a-f]+|\d+/g, '#').slice(0, 80);

const SIMPLE = [0n, 1n, 0x8001_4000n];

/** The smallest cases that still fail as `failure` does. If they do not fail on new VMs, they are given back as they are. */
export function minimize({ message, cases }: Failure, judge: Judge): Failure {
  const isSame = (tried: readonly Case[]): boolean => {
    const now = judge(tried);
    return now !== undefined && kindOf(now) === kindOf(message);
  };
  const last = cases.slice(-1);
  const start = isSame(last) ? last : cases;
  if (start === cases && !isSame(cases)) return { message, cases };
  let least = fewest(start, (tried) => tried.length > 0 && isSame(tried));
  for (let size = Infinity; sizeOf(least) < size;) {
    size = sizeOf(least);
    least = least.reduce((all, _, i) => smaller(all, i, isSame), least);
  }
  return { message: judge(least) ?? message, cases: least };
}

const sizeOf = (cases: readonly Case[]): number =>
  JSON.stringify(cases, (_, value: unknown) => (typeof value === 'bigint' ? value.toString(16) : value)).length;

/** Makes the i-th case smaller. */
function smaller(cases: readonly Case[], i: number, isSame: (cases: readonly Case[]) => boolean): readonly Case[] {
  const put = (each: Case): readonly Case[] => cases.map((other, n) => (n === i ? each : other));
  const found = cases[i];
  if (found.kind === 'configuration')
    return put({ ...found, lines: fewest(found.lines, (lines) => isSame(put({ ...found, lines }))) });
  let each: GuestCase = found;
  const fits = (change: Partial<GuestCase>): boolean => isSame(put({ ...each, ...change }));
  each.harts.forEach((_, hart) => {
    const harts = (ops: readonly Op[]) => each.harts.map((other, n) => (n === hart ? ops : other));
    each = { ...each, harts: harts(fewest(each.harts[hart], (ops) => fits({ harts: harts(ops) }))) };
    each.harts[hart].forEach((_op, n) => {
      const ops = (op: Op) => each.harts[hart].map((other, k) => (k === n ? op : other));
      each = { ...each, harts: harts(ops(simpler(each.harts[hart][n], (op) => fits({ harts: harts(ops(op)) })))) };
    });
  });
  each = { ...each, memory: fewest(each.memory, (memory) => fits({ memory })) };
  each.memory.forEach((_, n) => {
    const memory = (words: readonly bigint[]): Words[] =>
      each.memory.map((other, k) => (k === n ? { ...other, words } : other));
    each = { ...each, memory: memory(zeros(each.memory[n].words, (words) => fits({ memory: memory(words) }))) };
  });
  if (each.large && fits({ large: undefined })) each = { ...each, large: undefined };
  if (each.latency !== 0 && fits({ latency: 0 })) each = { ...each, latency: 0 };
  return put(each);
}

/** Fewer of `all`, in chunks of half, a quarter ... down to one, as long as `fits`. */
function fewest<T>(all: readonly T[], fits: (some: readonly T[]) => boolean): readonly T[] {
  let kept = all;
  for (let chunk = Math.ceil(all.length / 2); chunk >= 1; chunk = chunk === 1 ? 0 : Math.ceil(chunk / 2)) {
    for (let at = 0; at < kept.length;) {
      const without = [...kept.slice(0, at), ...kept.slice(at + chunk)];
      if (fits(without)) kept = without;
      else at += chunk;
    }
  }
  return kept;
}

/** Without registers that do not matter, and simple values in the others. */
function simpler(op: Op, fits: (op: Op) => boolean): Op {
  let least = op;
  for (const name of Object.keys(op.with ?? {})) {
    const { [name]: value, ...others } = least.with!;
    const tried = [
      others,
      ...SIMPLE.filter((simple) => simple < value).map((simple) => ({ ...least.with, [name]: simple })),
    ];
    least = tried.map((registers) => ({ ...least, with: registers })).find(fits) ?? least;
  }
  return least;
}

/** The words up to the last one that matters, as many as possible of them 0. */
function zeros(words: readonly bigint[], fits: (words: readonly bigint[]) => boolean): readonly bigint[] {
  let least = words;
  while (least.length > 0 && fits(least.slice(0, -1))) least = least.slice(0, -1);
  for (let i = 0; i < least.length; i++) {
    const tried = least.map((word, n) => (n === i ? 0n : word));
    if (least[i] !== 0n && fits(tried)) least = tried;
  }
  return least;
}
