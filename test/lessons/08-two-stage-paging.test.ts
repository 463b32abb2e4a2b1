/** Lesson 08: does the second stage lead each guest-physical address to its place in the host, and nowhere else, for little? */
import { kernel, requires, suite, type Lab, type Outcome, type RunOptions } from '../../src/course/lab';
import type { Program } from '#machine';
import type { Slot } from '#vmm';
import { referenceParts } from '../../src/reference';
import { inSupervisorMode, TWO_SPACES } from './support/kernels';
import { prints } from './support/prints';
import { arrives, GIB, maps, MIB, PAGE, SecondStage, slot } from './support/second-stage';
import { toucher } from './support/toucher';

const { equivalence, safety, efficiency } = suite('gStage', referenceParts, require);

const SCATTERED = 64 * 1024;
/** Bits 63 to 54, of which an extension would have to be there, and G, which the second stage reserves. */
const RESERVED = (0x3ffn << 54n) | 0x20n;
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

/** Guests under hardware assistance, which is where the second stage is. */
const run = (lab: Lab<'gStage'>, guests: readonly (string | Program)[], options: RunOptions = {}): Outcome[] =>
  lab.run(guests, { technique: 'hardware', exits: 4_000, ...options });

/** A guest that touches memory found in it what it had put there. */
function foundItsOwn({ console, stop, detail }: Outcome, where: string): void {
  requires(stop !== 'crashed', `${where} found something else in a page than it had put there.`);
  requires(console === 'ok' && stop === 'shutdown', `${where} did not come to its end: ${detail}.`);
}

equivalence(
  1,
  'a guest that begins without a single entry runs as on bare metal, in one piece of host memory and in many',
  'Privileged, "Two-Stage Address Translation"; lesson: "A fault with an address in it"',
  (lab) => {
    const guest = kernel(`${TWO_SPACES}
    li a0, 0x40000000
    csrw satp, s1
    sfence.vma
    ld a1, 0(a0)
    sd s4, 8(a0)
    csrw satp, s2
    sfence.vma
    ld a1, 0(a0)
    sd s3, 16(a0)
    csrw satp, zero
    ld a1, 8(t0)`);
    for (const pieceBytes of [undefined, PAGE]) lab.sameAsBareMetal(guest, { technique: 'hardware', pieceBytes });
  },
);

equivalence(
  1,
  'each page of RAM leads to its own page in the host, whichever of its bytes was asked for',
  'Privileged, "Guest Physical Address Translation"; lesson: "The tables"',
  (lab) => {
    const slots = [
      slot(0x8000_0000, 0x2_8765_1000, 5 * MIB),
      slot(0x8060_0000, 0x2_4020_0000, 2 * MIB),
      slot(0x9_4000_0000, 0x1_8000_0000, GIB),
      slot(0x180_4000_0000, 0x1_8000_0000, GIB), // its leaf is in the root, where two more bits of the address count
    ];
    const offsets = [0n, 1n, 0x2468n, 0x1f_fff8n, 0x12_3456n];
    for (const ram of slots)
      for (const offset of offsets) {
        const space = new SecondStage(slots);
        maps(lab.part, ram.gpa + offset, space);
        arrives(space, ram.gpa + offset);
      }
  },
);

equivalence(
  1,
  'the leaf has U = 1, though it is a kernel that uses it, and G = 0',
  'Privileged, "Guest Physical Address Translation": all accesses "are considered to be user-level accesses"; lesson: "The leaf"',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x2_8000_1000, MIB)]);
    maps(lab.part, 0x8000_5000n, space);
    arrives(space, 0x8000_5000n, { asUser: true }, 'a hart that looks with the eyes of U-mode');
    const reserved = [...space.entries.values()].find((entry) => (entry & RESERVED) !== 0n);
    requires(reserved === undefined, `the entry ${hex(reserved ?? 0n)} has bits that are reserved here.`);
  },
);

equivalence(
  1,
  'RAM may be read, written and executed',
  'lesson: "The leaf": what the guest forbids its programs stands in its own table',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x2_8000_1000, MIB)]);
    maps(lab.part, 0x8000_5000n, space);
    for (const access of ['load', 'store', 'fetch'] as const)
      arrives(space, 0x8000_5000n, { access }, `a hart that wants to ${access}`);
  },
);

