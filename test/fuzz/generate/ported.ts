/** Paravirtual guests on page tables of their own, which ask for changes that they may have, and for ones that they may not (docs/paravirtual.md). */
import { PteBit } from '#machine';
import type { Chance } from '../../machine/engine/lockstep/chance';
import type { GuestCase, Op, Words } from '../case';
import { BASE, END, LARGE_RAM_BYTES, RAM_BYTES, SCRATCH, SHARED } from '../layout';
import { store } from './mmio';
import { sbiCall } from './sbi';
import { address, inRam, value } from './values';

const { V, R, W, X, U, G, A, D } = PteBit;
const [READ, PAGE] = [V | R | X | U | A | D, V | R | W | X | U | A | D];
const [ROOT, MIDDLE, LEAVES, SPARE, BUFFER] = [0, 1, 2, 3, 6].map((page) => SCRATCH + 4096 * page);
const PAGES = [ROOT, MIDDLE, LEAVES, SPARE, SPARE + 4096, BUFFER, SHARED, END - 4096];
const BITS = [0, V, V, V | R | U, PAGE, PAGE, READ, V | R, V | R | W | U | G, 0x100 | R | W | U, V | W | U];
const HYPERCALL = 0x0a005753n;
const NONE = 2n ** 64n - 1n;

const hypercall = (number: number, a0: bigint, a1 = 0n): Op => ({
  does: 'ecall',
  with: { a7: HYPERCALL, a6: BigInt(number), a0, a1 },
});

/** How far the attacker's RAM lies from here in the host: behind the bystander's, and the three tables that this one starts with. */
const distance = (large: boolean): number => (large ? LARGE_RAM_BYTES : RAM_BYTES) + 3 * 4096;

/** An entry names a machine frame. */
const entryFor = (page: number | bigint, bits: number, large: boolean): bigint =>
  (BigInt.asUintN(44, (BigInt(page) + BigInt(distance(large))) >> 12n) << 10n) | BigInt(bits);

/** All RAM at its own address, the tables for reading only; now and then an entry is something else. */
function tables(chance: Chance, large: boolean): Words[] {
  const leaves = Array.from({ length: (END - BASE) / 4096 }, (_, i) => {
    const page = BASE + 4096 * i;
    return chance.oneIn(800)
      ? anyEntry(chance, large)
      : entryFor(page, page >= ROOT && page < SPARE ? READ : PAGE, large);
  });
  return [
    { at: BigInt(LEAVES), words: leaves },
    { at: BigInt(MIDDLE), words: [entryFor(LEAVES, V, large)] },
    { at: BigInt(ROOT), words: [0n, chance.oneIn(20) ? anyEntry(chance, large) : 0n, entryFor(MIDDLE, V, large)] },
  ];
}

const anyPage = (chance: Chance): bigint =>
  chance.oneIn(4) ? address(chance) & ~0xfffn : chance.oneIn(4) ? inRam(chance) & ~0xfffn : BigInt(chance.pick(PAGES));

const anyEntry = (chance: Chance, large: boolean): bigint =>
  entryFor(anyPage(chance), chance.pick(BITS), large) | (chance.oneIn(30) ? value(chance) << 54n : 0n);

/** Where an entry is: of a page that interests us, or of a table. */
const anyPlace = (chance: Chance): bigint =>
  chance.oneIn(2)
    ? BigInt(LEAVES) + 8n * ((BigInt(chance.pick(PAGES)) - BigInt(BASE)) >> 12n)
    : anyPage(chance) + BigInt(chance.oneIn(12) ? chance.below(4096) : 8 * chance.below(6));

/** A request is put into the buffer, and made. */
function update(chance: Chance, large: boolean): Op[] {
  const count = 1 + chance.below(2);
  const requests = Array.from({ length: count }, (_, i) => [
    store('sd', BUFFER + 16 * i, anyPlace(chance)),
    store('sd', BUFFER + 16 * i + 8, anyEntry(chance, large)),
  ]);
  const asked = chance.oneIn(10) ? value(chance) : BigInt(count);
  return [...requests.flat(), hypercall(6, chance.oneIn(12) ? address(chance) : BigInt(BUFFER), asked)];
}

type Act = (chance: Chance, large: boolean) => Op[];

const ACTS: readonly Act[] = [
  update,
  update,
  update,
  (chance) => [hypercall(1, anyPage(chance))],
  (chance) => [
    hypercall(3, chance.oneIn(2) ? BigInt(ROOT) : anyPage(chance), chance.oneIn(2) ? NONE : anyPage(chance)),
  ],
  (chance) => [hypercall(4, anyPage(chance), BigInt(chance.below(4)))],
  (chance) => [hypercall(5, anyPage(chance))],
  (chance) => [hypercall(7, inRam(chance))],
  (chance, large) => [store('sd', anyPlace(chance), anyEntry(chance, large))],
  (chance) => [store('sd', 0x8000_0000n + BigInt(4096 * chance.below(64)), value(chance))],
  (chance) => [sbiCall(chance)],
];

export function portedGuest(chance: Chance, large: boolean): Pick<GuestCase, 'memory' | 'harts'> {
  const acts = (most: number): Op[] =>
    Array.from({ length: 1 + chance.below(most) }, () => chance.pick(ACTS)(chance, large)).flat();
  return {
    memory: tables(chance, large),
    harts: [[hypercall(3, BigInt(ROOT), NONE), ...acts(10)], acts(4)],
  };
}
