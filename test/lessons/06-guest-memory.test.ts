/** Lesson 06: is RAM where the configuration says, is everything found again in the host, and is a board refused that cannot be? */
import type { MemoryPlan, Slot } from '#vmm';
import { requires, suite } from '../../src/course/lab';
import { seededRandom } from '../../src/course/quiz/random';
import { referenceParts } from '../../src/reference';
import { fault, hex, MIB, NotingHost, PAGE, plan, RAM, refusal, shown, slotsOf } from './support/memory-plans';
import { buffers, everyPage, loads, reads, texts } from './support/probes';
import { prints } from './support/prints';

const { equivalence, safety, efficiency } = suite('guestMemory', referenceParts, require);

const HIGH = 0x1_0000_0000;

/** Boards that can be had. */
const PLANS: readonly MemoryPlan[] = [
  plan([[RAM, 4 * MIB]]),
  plan([[RAM, 4 * MIB]], MIB),
  plan([[RAM, 10 * PAGE]], 3 * PAGE),
  plan([[HIGH, MIB], [0x9000_0000, 5 * PAGE], [RAM, 2 * MIB]], 4 * PAGE), // prettier-ignore
  plan([[0, 0x10_0000], [2 ** 45, PAGE]]), // prettier-ignore
  plan([[RAM, PAGE]], PAGE),
];

/** As a VM's slots may be: neighbours in the guest that are none in the host, neighbours in both, a hole, one far up. */
const SLOTS: readonly Slot[] = [
  { gpa: 0n, hpa: 0x9100_0000, size: 2 * PAGE },
  { gpa: 0x8000_0000n, hpa: 0x9040_0000, size: 4 * PAGE },
  { gpa: 0x8000_4000n, hpa: 0x9020_0000, size: PAGE },
  { gpa: 0x8000_5000n, hpa: 0x9020_1000, size: 2 * PAGE },
  { gpa: 0x8000_8000n, hpa: 0x9040_4000, size: PAGE },
  { gpa: 0x1_0000_0000n, hpa: 0x9000_0000, size: 2 * PAGE },
];

equivalence(
  1,
  'every byte of RAM that is asked for is in one slot, nothing else is; each has a place of its own, in pieces no larger than allowed',
  'vmm/memory-plan.ts, MemoryMap.assemble; lesson: "Slots"',
  (lab) => {
    for (const wanted of PLANS) {
      const host = new NotingHost();
      const slots = slotsOf(lab.part, wanted, host);
      for (const { gpa, size } of wanted.ram) {
        for (let at = gpa; at < gpa + size; at += PAGE) {
          const holding = slots.filter((slot) => BigInt(at) >= slot.gpa && BigInt(at) < slot.gpa + BigInt(slot.size));
          requires(holding.length === 1, `${hex(at)} of ${shown(wanted)} is in ${holding.length} slots.`);
        }
      }
      const inAll = (list: readonly { size: number }[]): number => list.reduce((sum, { size }) => sum + size, 0);
      const [got, asked] = [inAll(slots), inAll(wanted.ram)];
      requires(got === asked, `${shown(wanted)} is ${asked} bytes; your slots hold ${got}.`);
      requires(
        host.taken.every(({ size }) => size <= wanted.pieceBytes),
        `${shown(wanted)}: you took ${Math.max(...host.taken.map(({ size }) => size))} bytes from the host at once.`,
      );
      const pages = slots.flatMap(({ hpa, size }) => Array.from({ length: size / PAGE }, (_, n) => hpa + n * PAGE));
      requires(new Set(pages).size === pages.length, `two slots of ${shown(wanted)} lie at one place in the host.`);
      const given = ({ hpa, size }: Slot): boolean =>
        host.taken.some((piece) => hpa >= piece.hpa && hpa + size <= piece.hpa + piece.size);
      requires(slots.every(given), `a slot of ${shown(wanted)} lies where the host gave you nothing.`);
    }
  },
);