equivalence(
  1,
  'A and D are set from the beginning: a hart may leave them to software',
  'Privileged, "Svade Extension"; lesson: "The leaf"',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x2_8000_1000, MIB)]);
    maps(lab.part, 0x8000_5000n, space);
    arrives(space, 0x8000_5000n, { access: 'store', svade: true }, 'a store on a hart with Svade');
  },
);

equivalence(
  1,
  'RAM at 2^39 and its multiples is told apart: the root has 2,048 entries',
  'Privileged, "Guest Physical Address Translation": "widened by 2 bits"; lesson: "The tables"',
  (lab) => {
    const slots = [0, 1, 2, 3].map((i) => slot(0x8000_0000 + i * 2 ** 39, 0x1_0000_1000 + i * MIB, MIB));
    const space = new SecondStage(slots);
    for (const { gpa } of slots) maps(lab.part, gpa, space);
    for (const { gpa } of slots) arrives(space, gpa);
    const far = 2 ** 40 + 2 ** 39 + 0x8000_0000;
    foundItsOwn(runWithRamAt(lab, far), `a guest with RAM at ${hex(far)}`);
  },
);

equivalence(
  1,
  'the mode is Sv39x4 as long as the addresses fit into 41 bits, and Sv48x4 from then on',
  'Privileged, "Guest Physical Address Translation": "41-bit" and "50-bit guest physical addresses"; lesson: "The tables"',
  (lab) => {
    const table: readonly [bigint, number][] = [
      [0x8040_0000n, 8],
      [1n << 39n, 8],
      [(1n << 40n) + 4096n, 8],
      [1n << 41n, 8],
      [(1n << 41n) + 4096n, 9],
      [1n << 50n, 9],
    ];
    for (const [end, right] of table) {
      const mode = lab.part.mode(end);
      requires(mode === right, `addresses end at ${hex(end)}: \`mode\` gave ${mode}; right is ${right}.`);
    }
  },
);

equivalence(
  1,
  'Sv48x4 has one level more, and is walked by the same rules',
  'Privileged, "Guest Physical Address Translation"; lesson: "The tables"',
  (lab) => {
    const slots = [
      slot((1n << 50n) - BigInt(MIB), 0x1_0000_1000, MIB),
      slot(0x8000_0000, 0x1_2000_0000, 2 * MIB),
      slot(1n << 49n, 0x1_4000_0000, GIB),
      slot(1n << 48n, 2 ** 42, 512 * GIB),
    ];
    const space = new SecondStage(slots, { mode: 9 });
    for (const { gpa } of slots) maps(lab.part, gpa, space);
    for (const { gpa } of slots) arrives(space, gpa);
    const inRoot = space.read(space.root + 8 * 2 ** 9);
    requires((inRoot & 0xen) === 0n, 'a leaf of 512 GiB was entered; 1 GiB is the most.');
    foundItsOwn(runWithRamAt(lab, 2 ** 41), `a guest with RAM at ${hex(2 ** 41)}`);
  },
);

equivalence(
  1,
  'what is mapped stays mapped, whatever is entered beside it',
  'lesson: "The tables": a table that is there is used',
  (lab) => {
    const slots = [slot(0x8000_0000, 0x1_0020_0000, 3 * MIB), slot(0x8030_0000, 0x1_0800_3000, 5 * MIB)];
    const space = new SecondStage(slots);
    const mapped: bigint[] = [];
    for (let i = 0n; i < 40n; i++) {
      const gpa = 0x8000_0000n + ((i * 0x5_9000n) % 0x80_0000n);
      maps(lab.part, gpa, space);
      mapped.push(gpa);
      for (const each of mapped) arrives(space, each);
    }
  },
);

/** 4 MiB where each guest has them, and one more at `far`, which the guest touches. */
function runWithRamAt(lab: Lab<'gStage'>, far: number): Outcome {
  const ranges = [
    { gpa: 0x8000_0000, size: 4 * MIB },
    { gpa: far, size: MIB },
  ];
  const memory = ranges.map(({ gpa }) => ({ from: gpa, bytes: MIB }));
  return run(lab, [toucher(0x1234, memory)], { ranges, memoryBytes: 5 * MIB })[0];
}

