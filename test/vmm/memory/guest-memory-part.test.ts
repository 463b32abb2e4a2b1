/** Where a VM's RAM lies: what is refused, what a guest finds in RAM of several ranges, and what a plan may not get away with. */
import { InputError, readFdt } from '#machine';
import { bootReference, referenceParts } from '#reference';
import { guardParts, PartFailure, type MemoryPlan, type Piece, type Slot, type VmConfig } from '#vmm';
import { image, SHUTDOWN } from '../images';

const MIB = 2 ** 20;
const RAM = 0x8000_0000;
const { guestMemory } = referenceParts;

/** Memory of a host, from `base` on. */
const host = (pages: number, base = 0x1000_0000) => {
  let next = base;
  return (bytes: number): number | undefined => {
    const at = next;
    if (at + bytes > base + pages * 4096) return undefined;
    next += bytes;
    return at;
  };
};
const UART = { name: 'uart', gpa: 0x1000_0000, size: 0x100 };
const plan = (ram: MemoryPlan['ram'], pieceBytes = 2 ** 40): MemoryPlan => ({ ram, devices: [UART], pieceBytes });

describe('the plan', () => {
  test.each([
    ['no RAM', [], 'it has no RAM.'],
    ['half a page', [{ gpa: RAM, size: 2048 }], 'RAM 0x80000000-0x800007ff is not made of whole pages of 4096 bytes.'],
    ['a start within a page', [{ gpa: RAM + 8, size: 4096 }], 'RAM 0x80000008-0x80001007 is not made of whole pages of 4096 bytes.'],
    ['no size', [{ gpa: RAM, size: 0 }], 'RAM 0x80000000-0x7fffffff is not made of whole pages of 4096 bytes.'],
    ['two ranges at one address', [{ gpa: RAM, size: 8192 }, { gpa: RAM + 4096, size: 4096 }],
      'RAM at 0x80000000-0x80001fff and RAM at 0x80001000-0x80001fff claim the same addresses.'],
    ['RAM over a device', [{ gpa: 0xfff_f000, size: 8192 }], 'RAM at 0xffff000-0x10000fff and uart at 0x10000000-0x100000ff claim the same addresses.'],
    ['RAM that a device lies in', [{ gpa: 0, size: 2 ** 30 }], 'RAM at 0x0-0x3fffffff and uart at 0x10000000-0x100000ff claim the same addresses.'],
    ['more than the host has', [{ gpa: RAM, size: 101 * 4096 }], 'the host has no 413696 bytes of memory left for it.'],
  ])('%s is refused in a sentence', (_, ram, refused) => {
    expect(guestMemory.assemble(plan(ram), host(100))).toEqual({ refused });
  }); // prettier-ignore

  test('ranges may touch each other and a device', () => {
    const ram = [{ gpa: RAM, size: 4096 }, { gpa: RAM + 4096, size: 4096 }, { gpa: 0x1000_1000, size: 4096 }, { gpa: 0xfff_f000, size: 4096 }]; // prettier-ignore
    expect(guestMemory.assemble(plan(ram), host(100))).toHaveLength(4);
  });

  test('pieces are no larger than asked, cover all of it, and are out of order in the host', () => {
    const slots = guestMemory.assemble(plan([{ gpa: RAM, size: 10 * 4096 }], 3 * 4096), host(10)) as Slot[];
    const sorted = [...slots].sort((a, b) => Number(a.gpa - b.gpa));
    expect(sorted.map(({ size }) => size / 4096)).toEqual([3, 3, 3, 1]);
    expect(sorted.map(({ hpa }) => hpa)).not.toEqual(sorted.map(({ hpa }) => hpa).sort((a, b) => a - b));
  });
});

describe('a guest with RAM in several ranges', () => {
  const HIGH = 0x1_0000_0000;
  const ranges = [
    { gpa: HIGH, size: 4 * MIB },
    { gpa: RAM, size: 4 * MIB },
  ];
  const boot = (source: string, change: Partial<VmConfig> = {}) => {
    const vm = { name: 'x', image: image(source), memoryBytes: 8 * MIB, ranges, ...change };
    return bootReference({ vms: [vm], technique: 'trap-and-emulate' });
  };

  test('finds each of them, nothing between them, and its device tree says so', () => {
    const host = boot(`
      mv s3, a1
      la t0, 1f
      csrw stvec, t0
      li t1, 1
      slli t1, t1, 32
      li t2, 0x1234
      sd t2, 0(t1)
      ld s0, 0(t1)
      li t1, 0x80400000
      ld s1, 0(t1)
      .balign 4
   1: csrr s2, scause
      ${SHUTDOWN}`);
    host.run(100);
    const { x } = host.vms[0].vcpus[0];
    expect([x.get(8), x.get(18)]).toEqual([0x1234n, 5n]); // load access fault
    expect(host.vms[0].memory.read(BigInt(HIGH), 8)).toBe(0x1234n);
    const bytes = host.vms[0].memory.copyOut(x.get(19), RAM + 4 * MIB - Number(x.get(19)))!;
    const memory = readFdt(bytes).children.find(({ name }) => name.startsWith('memory@'))!;
    const cells = Array.from({ length: 8 }, (_, i) => Buffer.from(memory.properties.reg).readUInt32BE(4 * i));
    expect([memory.name, cells]).toEqual(['memory@80000000', [0, RAM, 0, 4 * MIB, 1, 0, 0, 4 * MIB]]);
  });

  test.each([
    ['ranges that are not its memory', { memoryBytes: 4 * MIB }, 'VM "x": its ranges hold 8388608 bytes of RAM, not 4194304.'],
    ['RAM over the PLIC', { ranges: [{ gpa: RAM, size: 4 * MIB }, { gpa: 0xc20_0000, size: 4 * MIB }] },
      'VM "x": plic at 0xc000000-0xc5fffff and RAM at 0xc200000-0xc5fffff claim the same addresses.'],
    ['no RAM where its image lies', { ranges: [{ gpa: HIGH, size: 8 * MIB }] },
      /^test needs 0x80200000-0x[0-9a-f]+, but RAM of VM "x" is 0x100000000-0x1007fffff\.$/],
  ])('%s: refused', (_, change, sentence) => {
    expect(() => boot(SHUTDOWN, change)).toThrow(InputError);
    expect(() => boot(SHUTDOWN, change)).toThrow(sentence);
  }); // prettier-ignore
});

