/** The whole state of a machine, real or virtual, as bytes and back: what it is, what its parts save, and its RAM. */
import { InputError } from '../input-error';
import { SavedFields, type Savable } from '../saved';
import { pack, unpack } from './container';
import { decode } from './decode';
import { Digest } from './digest';
import { encode } from './encode';
import { restorePages, savePages, usedPages, type Pages } from './ram-pages';

/** A machine, as a snapshot sees it. */
export interface Whole {
  readonly ram: Pages;
  /** What a machine must have in common with one whose snapshot it takes over, in words by name. */
  readonly shape: Readonly<Record<string, string>>;
  /** All that is not RAM. */
  readonly state: Savable;
}

export function takeSnapshot({ ram, shape, state }: Whole): Uint8Array {
  return pack(encode({ shape, state: state.save(), ram: savePages(ram) }));
}

/** Throws InputError, and leaves the machine as it was, if `bytes` are not an undamaged snapshot of a machine of the same shape. */
export function restoreSnapshot({ ram, shape, state }: Whole, bytes: Uint8Array): void {
  const from = new SavedFields(decode(unpack(bytes)), 'the whole');
  checkShape(from.part('shape'), shape);
  const writePages = restorePages(ram, from.saved('ram'));
  const before = state.save();
  try {
    state.restore(from.saved('state'));
  } catch (error) {
    state.restore(before);
    throw error;
  }
  writePages();
}

/** 16 hexadecimal digits that are equal if two machines are in the same state; who runs the instructions does not matter. */
export function digestOf({ ram, shape, state }: Whole): string {
  const digest = new Digest().bytes(encode({ shape, state: state.save() }));
  for (const page of usedPages(ram)) {
    digest.words(Int32Array.of(page));
    digest.words(ram.words(page));
  }
  return digest.hex;
}

function checkShape(saved: SavedFields, shape: Readonly<Record<string, string>>): void {
  for (const [name, here] of Object.entries(shape)) {
    const there = saved.text(name);
    if (there !== here) {
      throw new InputError(`The snapshot is of another machine: ${name} there: ${there}; here: ${here}.`);
    }
  }
}