equivalence(
  1,
  'a guest whose RAM lies in pieces all over the host finds in each page what it stored there, and nothing around them',
  'Popek and Goldberg 1974, equivalence; lesson: "Slots"',
  (lab) => {
    lab.sameAsBareMetal(everyPage(0x803c_0000), { pieceBytes: 0x1_0000 });
  },
);

equivalence(
  1,
  "in such RAM, instructions that devices answer and the guest's page tables mean what they mean on bare metal",
  'Popek and Goldberg 1974, equivalence; lesson: "Slots"',
  (lab) => {
    lab.sameAsBareMetal('hello-uart', { pieceBytes: PAGE });
    lab.sameAsBareMetal('self-map', { pieceBytes: 0x3_0000 });
  },
);

equivalence(
  1,
  'a buffer that goes over the borders of pieces is one buffer to the guest',
  'SBI, "Debug Console Extension"; lesson: "One range, several pieces"',
  (lab) => {
    const across = texts([[0x8030_0ff9, 16], [0x8030_1000, 4096], [0x8030_0800, 4000], [0x8030_2fff, 2]]); // prettier-ignore
    lab.sameAsBareMetal(across, { pieceBytes: PAGE });
    const slots = SLOTS.slice(1, 4);
    for (const [gpa, length] of [
      [0x8000_3ff8n, 16],
      [0x8000_0000n, 7 * PAGE],
      [0x8000_4fffn, 2],
    ] as const)
      // prettier-ignore
      agrees(lab.part, gpa, length, slots);
  },
);

equivalence(
  1,
  'what slots hold is found, whichever of them it is in, and no bytes have no pieces',
  'vmm/memory-plan.ts, MemoryMap.translate; lesson: "Slots"',
  (lab) => {
    const random = seededRandom('translate');
    for (let round = 0; round < 400; round++) {
      const slot = random.pick(SLOTS);
      const offset = random.int(0, slot.size - 1);
      agrees(lab.part, slot.gpa + BigInt(offset), random.int(1, slot.size - offset), SLOTS);
    }
    for (const gpa of [RAM, 0x1000_0000, HIGH]) {
      const pieces = lab.part.translate(BigInt(gpa), 0, SLOTS);
      requires(
        pieces?.length === 0,
        `0 bytes at ${hex(gpa)} are a list without pieces; you said ${JSON.stringify(pieces)}.`,
      );
    }
  },
);

equivalence(
  1,
  'what does not overlap can be had: things may touch, in any order of the configuration, and two devices may share a page',
  'QNX Hypervisor, "Configuration"; lesson: "What no board can have"',
  (lab) => {
    slotsOf(lab.part, plan([[RAM + 2 * PAGE, PAGE], [RAM, 2 * PAGE], [RAM + 3 * PAGE, PAGE]])); // prettier-ignore
    slotsOf(lab.part, plan([[0x10_1000, PAGE], [0xff000, PAGE], [0xbff_f000, PAGE], [0xc60_0000, PAGE]])); // prettier-ignore
    slotsOf(lab.part, plan([[0xfff_f000, PAGE], [0x1000_1000, PAGE]])); // prettier-ignore
    const random = seededRandom('boards that can be');
    for (let round = 0; round < 300; round++) {
      const wanted = randomBoard(random);
      if (!clashes(wanted)) slotsOf(lab.part, wanted);
    }
  },
);

equivalence(
  1,
  'RAM in several ranges is there from its first byte to its last, above 4 GiB too',
  'lesson: "Slots"',
  (lab) => {
    const ranges = [[HIGH, MIB], [RAM, 4 * MIB], [0x9000_0000, MIB]].map(([gpa, size]) => ({ gpa, size })); // prettier-ignore
    const ends = ranges.flatMap(({ gpa, size }) => [gpa, gpa + size - 1]);
    const options = { ranges, memoryBytes: 6 * MIB };
    for (const pieceBytes of [2 ** 40, 0x1_0000]) {
      const [{ console }] = lab.run([loads(ends)], { ...options, pieceBytes });
      requires(
        console === '000000',
        `a guest loaded the first and last byte of each of three ranges; the causes of its traps are ${console}, right is 000000 (no trap).`,
      );
    }
    const [{ console }] = lab.run([buffers([[HIGH, 16], [HIGH + MIB - 8, 8]])], options); // prettier-ignore
    requires(console === 'yy', `buffers at the ends of RAM above 4 GiB: ${console}; right is yy.`);
  },
);

