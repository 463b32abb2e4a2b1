/** What a page and its worker say to each other: plain data, which is copied on the way. */
import type { TechniqueName } from '#vmm';
import type { GuestPack } from './guest-pack';

export type Order =
  /** First of all, or again: from the beginning. */
  | { readonly kind: 'boot'; readonly guest: GuestPack; readonly technique: TechniqueName }
  | { readonly kind: 'run' }
  | { readonly kind: 'pause' }
  | { readonly kind: 'step'; readonly unit: 'instruction' | 'exit'; readonly back: boolean }
  /** What was typed, a character for each byte. */
  | { readonly kind: 'input'; readonly text: string };

/** An exit in words. */
export interface ExitRow {
  readonly number: number;
  readonly pc: string;
  readonly why: string;
  readonly did: string;
}

/** What there is to see of the guest. */
export interface Picture {
  readonly running: boolean;
  /** Why it cannot go on, in a sentence. */
  readonly end?: string;
  /** Instructions that the guest has behind it. */
  readonly instructions: number;
  readonly exits: number;
  /** Exits by kind, those that have happened. */
  readonly counts: readonly (readonly [kind: string, times: number])[];
  /** The instruction that is next. */
  readonly at: { readonly pc: string; readonly label?: string; readonly text: string; readonly source?: string };
  readonly mode: 'S' | 'U';
  /** The last exits, the last one last. */
  readonly last: readonly ExitRow[];
  /** What the guest wrote since the last picture; `again`: all of it, because the guest went back. */
  readonly console: { readonly again: boolean; readonly text: string };
}

/** Or that the worker cannot do what it was asked to, in a sentence. */
export type Report = { readonly picture: Picture } | { readonly failure: string };
