/** A VM saved and restored: under every technique it goes on identically, whatever else runs there; and what is not a snapshot of it is refused. */
import { guests, portedGuests } from '#guests';
import { parseIsa, type Saved } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type GuestEvent, type Host, type TechniqueName, type VmConfig } from '#vmm';
import { readGuest } from '../../src/course/lab';
import { decode } from '../../src/machine/snapshot/decode';
import { encode } from '../../src/machine/snapshot/encode';
import { pack, unpack } from '../../src/machine/snapshot/container';
import { image } from './images';
import { forThisTest } from '../for-this-test';

const MEMORY = 8 << 20;
/** All techniques get the same processor: what binary translation has by default is another one. */
const ISA = parseIsa('rv64imac');

const fileOf = (name: string): string => [...guests, ...portedGuests].find((guest) => guest.name === name)!.file;
const guest = (name: string): VmConfig => ({
  name,
  image: imageOf(fileOf(name), readGuest(name)),
  memoryBytes: MEMORY,
});
/** Counts for ever; does not need to be ported to anything. */
const neighbour: VmConfig = {
  name: 'neighbour',
  image: image('1: addi s0, s0, 1\n j 1b', 'neighbour'),
  memoryBytes: 4 << 20,
};

const boot = (vms: readonly VmConfig[], technique: TechniqueName = 'trap-and-emulate'): Host =>
  forThisTest(bootReference({ vms, technique, isa: ISA, slice: 1000 }));

/** Runs to the end, and what then is all that can be known of the guest. */
function ending(host: Host) {
  while (!host.vms[0].stop) host.run(1000);
  const [{ digest, stop, console }] = host.results();
  return { digest, stop, console, time: host.vms[0].clock.ticks(), pc: host.vms[0].vcpus[0].pc };
}

/** A guest whose every instruction is heard of. */
function listening(vm: VmConfig, technique: TechniqueName) {
  let heard: GuestEvent[] = [];
  const onGuestEvent = (_: unknown, __: number, event: GuestEvent) => heard.push(event);
  const host = forThisTest(
    bootReference({ vms: [vm], technique, isa: ISA, slice: 1000, engine: 'step', onGuestEvent }),
  );
  /** The next events: so many, or what is left until the guest's end. */
  const next = (count: number): GuestEvent[] => {
    heard = [];
    while (heard.length < count && !host.vms[0].stop) host.run(1);
    return heard.slice(0, count);
  };
  return { host, next };
}

/** Who is saved, and after how many exits: at the beginning, and when all that it has is in use. */
const UNPORTED = ['timer', 'user-programs'].map((name) => [name, [1, 150]] as const);
const PORTED = [['kernel-pv', [100, 1200]]] as const;

const techniques = (Object.keys(TECHNIQUES) as TechniqueName[]).filter((name) => name !== 'bare');
const cases = techniques.flatMap((technique) =>
  (TECHNIQUES[technique].ported ? PORTED : UNPORTED).map(([name, moments]) => [name, technique, moments] as const),
);

describe.each(cases)('%s under %s', (name, technique, moments) => {
  test('goes on from a snapshot in another host exactly as where it was taken: console, end, memory, time and pc', () => {
    const source = boot([guest(name)], technique);
    source.run(moments[1]);
    expect(source.vms[0].stop).toBeUndefined();
    const [bytes, { console }] = [source.snapshot(source.vms[0]), source.results()[0]];
    const copy = boot([guest(name)], technique);
    copy.restore(copy.vms[0], bytes);
    // Taken again, it is the same to the byte: nothing is lost on the way.
    expect(Buffer.from(copy.snapshot(copy.vms[0])).equals(Buffer.from(bytes))).toBe(true);
    const there = ending(copy);
    expect({ ...there, console: console + there.console }).toEqual(ending(source));
  });

  test('and so instruction by instruction, wherever it was', () => {
    const source = listening(guest(name), technique);
    let exits = 0;
    for (const moment of moments) {
      source.host.run(moment - exits);
      if (source.host.vms[0].stop) break;
      exits = moment;
      const copy = listening(guest(name), technique);
      copy.host.restore(copy.host.vms[0], source.host.snapshot(source.host.vms[0]));
      const [here, there] = [source, copy].map(({ next }) => next(1000));
      expect(there).toEqual(here);
      expect(here.length).toBeGreaterThan(0);
    }
  });
});

describe.each(cases.filter(([name]) => name !== 'timer'))('%s under %s', (name, technique, moments) => {
  test('beside others, over another guest of its size, whatever time it is there', () => {
    const source = boot([guest(name)], technique);
    source.run(moments[1]);
    const bytes = source.snapshot(source.vms[0]);
    const printed = source.results()[0].console;
    // A paravirtual guest knows machine addresses: its memory has to lie at the same ones.
    const scattered = TECHNIQUES[technique].ported ? {} : { pieceBytes: 0x30_0000 };
    const other = boot([{ ...guest(name), ...scattered }, neighbour], technique);
    other.run(200);
    const own = other.results()[0].console;
    other.restore(other.vms[0], bytes);
    const { console, stop } = ending(other);
    expect({ console: printed + console.slice(own.length), stop }).toEqual({
      console: ending(source).console,
      stop: source.vms[0].stop,
    });
    expect(other.vms[1].stop).toBeUndefined();
  });

  test('is as at power-on after a reset: the same console, end and memory', () => {
    const host = boot([guest(name)], technique);
    host.run(moments[1]);
    const own = host.results()[0].console;
    host.reset(host.vms[0]);
    const first = ending(host);
    const fresh = ending(boot([guest(name)], technique));
    expect({ ...first, console: first.console.slice(own.length) }).toEqual(fresh);
  });
});

