/** From a seed to a case; the same seed gives the same case. */
import type { TechniqueName } from '#vmm';
import { Chance } from '../../machine/engine/lockstep/chance';
import { GUEST_KINDS, type Case, type GuestCase, type GuestKind } from '../case';
import { configuration } from './configuration';
import { guestOps, tables } from './guest';
import { mmioOps } from './mmio';
import { portedGuest } from './ported';
import { multicall, sbiCall } from './sbi';
import { inRam } from './values';
import { driver } from './virtqueue';

/** Whose turn it is: all that have a hypervisor, those more often whose cases are quick. */
const TURNS: readonly TechniqueName[] = [
  'trap-and-emulate', 'hardware', 'paravirtual', 'emulation',
  'trap-and-emulate', 'hardware', 'paravirtual', 'binary-translation',
  'trap-and-emulate', 'hardware', 'paravirtual', 'emulation',
]; // prettier-ignore

/** Configurations take long: most are refused, but some boot. Prime, so that they come under every technique. */
const CONFIGURATION_EVERY = 23;
/** One case of so many is about a VM with room for superpages. */
const LARGE_IN = 16;
/** Steps of a guest, at most. */
const STEPS = 24;

const MAKERS: Readonly<Record<GuestKind, (chance: Chance) => Pick<GuestCase, 'memory' | 'harts'>>> = {
  guest: (chance) => ({ memory: tables(chance), harts: [guestOps(chance, STEPS), guestOps(chance, STEPS / 2)] }),
  sbi: (chance) => ({
    memory: [{ at: inRam(chance) & ~0xfffn, words: multicall(chance) }],
    harts: [1, 2].map(() => Array.from({ length: 1 + chance.below(STEPS) }, () => sbiCall(chance))),
  }),
  mmio: (chance) => ({ memory: [], harts: [mmioOps(chance), []] }),
  virtqueue: (chance) => {
    const { memory, ops } = driver(chance);
    return { memory, harts: [ops, []] };
  },
};

/** Every kind comes under every technique, whatever the seeds are that follow each other. */
export function caseOf(seed: number): Case {
  const chance = new Chance(seed);
  const technique = TURNS[seed % TURNS.length];
  if (seed % CONFIGURATION_EVERY === 0) return { kind: 'configuration', technique, lines: configuration(chance) };
  const kind = GUEST_KINDS[Math.floor(seed / TURNS.length) % GUEST_KINDS.length];
  const latency = chance.pick([0, 0, 20]);
  const large = chance.oneIn(LARGE_IN);
  const isPorted = technique === 'paravirtual' && (kind === 'guest' || chance.oneIn(3));
  return { kind, technique, latency, large, ...(isPorted ? portedGuest(chance, large) : MAKERS[kind](chance)) };
}