/** After each page of RAM was asked for, from the last one down: no page around it leads anywhere but to where its slot says. */
function staysWithin(lab: Lab<'gStage'>, slots: readonly Slot[]): void {
  const space = new SecondStage(slots);
  for (const { gpa, size } of slots)
    for (let at = size - PAGE; at >= 0; at -= 61 * PAGE) maps(lab.part, gpa + BigInt(at), space);
  for (let gpa = 0x7f00_0000n; gpa < 0x8100_0000n; gpa += BigInt(PAGE)) {
    const found = space.look(gpa);
    if (!found.ok) continue;
    const ram = space.slotAt(gpa);
    const right = ram && ram.hpa + Number(gpa - ram.gpa);
    const whose = right === undefined ? "no RAM of this VM's" : `the host's page ${hex(right)}`;
    requires(
      found.address === right,
      `the guest reaches the host's page ${hex(found.address)} at guest-physical ${hex(gpa)}, which is ${whose}.`,
    );
  }
}

safety(1, 'no leaf begins before the RAM that it is for', 'vmm/parts.ts, GStage.map; lesson: "Large leaves"', (lab) => {
  staysWithin(lab, [slot(0x8010_0000, 0x1_0030_0000, 3 * MIB)]); // from the middle of 2 MiB to the end of others
});

safety(1, 'no leaf ends behind it', 'vmm/parts.ts, GStage.map; lesson: "Large leaves"', (lab) => {
  const slots = [
    slot(0x8000_0000, 0x1_0020_0000, 3 * MIB),
    slot(0x8030_0000, 0x1_0870_1000, MIB), // the other half of these 2 MiB lies elsewhere
    slot(0x8080_0000, 0x1_0a00_0000, 2 * MIB + PAGE),
  ];
  staysWithin(lab, slots);
});

const NO_RAM = [0n, 0x1000_0005n, 0x7fff_ffffn, 0x8020_0000n, 0x9000_0000n, 1n << 41n, (1n << 64n) - 1n];

safety(
  1,
  "an address that is no RAM of the VM's is not mapped, and the guest gets the access fault of bare metal",
  'vmm/parts.ts, GStage.map; lesson: "A fault with an address in it"',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x1_0000_0000, 2 * MIB)]);
    for (const gpa of NO_RAM) {
      const answer = lab.part.map(gpa, space);
      requires(
        answer === 'not-ram',
        `guest-physical ${hex(gpa)} is no RAM, and \`map\` answered '${answer}'; right is 'not-ram'.`,
      );
    }
    const nowhere = ['0x1000000', '0x80400000', '0x8000000000', '0x20000000000', '-8'];
    const attempts = ['ld t3, (a0)', 'sd t3, (a0)', 'jr a0', 'amoadd.d t3, t3, (a0)'];
    const guest = kernel(nowhere.map((address) => `    li a0, ${address}\n${inSupervisorMode(attempts)}`).join('\n'));
    lab.sameAsBareMetal(guest, { technique: 'hardware' });
  },
);

safety(
  1,
  'a guest that asks for what is no RAM makes no table grow: nothing is entered, no frame is taken',
  'vmm/parts.ts, GStage.map: "nothing was entered"; lesson: "Whose memory is it?"',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x1_0000_0000, 2 * MIB)]);
    for (const gpa of NO_RAM) lab.part.map(gpa, space);
    requires(
      space.tables === 0 && space.writes === 0,
      `for addresses that are no RAM, ${space.tables} tables were allocated and ${space.writes} entries written.`,
    );
  },
);

safety(
  1,
  'two guests that fill all their memory find their own in it, in one piece and in many',
  'lesson: "Whose memory is it?"',
  (lab) => {
    for (const pieceBytes of [undefined, SCATTERED]) {
      const memory = [{ from: 0x8000_0000, bytes: MIB }];
      const both = [toucher(0x1111, memory), toucher(0x7777_0000, memory)];
      const guests = run(lab, both, { pieceBytes, slice: 1_500 });
      guests.forEach((guest, i) =>
        foundItsOwn(guest, `guest ${i} of two, ${pieceBytes ? 'scattered' : 'each in one piece'},`),
      );
    }
  },
);

safety(
  1,
  'when the host has no frame left, the answer says so, and what was entered so far is whole',
  'vmm/parts.ts, GStage.map: "a table could not be allocated"; lesson: "The tables"',
  (lab) => {
    for (const frames of [0, 1]) {
      const space = new SecondStage([slot(0x8000_0000, 0x1_0000_1000, MIB)], { frames });
      const answer = lab.part.map(0x8000_0000n, space);
      requires(answer === 'no-frame', `two tables were needed and ${frames} could be had: '${answer}'.`);
      const found = space.look(0x8000_0000n);
      requires(!found.ok && found.fault === 'invalid-pte', 'an entry is valid that leads to no table.');
      space.frames = 2;
      maps(lab.part, 0x8000_0000n, space);
      arrives(space, 0x8000_0000n);
    }
  },
);