safety(
  2,
  'two things at one address are refused, whatever they are and however they overlap',
  'QNX Hypervisor, "Configuration": two components cannot respond to the same address; lesson: "What no board can have"',
  (lab) => {
    const random = seededRandom('boards');
    for (let round = 0; round < 300; round++) {
      const wanted = randomBoard(random);
      const refused = refusal(lab.part.assemble(wanted, new NotingHost().allocate));
      requires(
        !clashes(wanted) || refused !== undefined,
        `you accepted a board on which two things have one address: ${boardOf(wanted)}.`,
      );
    }
  },
);

safety(
  1,
  'the sentence of a refusal names what is at fault, with its addresses',
  'vmm/memory-plan.ts, MemoryPlanned; lesson: "What no board can have"',
  (lab) => {
    const sentence = refusal(lab.part.assemble(plan([[0xc5f_f000, 2 * PAGE]]), new NotingHost().allocate)) ?? '';
    requires(
      ['RAM', 'plic', 'c5ff000', 'c000000'].every((word) => sentence.includes(word)),
      `RAM at 0xc5ff000-0xc600fff lies over the end of "plic" at 0xc000000-0xc5fffff; the sentence does not name both: "${sentence}".`,
    );
  },
);

safety(
  1,
  'RAM is whole pages, at least one of them: anything else is refused, not rounded',
  'Privileged, "Virtual Address Translation Process": tables map pages; lesson: "What no board can have"',
  (lab) => {
    for (const ram of [
      [[RAM, 2048]],
      [[RAM + 8, PAGE]],
      [
        [RAM, PAGE],
        [HIGH, PAGE + 1],
      ],
      [[RAM, 0]],
      [],
    ] as const) {
      // prettier-ignore
      const wanted = plan(ram);
      const refused = refusal(lab.part.assemble(wanted, new NotingHost().allocate));
      requires(refused !== undefined, `you accepted ${shown(wanted) || 'a board without RAM'}.`);
    }
  },
);

safety(
  1,
  'a board that is refused for what it says takes nothing from the host',
  'vmm/memory-plan.ts, MemoryMap.assemble; lesson: "What no board can have"',
  (lab) => {
    const bad = [plan([[RAM, MIB], [RAM + 4096, MIB]]), plan([[RAM, MIB], [0x1000_0000, PAGE]]), plan([[RAM, MIB], [HIGH, 100]])]; // prettier-ignore
    for (const wanted of bad) {
      const host = new NotingHost();
      const planned = lab.part.assemble(wanted, host.allocate);
      const bytes = host.taken.reduce((sum, { size }) => sum + size, 0);
      requires(
        'refused' in planned && bytes === 0,
        `${shown(wanted)} cannot be had; ${bytes} bytes of the host were taken for it, and nobody can give them back.`,
      );
    }
  },
);

safety(
  1,
  'if the host has not enough, the VM is refused rather than given less',
  'QNX Hypervisor, "Memory": a VM is given all that it is configured with; lesson: "Slots"',
  (lab) => {
    for (const [wanted, bytes] of [
      [plan([[RAM, 4 * MIB]], MIB), 3 * MIB],
      [plan([[RAM, MIB]]), MIB - PAGE],
    ] as const) {
      // prettier-ignore
      const planned = lab.part.assemble(wanted, new NotingHost(bytes).allocate);
      requires('refused' in planned, `the host has ${bytes} bytes, and you gave a VM ${shown(wanted)}.`);
    }
  },
);

