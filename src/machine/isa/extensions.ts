/** Which extensions a machine has, and the ISA string that says so (Unprivileged, "ISA Extension Naming Conventions"). */
import { InputError } from '../input-error';
import type { Extension } from './row';

/** What a machine can have, in canonical order: single letters, then Z by the letter that follows and by alphabet, then S, then X: extensions that are ours alone. */
export const EXTENSIONS = [
  'I',
  'M',
  'A',
  'F',
  'D',
  'C',
  'H',
  'Zicbom',
  'Zicboz',
  'Zicntr',
  'Zicond',
  'Zicsr',
  'Zifencei',
  'Zihintpause',
  'Zihpm',
  'Zba',
  'Zbb',
  'Zbs',
  'Smstateen',
  'Sstc',
  'Svade',
  'Svadu',
  'Svinval',
  'Svnapot',
  'Svpbmt',
  'Xleaky',
] as const satisfies readonly Extension[];

/** What one extension brings along or builds on; I brought these four until version 2.1, and software for rv64imac expects them. */
const IMPLIED: Readonly<Partial<Record<Extension, readonly Extension[]>>> = {
  I: ['Zicntr', 'Zicsr', 'Zifencei', 'Zihpm'],
  D: ['F'],
};

/** Letters of an ISA string that stand for several extensions. */
const ABBREVIATIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['g', ['i', 'm', 'a', 'f', 'd']],
  ['b', ['zba', 'zbb', 'zbs']],
]);

/** The instruction-set architecture of a machine: RV64 with a set of extensions, and M-, S- and U-mode. */
export class Isa {
  readonly #extensions: ReadonlySet<Extension>;
  /** The ISA string, all in lower case: `rv64imac_zicntr_zicsr`. Equal strings mean equal machines. */
  readonly name: string;

  constructor(extensions: Iterable<Extension>) {
    this.#extensions = closure(extensions);
    const present = EXTENSIONS.filter((extension) => this.has(extension));
    const letters = present.filter((extension) => extension.length === 1).join('');
    const others = present.filter((extension) => extension.length > 1).map((extension) => `_${extension}`);
    this.name = `rv64${letters}${others.join('')}`.toLowerCase();
  }

  /** The privileged instructions of M-, S- and U-mode are always there. */
  has(extension: Extension): boolean {
    return extension === 'Privileged' || this.#extensions.has(extension);
  }
}

function closure(extensions: Iterable<Extension>): Set<Extension> {
  const all = new Set(extensions);
  for (const extension of all) for (const implied of IMPLIED[extension] ?? []) all.add(implied); // visits what it adds
  return all;
}

/** Left out where nobody asks: with Svade, Svadu is off until firmware switches it on, which older firmware does not; with Xleaky, U-mode is not a user's. */
const ONLY_IF_ASKED: readonly Extension[] = ['Svade', 'Xleaky'];

/** All that this machine can have, but for what nobody should get who has not asked. */
export const FULL_ISA = new Isa(EXTENSIONS.filter((extension) => !ONLY_IF_ASKED.includes(extension)));

/** Reads an ISA string. Throws InputError for one that is not RV64 with I, or that names what this machine cannot have. */
export function parseIsa(text: string): Isa {
  const [letters, ...names] = text.toLowerCase().split('_');
  if (!letters.startsWith('rv64')) throw new InputError(`isa "${text}": this machine is RV64; begin with rv64.`);
  const asked = [...letters.slice(4), ...names].flatMap((name) => ABBREVIATIONS.get(name) ?? [name]);
  const isa = new Isa(asked.map((name) => extensionNamed(name, text)));
  if (!isa.has('I')) throw new InputError(`isa "${text}": the base is missing; begin with rv64i or rv64g.`);
  return isa;
}

function extensionNamed(name: string, text: string): Extension {
  const found = EXTENSIONS.find((extension) => extension.toLowerCase() === name);
  if (found) return found;
  throw new InputError(
    `isa "${text}": there is no extension "${name}" here; all there is: ${FULL_ISA.name}; and ${ONLY_IF_ASKED.join(', ').toLowerCase()}.`,
  );
}
