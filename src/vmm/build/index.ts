/** The techniques, one row each: how the VMs of a run are built, before any guest is loaded. */
import type { Parts } from '../parts';
import type { BootOptions } from '../vm-config';
import { buildBare } from './bare';
import { buildEmulation } from './emulation';
import { buildTrapAndEmulate } from './trap-and-emulate';
import type { Built } from './vms';

export interface Technique {
  /** A few words for `--help`: how the processor is virtualized. */
  readonly summary: string;
  /** Throws InputError for what this technique cannot carry. */
  readonly build: (options: BootOptions, parts: Parts) => Built;
}

/** A new technique is a name in `TechniqueName`; the compiler then asks for its row. */
export const TECHNIQUES: Readonly<Record<TechniqueName, Technique>> = {
  'trap-and-emulate': {
    summary: "the guest's kernel in U-mode, shadow page tables",
    build: buildTrapAndEmulate,
  },
  emulation: { summary: 'every instruction interpreted, no hardware needed', build: buildEmulation },
  bare: { summary: 'no VM at all: the guest on the machine itself', build: buildBare },
};

export type TechniqueName = 'trap-and-emulate' | 'emulation' | 'bare';

export const isTechnique = (name: string): name is TechniqueName => Object.hasOwn(TECHNIQUES, name);