safety(
  1,
  'a range of which the last byte, or the first, is not RAM is not RAM at all',
  'SBI, "Debug Console Extension": the SBI implementation MUST check; lesson: "One range, several pieces"',
  (lab) => {
    const END = RAM + 4 * MIB;
    const list = [[END - 16, 16], [END - 16, 17], [END - 1, 1], [END, 1], [RAM - 1, 2], [RAM, 1], [RAM - 1, 1], [RAM, 4 * MIB], [RAM, 4 * MIB + 1]] as const; // prettier-ignore
    lab.sameAsBareMetal(buffers(list), { pieceBytes: 0x1_0000 });
    for (const slots of [SLOTS.slice(1, 2), SLOTS.slice(4)])
      for (const [from, to] of [
        [0, 1],
        [-1, 0],
        [0, -1],
        [1, 1],
        [-1, 1],
      ]) {
        // prettier-ignore
        const [{ gpa, size }] = slots;
        agrees(lab.part, gpa + BigInt(from), size - from + to, slots);
      }
  },
);

safety(
  1,
  "RAM ends where its range does: what lies between two ranges is nobody's",
  'lesson: "One range, several pieces"',
  (lab) => {
    const ranges = [{ gpa: RAM, size: 4 * MIB }, { gpa: RAM + 5 * MIB, size: MIB }]; // prettier-ignore
    const [hole, behind] = [RAM + 4 * MIB, RAM + 5 * MIB];
    const options = { ranges, memoryBytes: 5 * MIB };
    const [looked] = lab.run([loads([hole - 1, hole, behind - 1, behind, behind + MIB])], options);
    requires(
      looked.console === '05505',
      `loads around a hole gave ${looked.console}; right is 05505 (5: load access fault).`,
    );
    const list = [[hole - 8, 8], [hole - 8, 9], [hole - 8, MIB + 16], [hole, 8], [behind - 1, 2], [behind, 8]] as const; // prettier-ignore
    const [asked] = lab.run([buffers(list)], options);
    requires(asked.console === 'ynnnny', `buffers around a hole: ${asked.console}; right is ynnnny.`);
    for (const [from, length] of [
      [0x8000_6ff0n, 0x1020],
      [0x8000_7000n, 16],
      [0x8000_8fffn, 2],
      [0x1fffn, 2],
    ] as const)
      // prettier-ignore
      agrees(lab.part, from, length, SLOTS);
  },
);

safety(
  1,
  "addresses and lengths are the guest's choice: none of 64 bits comes out inside by going around",
  'SBI, "Debug Console Extension"; lesson: "Numbers that a guest chooses"',
  (lab) => {
    lab.sameAsBareMetal('dbcn');
    const top = 2n ** 64n;
    const slots: readonly Slot[] = [...SLOTS, { gpa: top - 4096n, hpa: 0x9200_0000, size: PAGE }];
    const list = [[top - 8n, 8], [top - 8n, 16], [top - 8n, PAGE], [top - 4096n, 2 * PAGE], [top - 1n, 2], [top - 0x8000_0000n, 16]] as const; // prettier-ignore
    for (const [gpa, length] of list) agrees(lab.part, gpa, length, slots);
    for (const slot of SLOTS)
      for (const bit of [32n, 33n, 40n, 53n, 55n, 63n]) agrees(lab.part, slot.gpa + (1n << bit), 8, SLOTS);
    for (const length of [2 ** 31, 2 ** 32, 2 ** 32 + 8, 2 ** 52]) agrees(lab.part, 0x8000_0000n, length, SLOTS);
  },
);

safety(
  1,
  'a guest that wanders where nothing is faults there itself, and its neighbour in the same host runs to its end',
  'Popek and Goldberg 1974, resource control; lesson: "Beyond the end"',
  (lab) => {
    const [wanderer, hello] = lab.run(['wanderer', 'hello']);
    prints('wanderer', wanderer.console);
    prints('hello', hello.console, 'beside wanderer, ');
  },
);

