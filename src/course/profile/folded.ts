/** A profile as folded stacks, the form that flame graph tools read (`kernel;main;putc 12`), and as a list of functions. */
import type { Stack } from './profile';

/** What one function takes, in samples. */
export interface FunctionShare {
  readonly name: string;
  /** In which it ran itself. */
  readonly own: number;
  /** In which it was active. */
  readonly total: number;
}

/** A line for each stack, in the order of the alphabet. Names have no semicolons and no spaces. */
export function foldedText(stacks: ReadonlyMap<string, Stack>): string {
  const lines = [...stacks.values()].map(({ frames, samples }) => `${frames.map(clean).join(';')} ${samples}\n`);
  return lines.sort().join('');
}

const clean = (name: string): string => name.replaceAll(';', ':').replaceAll(' ', '_');

/** Those that ran themselves most first. Who is on a stack twice counts once for it. */
export function functionsOf(stacks: ReadonlyMap<string, Stack>): FunctionShare[] {
  const shares = new Map<string, { own: number; total: number }>();
  for (const { frames, samples } of stacks.values()) {
    const [, ...functions] = frames;
    for (const name of new Set(functions)) {
      const share = shares.get(name) ?? { own: 0, total: 0 };
      share.total += samples;
      if (name === functions.at(-1)) share.own += samples;
      shares.set(name, share);
    }
  }
  return [...shares]
    .map(([name, share]) => ({ name, ...share }))
    .sort((a, b) => b.own - a.own || b.total - a.total || (a.name < b.name ? -1 : 1));
}