describe('a plan that lies', () => {
  const boot = (change: (slots: readonly Slot[]) => readonly Slot[]) => () =>
    bootReference({
      vms: [1, 2].map((n) => ({ name: `vm${n}`, image: image(SHUTDOWN), memoryBytes: 4 * MIB, pieceBytes: MIB })),
      technique: 'trap-and-emulate',
      parts: {
        guestMemory: {
          ...guestMemory,
          assemble: (wanted, allocate) => change(guestMemory.assemble(wanted, allocate) as Slot[]),
        },
      },
    });
  test.each([
    ['memory of somebody else', (slots: readonly Slot[]) => slots.map((slot) => ({ ...slot, hpa: slot.hpa + 4096 })), 'in memory that `allocate` had not given'],
    ['one piece twice', (slots: readonly Slot[]) => slots.map((slot) => ({ ...slot, hpa: slots[0].hpa })), 'two slots on the same memory'],
    ['too little', (slots: readonly Slot[]) => slots.slice(1), "not the plan's RAM"],
    ['another place', (slots: readonly Slot[]) => slots.map((slot) => ({ ...slot, gpa: slot.gpa + 4096n })), "not the plan's RAM"],
    ['overlapping slots', (slots: readonly Slot[]) => [...slots, slots[0]], 'gave slots that cannot be'],
  ])('%s is found out before a guest runs', (_, change, sentence) => {
    expect(boot(change)).toThrow(PartFailure);
    expect(boot(change)).toThrow(sentence);
  }); // prettier-ignore
});

describe('a translation that lies', () => {
  const SLOTS: readonly Slot[] = [{ gpa: 0x8000_0000n, hpa: 0x8040_0000, size: 8192 }];
  const translate = (pieces: unknown) => () =>
    guardParts({
      ...referenceParts,
      guestMemory: { ...guestMemory, translate: () => pieces as Piece[] },
    }).guestMemory.translate(0x8000_0ff8n, 16, SLOTS);
  test.each([
    ['memory that is not the VM\'s', [{ hpa: 0x8040_1ff8, length: 16 }], 'gave a piece that lies in no slot: 16 bytes at host-physical 0x80401ff8.'],
    ['memory before it', [{ hpa: 0x803f_fff8, length: 16 }], 'gave a piece that lies in no slot: 16 bytes at host-physical 0x803ffff8.'],
    ['less than was asked for', [{ hpa: 0x8040_0ff8, length: 8 }], 'gave pieces of 8 bytes together.'],
    ['more', [{ hpa: 0x8040_0ff8, length: 17 }], 'gave pieces of 17 bytes together.'],
    ['pieces of no bytes', [{ hpa: 0x8040_0ff8, length: 0 }], 'gave a piece that lies in no slot: 0 bytes at host-physical 0x80400ff8.'],
    ['no list', 0x8040_0ff8, 'returned 2151682040; it must return a list of pieces, or undefined.'],
    ['a list of nothing', [null], 'gave a piece that lies in no slot: undefined bytes at host-physical 0xundefined.'],
  ])('%s: the VM does not get it', (_, pieces, sentence) => {
    expect(translate(pieces)).toThrow(PartFailure);
    expect(translate(pieces)).toThrow(`your \`guestMemory.translate(0x80000ff8, 16)\` ${sentence}`);
  }); // prettier-ignore

  test('a right one passes', () => {
    expect(translate([{ hpa: 0x8040_0ff8, length: 16 }])()).toHaveLength(1);
    expect(translate(undefined)()).toBeUndefined();
  });

  test('so does a piece over slots that are neighbours in the host too', () => {
    const slots = [0, 1].map((n) => ({
      gpa: 0x8000_0000n + BigInt(4096 * n),
      hpa: 0x8040_0000 + 4096 * n,
      size: 4096,
    }));
    const map = { ...guestMemory, translate: () => [{ hpa: 0x8040_0ff8, length: 16 }] };
    const guarded = guardParts({ ...referenceParts, guestMemory: map }).guestMemory;
    expect(guarded.translate(0x8000_0ff8n, 16, slots)).toHaveLength(1);
    expect(() => guarded.translate(0x8000_0ff8n, 16, slots.slice(0, 1))).toThrow('lies in no slot');
  });
});

test.each(['trap-and-emulate', 'hardware', 'emulation'] as const)(
  'several VMs with RAM in several ranges find room beside each other under %s',
  (technique) => {
    const ranges = [RAM, 0x9000_0000, 0x1_0000_0000].map((gpa) => ({ gpa, size: 3 * MIB }));
    const vms = [1, 2, 3].map((n) => ({ name: `vm${n}`, image: image(SHUTDOWN), memoryBytes: 9 * MIB, ranges }));
    const host = bootReference({ vms, technique });
    expect(host.run(100)).toBe('all-stopped');
  },
);