efficiency(
  1,
  'RAM comes in as few pieces as the plan allows: 4 MiB in pieces of 1 MiB are 4 slots, and 20 are allowed',
  'lesson: "What pieces cost"',
  (lab) => {
    const counts = PLANS.map((wanted) => ({ wanted, slots: slotsOf(lab.part, wanted).length }));
    const [most] = [...counts].sort((a, b) => b.slots / fewest(b.wanted) - a.slots / fewest(a.wanted));
    lab.measure(`${counts[1].slots} slots for 4 MiB in pieces of 1 MiB (pass 20)`);
    requires(
      most.slots <= 5 * fewest(most.wanted),
      `${shown(most.wanted)} became ${most.slots} slots; ${fewest(most.wanted)} are enough.`,
    );
  },
);

efficiency(
  1,
  'memory in one piece is mapped in superpages: all of 4 MiB is reached after 2 faults of the second stage, and 8 are allowed',
  'Privileged, "Two-Stage Address Translation"; lesson: "What pieces cost"',
  (lab) => {
    const [{ console, counters }] = lab.run([reads(RAM, 4 * MIB)], { technique: 'hardware', exits: 5_000 });
    const { gStageFills } = counters;
    lab.measure(`${gStageFills} second-stage faults for 4 MiB (pass 8)`);
    requires(console === 'all', `the guest did not get through its memory: it printed ${JSON.stringify(console)}.`);
    requires(gStageFills <= 8, `it took ${gStageFills} faults of the second stage to map 4 MiB; 8 are enough.`);
  },
);

efficiency(
  1,
  'translate looks at slots, not at bytes: 64 KiB in 8 slots take at most 1,000 looks',
  'lesson: "One range, several pieces"',
  (lab) => {
    let looks = 0;
    const watched = (slot: Slot): Slot => ({
      get gpa() {
        looks++;
        return slot.gpa;
      },
      hpa: slot.hpa,
      size: slot.size,
    });
    const slots = Array.from({ length: 8 }, (_, n) =>
      watched({ gpa: BigInt(RAM + n * 2 * PAGE), hpa: 0x9000_0000 + (n ^ 5) * 4 * PAGE, size: 2 * PAGE }),
    );
    const pieces = lab.part.translate(BigInt(RAM), 16 * PAGE, slots);
    lab.measure(`${looks} looks at slots for 64 KiB in 8 of them (pass 1,000)`);
    requires(pieces?.length === 8 && looks <= 1_000, `64 KiB in 8 slots became ${pieces?.length} pieces after ${looks} looks at slots.`); // prettier-ignore
  },
);

/** `translate` says of these bytes what their slots say. */
function agrees(
  { translate }: { translate: typeof referenceParts.guestMemory.translate },
  gpa: bigint,
  length: number,
  slots: readonly Slot[],
): void {
  // prettier-ignore
  const wrong = fault(translate(gpa, length, slots), { gpa, length, slots });
  requires(wrong === undefined, wrong ?? '');
}

/** The fewest pieces that this RAM can have. */
const fewest = ({ ram, pieceBytes }: MemoryPlan): number =>
  ram.reduce((sum, { size }) => sum + Math.ceil(size / pieceBytes), 0);

/** Up to three ranges of RAM and three devices within 16 pages: about half of such boards cannot be. */
function randomBoard({ int }: { int(low: number, high: number): number }): MemoryPlan {
  const ram = Array.from({ length: int(1, 3) }, () => ({ gpa: RAM + int(0, 15) * PAGE, size: int(1, 4) * PAGE }));
  const devices = Array.from({ length: int(0, 3) }, (_, n) => ({ name: `device${n}`, gpa: RAM + int(0, 0x1_0000), size: int(1, 0x1800) })); // prettier-ignore
  return { ram, devices, pieceBytes: 2 ** 40 };
}

/** Each begins before the other ends. */
function clashes({ ram, devices }: MemoryPlan): boolean {
  const all = [...ram, ...devices];
  return all.some((one, i) =>
    all.slice(i + 1).some((other) => one.gpa < other.gpa + other.size && other.gpa < one.gpa + one.size),
  );
}

const boardOf = ({ ram, devices }: MemoryPlan): string =>
  [...ram.map((range) => ({ name: 'RAM', ...range })), ...devices]
    .map(({ name, gpa, size }) => `${name} at ${hex(gpa)}-${hex(gpa + size - 1)}`)
    .join(', ');
