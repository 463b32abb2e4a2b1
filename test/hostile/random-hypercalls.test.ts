/**
 * Random hypercalls, and stores wherever the guest may store: whatever was asked for, the tables that the hart walks lead only to the VM's
 * own frames, and nothing that the guest can store to is a table (docs/paravirtual.md, "Frames have types").
 */
import { PteBit } from '#machine';
import type { Host } from '#vmm';
import type { ParavirtualVcpu } from '../../src/vmm/techniques/paravirtual/vcpu';
import { Chance } from '../machine/engine/lockstep/chance';
import { attacker, boot, BUFFER, FREE, LAST, mapping, MIDDLE, ROOT, SHARED } from './paravirtual-support';

jest.setTimeout(60_000);

const { V, R, W, X, U, G, A, D } = PteBit;
const CALLS = Number(process.env.WORLDSWITCH_FUZZ ?? 4000);
const LOOK_EVERY = 10;
const PAGES = [ROOT, MIDDLE, LAST, SHARED, BUFFER, ...Array.from({ length: 6 }, (_, i) => FREE + 4096 * i)];
const BITS = [
  0,
  V,
  V,
  V | R | U,
  V | R | W | U,
  V | R | W | X | U | A | D,
  V | R,
  V | R | W | U | G,
  0x100 | R | W | U,
];

/** A hart's walks, all at once: the tables by level and the leaves that can be reached from a root. */
function reach(vcpu: ParavirtualVcpu): { levels: Map<number, Set<number>>; leaves: bigint[]; superpages: number } {
  const levels = new Map<number, Set<number>>();
  const leaves: bigint[] = [];
  let superpages = 0;
  const visit = (table: number, level: number): void => {
    const found = levels.get(table) ?? new Set();
    if (found.has(level)) return;
    levels.set(table, found.add(level));
    for (let index = 0; index < 512; index++) {
      const entry = vcpu.domain.ram.read(table * 4096 + 8 * index, 8);
      if (!(entry & 1n)) continue;
      if (entry & 14n) {
        leaves.push(entry);
        superpages += Number(level > 0);
      } else visit(frameOf(entry), level - 1);
    }
  };
  const { kernel, user } = vcpu.roots!;
  for (const root of [kernel, user ?? kernel]) visit(root, 2);
  return { levels, leaves, superpages };
}

const frameOf = (entry: bigint): number => Number((entry >> 10n) & 0xfff_ffff_ffffn);

function expectSafe(host: Host): void {
  const { memory } = host.vms[0];
  const { levels, leaves, superpages } = reach(host.vms[0].vcpus[0] as ParavirtualVcpu);
  const owned = (frame: number) => memory.slots.toGuest(frame * 4096) !== undefined;
  const bad = [
    ...[...levels].filter(([frame, each]) => !owned(frame) || each.size !== 1 || each.has(-1)),
    ...leaves.filter((entry) => !owned(frameOf(entry)) || entry & BigInt(G) || !(entry & BigInt(U))),
    ...leaves.filter((entry) => entry & BigInt(W) && levels.has(frameOf(entry))),
  ];
  expect([bad, superpages]).toEqual([[], 0]);
}

test.each([1, 2, 3])('the tables stay safe (seed %i)', (seed) => {
  const host = boot(attacker('1: j 1b'));
  host.run(40);
  const chance = new Chance(seed);
  const vcpu = host.vms[0].vcpus[0] as ParavirtualVcpu;
  const { memory } = host.vms[0];
  expect(vcpu.roots).toBeDefined();
  const page = () => (chance.oneIn(30) ? 0x8040_0000 + 4096 * chance.below(8) : chance.pick(PAGES));
  const entry = () => {
    const at = page();
    const frame = (memory.slots.toHost(BigInt(at)) ?? at) / 4096;
    return (BigInt(frame) << 10n) | BigInt(chance.pick(BITS));
  };
  const place = () => BigInt(chance.oneIn(3) ? mapping(chance.pick(PAGES)) : page() + 8 * chance.below(6));
  /** The guest's own stores go where one of its leaves has W. */
  const store = () => {
    const at = chance.pick(PAGES);
    const { leaves } = reach(vcpu);
    const frame = memory.slots.toHost(BigInt(at))! / 4096;
    if (leaves.some((leaf) => leaf & BigInt(W) && frameOf(leaf) === frame)) {
      vcpu.domain.ram.write(frame * 4096 + 8 * chance.below(6), 8, entry());
    }
  };
  const update = () => {
    const count = 1 + chance.below(3);
    for (let i = 0; i < count; i++) {
      memory.write(BigInt(BUFFER + 16 * i), 8, place());
      memory.write(BigInt(BUFFER + 16 * i + 8), 8, entry());
    }
    return vcpu.hypercall(6n, [BigInt(BUFFER), BigInt(count)]);
  };
  const user = () => (chance.oneIn(2) ? 2n ** 64n - 1n : BigInt(page()));
  const actions = [
    store, store, update, update, update, update,
    () => vcpu.hypercall(1n, [BigInt(page())]),
    () => vcpu.hypercall(3n, [BigInt(page()), user()]),
    () => vcpu.hypercall(4n, [BigInt(page()), BigInt(chance.below(4))]),
    () => vcpu.hypercall(5n, [BigInt(page())]),
    () => vcpu.hypercall(0n, [BigInt(page()), 1n]),
  ]; // prettier-ignore
  for (let i = 0; i < CALLS; i++) {
    chance.pick(actions)();
    if (i % LOOK_EVERY === 0) expectSafe(host);
  }
  const { entriesUpdated, entriesRefused } = host.vms[0].counters;
  expect(entriesUpdated).toBeGreaterThan(CALLS / 10);
  expect(Object.keys(entriesRefused).sort()).toEqual(['conflict', 'foreign', 'malformed']);
  host.release();
});
