/** The techniques, one row each: how the VMs of a run are built, before any guest is loaded. */
import { FULL_ISA, type Isa } from '#machine';
import type { Parts } from '../parts';
import type { BootOptions } from '../vm-config';
import { VM_ISA } from '../vm-board';
import { buildBare } from './bare';
import { buildBinaryTranslation, TRANSLATED_ISA } from './binary-translation';
import { buildEmulation } from './emulation';
import { buildHardware, GUEST_ISA } from './hardware';
import { buildParavirtual } from './paravirtual';
import { buildTrapAndEmulate, UNPRIVILEGED_ISA } from './trap-and-emulate';
import type { Built } from './vms';

export interface Technique {
  /** A few words for `--help`: how the processor is virtualized. */
  readonly summary: string;
  /** The most that its guests' harts can do. */
  readonly isa: Isa;
  /** Only guests that are ported to it run to their end. */
  readonly ported?: true;
  /** Throws InputError for what this technique cannot carry. */
  readonly build: (options: BootOptions, parts: Parts) => Built;
}

/** A new technique is a name in `TechniqueName`; the compiler then asks for its row. */
export const TECHNIQUES: Readonly<Record<TechniqueName, Technique>> = {
  'trap-and-emulate': {
    summary: "the guest's kernel in U-mode, shadow page tables",
    isa: UNPRIVILEGED_ISA,
    build: buildTrapAndEmulate,
  },
  'binary-translation': {
    summary: "the guest's kernel rewritten block by block, for a machine whose sensitive instructions do not all trap",
    isa: TRANSLATED_ISA,
    build: buildBinaryTranslation,
  },
  hardware: {
    summary: "the guest's kernel in VS-mode, two stages of translation",
    isa: GUEST_ISA,
    build: buildHardware,
  },
  paravirtual: {
    summary: "a guest's kernel that is ported to us: hypercalls, and its own page tables, validated",
    isa: VM_ISA,
    ported: true,
    build: buildParavirtual,
  },
  emulation: { summary: 'every instruction interpreted, no hardware needed', isa: FULL_ISA, build: buildEmulation },
  bare: { summary: 'no VM at all: the guest on the machine itself', isa: FULL_ISA, build: buildBare },
};

export type TechniqueName =
  'trap-and-emulate' | 'binary-translation' | 'hardware' | 'paravirtual' | 'emulation' | 'bare';

export const isTechnique = (name: string): name is TechniqueName => Object.hasOwn(TECHNIQUES, name);