describe('what is no snapshot of this VM', () => {
  test('a damaged one is refused, and the VM goes on as if nothing had been', () => {
    const host = boot([guest('timer')]);
    host.run(50);
    const bytes = host.snapshot(host.vms[0]);
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 61)) {
      const damaged = bytes.slice();
      damaged[at] ^= 0x10;
      expect(() => host.restore(host.vms[0], damaged)).toThrow(expect.objectContaining({ name: 'InputError' }));
    }
    expect(Buffer.from(host.snapshot(host.vms[0])).equals(Buffer.from(bytes))).toBe(true);
  });

  test.each([
    [
      'another size of RAM',
      { memoryBytes: MEMORY / 2 },
      'RAM there: 8192 KiB at 0x80000000; here: 4096 KiB at 0x80000000',
    ],
    ['more harts', { harts: 2 }, 'harts there: 1; here: 2'],
  ])('a VM with %s does not take it', (_, change, sentence) => {
    const host = boot([guest('hello')]);
    const bytes = host.snapshot(host.vms[0]);
    const other = boot([{ ...guest('hello'), ...change }]);
    expect(() => other.restore(other.vms[0], bytes)).toThrow(`The snapshot is of another machine: ${sentence}.`);
  });

  test('a paravirtual guest knows machine addresses (docs/paravirtual.md), and is not restored to others', () => {
    const host = boot([guest('kernel-pv')], 'paravirtual');
    host.run(100);
    const bytes = host.snapshot(host.vms[0]);
    const other = boot([neighbour, guest('kernel-pv')], 'paravirtual');
    expect(() => other.restore(other.vms[1], bytes)).toThrow(
      /^The snapshot is of another machine: machine memory there: /,
    );
  });

  test('the bare machine is no VM', () => {
    const host = bootReference({ vms: [guest('hello')], technique: 'bare' });
    expect(() => host.snapshot(host.vms[0])).toThrow('A VM under bare cannot be saved, restored or reset.');
    expect(() => host.reset(host.vms[0])).toThrow('A VM under bare cannot be saved, restored or reset.');
  });
});

describe('a forged one of a paravirtual guest', () => {
  /** What a forger would change in it. */
  interface Contents {
    readonly state: {
      readonly vcpus: { readonly roots: { kernel: number }; readonly upcalls: { shared: number } }[];
      readonly shared: { pins: { frame: number; level: number }[] };
    };
    readonly ram: { readonly numbers: Uint8Array; readonly contents: Uint8Array };
  }
  /** An undamaged file whose contents somebody has changed. */
  function forged(bytes: Uint8Array, change: (whole: Contents) => void): Uint8Array {
    const whole = structuredClone(decode(unpack(bytes))) as unknown as Contents;
    change(whole);
    return pack(encode(whole as unknown as Saved));
  }
  const FOREIGN = 0x8090_0000 / 4096; // the neighbour's
  const forgeries: [string, (whole: Contents) => void][] = [
    ["a root in the neighbour's memory", ({ state }) => (state.vcpus[0].roots.kernel = FOREIGN)],
    ["a shared-info page in the neighbour's memory", ({ state }) => (state.vcpus[0].upcalls.shared = FOREIGN)],
    ['a shared-info page that is one of its tables', ({ state: { vcpus: [vcpu] } }) => (vcpu.upcalls.shared = vcpu.roots.kernel)],
    ['a page that is no table pinned as one', ({ state }) => (state.shared.pins = [{ frame: state.vcpus[0].upcalls.shared, level: 0 }])],
    ['no roots but no start map either', ({ state }) => (state.vcpus[0].roots.kernel = -1)],
    ["a table whose entries lead to the neighbour's memory", ({ state, ram }) => {
      const page = state.vcpus[0].roots.kernel - 0x8000_0000 / 4096;
      const at = 4096 * new Uint32Array(ram.numbers.slice().buffer).indexOf(page);
      new DataView(ram.contents.buffer, ram.contents.byteOffset + at).setBigUint64(0, (BigInt(FOREIGN) << 10n) | 1n, true);
    }],
  ]; // prettier-ignore

  test.each(forgeries)('with %s is refused, and the VM goes on as if nothing had been', (_, change) => {
    const host = boot([guest('kernel-pv'), neighbour], 'paravirtual');
    host.run(2500);
    const bytes = host.snapshot(host.vms[0]);
    const bad = forged(bytes, change);
    expect(() => host.restore(host.vms[0], bad)).toThrow(/^The snapshot is damaged: /);
    expect(Buffer.from(host.snapshot(host.vms[0])).equals(Buffer.from(bytes))).toBe(true);
  });
});
