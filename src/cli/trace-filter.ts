/** Which exits of a trace are shown: those of certain kinds, those that come from certain symbols of the guest. */
import type { Symbols } from '#machine';
import type { ExitKind, VmExit } from '#vmm';
import { UsageError } from '#course';
import { symbolAt } from './trace-where';

export interface FilterFlags {
  /** `mmio,ecall`. */
  readonly only?: string;
  /** `putc,loop`. */
  readonly from?: string;
}

/** What there is to choose from. */
interface Choices {
  readonly kinds: readonly ExitKind[];
  readonly names: Symbols;
  readonly symbols: ReadonlyMap<string, bigint>;
}

export type Wanted = (exit: { readonly pc: bigint; readonly exit: VmExit }) => boolean;

/** Throws UsageError for a kind or a symbol that there is not. */
export function filterOf({ only, from }: FilterFlags, { kinds, names, symbols }: Choices): Wanted {
  const chosenKinds = chosen('--only', only, kinds, (word) => `there are no exits of kind "${word}"`);
  const chosenSymbols = chosen('--from', from, [...symbols.keys()], (word) => `the guest has no symbol "${word}"`);
  return ({ pc, exit }) => (chosenKinds?.has(exit.kind) ?? true) && (chosenSymbols?.has(symbolAt(names, pc)) ?? true);
}

/** More choices than these are not read by anybody. */
const MOST_NAMED = 24;

function chosen(
  flag: string,
  text: string | undefined,
  choices: readonly string[],
  missing: (word: string) => string,
): ReadonlySet<string> | undefined {
  if (text === undefined) return undefined;
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !choices.includes(word));
  if (unknown === undefined) return new Set(words);
  const named = choices.slice(0, MOST_NAMED).join(', ') + (choices.length > MOST_NAMED ? ', ...' : '');
  throw new UsageError(`${flag} ${text}: ${missing(unknown)}; choose ${named}.`);
}