safety(
  1,
  'an entry that is valid is not written again: harts may have cached it, and nobody tells them',
  'Privileged, "Hypervisor Memory-Management Fence Instructions"; lesson: "No fence"',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x1_0000_1000, MIB)]);
    maps(lab.part, 0x8000_0000n, space);
    for (const gpa of [0x8000_0000n, 0x8000_1000n]) {
      const before = new Map(space.entries);
      maps(lab.part, gpa, space);
      const changed = [...before].filter(([at, entry]) => entry & 1n && space.entries.get(at) !== entry);
      requires(changed.length === 0, `to map ${hex(gpa)}, ${changed.length} valid entries were changed.`);
    }
    const { writes } = space;
    maps(lab.part, 0x8000_0000n, space);
    requires(space.writes === writes, 'a page that was mapped already was entered once more.');
  },
);

efficiency(
  1,
  'a fault enters one leaf and the tables on the way to it, and looks at nothing else',
  'lesson: "A fault with an address in it": what is never touched is never mapped',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x1_0000_1000, 64 * MIB)]);
    maps(lab.part, 0x8123_4567n, space);
    const { reads, writes, tables } = space;
    lab.measure(`${reads} entries read, ${writes} written, ${tables} tables for a first page (pass 6, 3, 2)`);
    requires(
      reads <= 6 && writes <= 3 && tables === 2,
      `for one page, ${reads} entries were read, ${writes} written and ${tables} tables allocated; 6, 3 and 2 are enough.`,
    );
    maps(lab.part, 0x8123_5678n, space);
    requires(
      space.tables === 2,
      `the page beside it took ${space.tables - 2} tables more; both that it needs were there.`,
    );
  },
);

efficiency(
  1,
  'wherever 2 MiB fit, one leaf maps them: 4 MiB in one piece cost two faults, in whatever order their pages are touched',
  'lesson: "Large leaves"',
  (lab) => {
    const [guest] = run(lab, [toucher(0x1234)]);
    foundItsOwn(guest, 'a guest that fills its memory');
    const faults = guest.counters.byKind['g-stage-miss'];
    lab.measure(`${faults} second-stage faults for 1,008 pages touched (pass 2)`);
    requires(faults <= 2, `a guest with two blocks of 2 MiB had ${faults} second-stage faults; 2 are enough.`);
    const space = new SecondStage([slot(0x8010_0000, 0x1_0030_0000, 6 * MIB)]);
    for (const gpa of [0x8023_4567n, 0x8050_0000n]) {
      maps(lab.part, gpa, space);
      const found = space.look(gpa);
      requires(
        found.ok && found.span === 2 * MIB,
        `the leaf for ${hex(gpa)} maps ${found.ok ? found.span : 0} bytes; 2 MiB around it lie within the slot.`,
      );
    }
  },
);

efficiency(
  1,
  'a whole GiB that lies alike in guest and host is one entry of the root, and no table at all',
  'Privileged, "Guest Physical Address Translation": gigapages; lesson: "Large leaves"',
  (lab) => {
    const space = new SecondStage([slot(0x8000_0000, 0x1_4000_0000, 2 * GIB)]);
    maps(lab.part, 0xa345_6789n, space);
    arrives(space, 0xa345_6789n);
    requires(
      space.tables === 0 && space.writes === 1,
      `${space.tables} tables were allocated and ${space.writes} entries written; a leaf in the root is enough.`,
    );
  },
);

efficiency(
  1,
  'a lost translation costs 11 references, not 15 or more',
  'lesson: "What a miss costs": (3 + 1)(2 + 1) - 1',
  (lab) => {
    const [{ console, counters }] = run(lab, ['page-mix']);
    prints('page-mix', console);
    const { walkReferences } = counters;
    lab.measure(`${walkReferences} page-table references for the 256 operations of page-mix (pass 3,200)`);
    requires(
      walkReferences <= 3_200,
      `page-mix, 32 updates and 224 misses, needed ${walkReferences} page-table references; 3,200 are enough.`,
    );
  },
);
