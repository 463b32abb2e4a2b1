/** Lesson 07: does the hart find through the shadow what it would have found in the guest's own tables, and nothing else? */
import type { Program } from '#machine';
import type { Lab } from '../../src/course/lab';
import { findGuest, requires, suite } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';
import { kernelFile } from './support/kernels';
import {
  BITS,
  fence,
  frame,
  GIB_1,
  GIB_2,
  GIB_3,
  look,
  page,
  readEntry,
  set,
  store,
  TABLES,
  translateBy,
  translated,
  userCode,
  userLook,
} from './support/paging';
import { prints } from './support/prints';

const { equivalence, safety, efficiency } = suite('shadowPaging', referenceParts, require);
type ThisLab = Lab<'shadowPaging'>;

const { ROOT, MIDDLE, LAST, ROOT_2, MIDDLE_2, LAST_2, TOP, TOP_TOP } = TABLES;
const { POINTER, RW, RO, RWX, USER, USER_RWX } = BITS;
const MIB = 2 ** 20;
const KIB = 2 ** 10;

/** Pieces of the host's memory, of which the guest's last one comes first. Without this, memory begins in the host where it begins for the guest. */
const IN_PIECES = { pieceBytes: 64 * KIB };

function inOneAndInPieces(lab: ThisLab, program: Program): void {
  lab.sameAsBareMetal(program);
  lab.sameAsBareMetal(program, IN_PIECES);
}

const all = (...parts: readonly (string | readonly string[])[]): string => parts.flat().join('');
const upTo = <T>(count: number, each: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => each(n));

equivalence(
  1,
  'what the guest maps is found where the guest has put it: pages of 4 KiB, 2 MiB, 1 GiB and 512 GiB, under Sv39, Sv48 and Sv57',
  'Privileged, "Virtual Address Translation Process"; lesson: "One table made of two"',
  (lab) => {
    const looks = all(
      [0, 1, 5].map((n) => look(page(n))),
      [0, 3].flatMap((n) => [
        look(GIB_1 + 2 * MIB + frame(n) - 0x80200000),
        look(GIB_3 + frame(n) - GIB_2),
        store(GIB_3 + frame(n) - GIB_2 + 8, n),
        look(frame(n) + 8),
      ]),
      look(GIB_1 + 4 * MIB + 0x123000),
      '    la t2, 8f\n    li t3, 0x40000000\n    sub t2, t2, t3\n    la s11, 9f\n    jalr ra, t2\n    j 9f\n8:  ret\n9:\n',
    );
    const terapage = 2 ** 39;
    inOneAndInPieces(
      lab,
      translated(
        all(
          [0, 1, 5].map((n) => set(LAST, n, frame(15 - n), RW)),
          set(MIDDLE, 1, 0x80200000, RWX),
          set(MIDDLE, 2, GIB_2, RW),
          set(ROOT, 3, GIB_2, RW),
          set(TOP, 0, ROOT, POINTER),
          set(TOP, 1, 0, RW),
          set(TOP_TOP, 0, TOP, POINTER),
          fence(),
          looks,
          translateBy(TOP, 9),
          looks,
          look(terapage + frame(2)),
          translateBy(TOP_TOP, 10),
          looks,
          look(terapage + frame(2)),
        ),
      ),
    );
  },
);

equivalence(
  1,
  'every access to every kind of entry ends as on bare metal: from S-mode, with SUM, with MXR, and from U-mode',
  'Privileged, "Virtual Address Translation Process"; lesson: "What a leaf allows"',
  (lab) => {
    lab.sameAsBareMetal(kernelFile('page-faults'));
  },
);

equivalence(
  2,
  "an access sets A in the guest's own entry, a store sets D as well, and nothing else sets either",
  'Privileged, "Virtual Address Translation Process"; lesson: "Accessed and dirty"',
  (lab) => {
    const used = (table: number, index: number, address: number, to: number) =>
      [0x07, 0x47, 0x87, 0x0f, 0x03, 0x09].map((bits) =>
        all(
          set(table, index, to, bits),
          fence(),
          bits === 0x0f ? look(address, 'jalr t2') : '',
          readEntry(table, index),
          [look, store].map((access) => access(address) + readEntry(table, index)),
          set(table, index, to, bits), // as a kernel that asks what has been used since
          fence(address),
          [store, look].map((access) => access(address) + readEntry(table, index)),
        ),
      );
    inOneAndInPieces(
      lab,
      translated(
        all(
          `    li t0, ${frame(1)}\n    li t1, 0x8082\n    sw t1, 0(t0)\n    fence.i\n`, // ret
          `    li t0, ${GIB_2}\n    sw t1, 0(t0)\n`,
          used(LAST, 0, page(0), frame(1)),
          used(MIDDLE, 2, GIB_1 + 4 * MIB, GIB_2),
          used(ROOT, 3, GIB_3, GIB_2),
          '    fence.i\n',
        ),
      ),
    );
  },
);

equivalence(
  2,
  'after a fence counts what the guest has changed: frames, rights, and pointers with all below them',
  'Privileged, "Supervisor Memory-Management Fence Instruction"; lesson: "What the guest has changed"',
  (lab) => {
    const [first, second] = [page(0), page(1)];
    const both = look(first) + look(second);
    const writable = store(first) + store(second);
    const large = GIB_1 + 2 * MIB;
    inOneAndInPieces(
      lab,
      translated(
        all(
          [set(LAST, 0, frame(0), RW), set(LAST, 1, frame(1), RO), fence(), both, writable],
          [set(LAST, 0, frame(2), RO), set(LAST, 1, frame(3), RW), fence(), both, writable],
          [set(LAST, 0, frame(2), RW), fence(), both, writable, set(LAST, 1, 0, 0), fence(), both],
          [set(LAST, 0, frame(4), RW), set(LAST, 0, frame(5), RW), fence(), both],
          // A pointer leads elsewhere, and back to a table that has changed meanwhile.
          [set(LAST_2, 0, frame(6), RW), set(LAST_2, 1, frame(7), RW)],
          [set(MIDDLE, 0, LAST_2, POINTER), fence(), both, set(LAST, 1, frame(8), RW)],
          [set(MIDDLE, 0, LAST, POINTER), fence(), both],
          [set(MIDDLE_2, 0, LAST_2, POINTER), set(ROOT, 1, MIDDLE_2, POINTER), fence(), both],
          [set(ROOT, 1, MIDDLE, POINTER), set(LAST, 0, frame(9), RW), fence(), both],
          // A large page becomes a table, and a large page again.
          [set(MIDDLE, 1, 0x80200000, RW), fence(), look(large + 0x122000)],
          [set(MIDDLE, 1, LAST_2, POINTER), fence(), look(large), look(large + 0x1000), look(large + 0x122000)],
          [set(MIDDLE, 1, GIB_2, RW), fence(), look(large + 0x1000), store(large + 0x1000)],
          [set(MIDDLE, 1, 0, 0), fence(), look(large + 0x1000)],
          // A table is read first, and then written, through an address that is new.
          [set(MIDDLE, 4, LAST_2, POINTER), set(LAST, 6, LAST_2, RW), fence(), look(large + 6 * MIB), look(page(6))],
          [store(page(6), frame(13) / 4 + RW), fence(), look(large + 6 * MIB)],
          // A page that the guest may write to becomes a table, is changed through the same address, and is data once more.
          [set(LAST, 5, frame(10), RW), fence(), store(page(5), 0), set(MIDDLE, 3, frame(10), POINTER)],
          [store(page(5), frame(11) / 4 + RW), fence(), look(large + 4 * MIB)],
          [store(page(5), frame(12) / 4 + RW), fence(), look(large + 4 * MIB)],
          [set(MIDDLE, 3, 0, 0), fence(), look(large + 4 * MIB), store(page(5)), look(page(5))],
        ),
      ),
    );
  },
);

equivalence(
  1,
  'a fence for one address does for that one what a fence for all does, and changes elsewhere are not forgotten by it',
  'Privileged, "Supervisor Memory-Management Fence Instruction", rs1 other than x0; lesson: "What the guest has changed"',
  (lab) => {
    const large = GIB_1 + 6 * MIB;
    const tables = upTo(34, (n) => 0x80340000 + 0x1000 * n);
    const top = (n: number) => GIB_1 + 2 * MIB * (100 + n);
    lab.sameAsBareMetal(
      translated(
        all(
          upTo(3, (n) => set(LAST, n, frame(n), RW)),
          [fence(), look(page(0)), look(page(1)), look(page(2))],
          upTo(3, (n) => set(LAST, n, frame(n + 3), RW)),
          upTo(3, (n) => fence(page(n)) + look(page(n))),
          [set(LAST, 0, 0, 0), set(LAST, 1, frame(9), RO), fence(page(0)), look(page(0)), fence(), look(page(1))],
          [store(page(1)), set(LAST, 1, frame(9), RW), fence(page(1) + 8), store(page(1)), look(page(1))],
          [set(MIDDLE, 3, GIB_2, RO), fence(large), look(large + 0x5000), store(large + 0x5000)],
          [set(MIDDLE, 3, GIB_2, RW), fence(large + 0x5000), store(large + 0x5000)],
          // Many tables, of which each has changed.
          tables.map((table, n) => set(table, 0, frame(n % 16), RW) + set(MIDDLE, 100 + n, table, POINTER)),
          [fence(), tables.map((_, n) => look(top(n)))].flat(),
          tables.map((table, n) => set(table, 0, frame((n + 1) % 16), RW)),
          tables.map((_, n) => fence(top(n)) + look(top(n))),
        ),
      ),
      IN_PIECES,
    );
  },
);

equivalence(
  1,
  'a table that is reached in several ways is one table: what changes in it shows under each of its addresses',
  'lesson: "One shadow for each table"',
  (lab) => {
    const addresses = [0, 2 * MIB].flatMap((offset) => [GIB_1 + offset, GIB_3 + offset]);
    const looks = addresses.map((address) => look(address) + store(address + 8));
    const withSum = [
      '    li t0, 0x40000\n    csrs sstatus, t0\n',
      ...looks,
      '    li t0, 0x40000\n    csrc sstatus, t0\n',
    ];
    const changed = (n: number, bits: number) => [set(LAST, 0, frame(n), bits), fence(), ...looks, ...withSum];
    lab.sameAsBareMetal(
      translated(
        all(
          [set(MIDDLE, 1, LAST, POINTER), set(ROOT, 3, MIDDLE, POINTER)],
          changed(0, RW),
          changed(1, RO),
          changed(2, USER),
          changed(3, RW),
          addresses.map((address, n) => set(LAST, 0, frame(4 + n), RW) + fence(address) + look(address)),
        ),
      ),
      IN_PIECES,
    );
  },
);

equivalence(
  1,
  'tables that map themselves, as data and as their own next level, do what they do on bare metal',
  'lesson: "Tables that map themselves"',
  (lab) => {
    prints('self-map', lab.sameAsBareMetal('self-map').console);
  },
);

equivalence(
  1,
  'each process has its own memory at the same address, and the kernel is in all of them',
  'Privileged, "Supervisor Address Translation and Protection (satp) Register"; lesson: "Many address spaces"',
  (lab) => {
    lab.sameAsBareMetal('processes', { events: 1_200 });
    const other = set(LAST_2, 0, frame(1), RW);
    lab.sameAsBareMetal(
      translated(
        all(
          [set(LAST, 0, frame(0), RW), other, set(MIDDLE_2, 0, LAST_2, POINTER)],
          [set(ROOT_2, 1, MIDDLE_2, POINTER), set(ROOT_2, 2, GIB_2, RWX), look(page(0))],
          [translateBy(ROOT_2), look(page(0)), set(LAST, 0, frame(2), RW), translateBy(ROOT), look(page(0))],
          // Back to a space whose tables have changed while another one was in use.
          [set(LAST_2, 0, frame(3), RO), translateBy(ROOT_2), look(page(0)), store(page(0))],
          // The same large page of two spaces, and not the same memory.
          [set(MIDDLE, 2, GIB_2, RW), set(MIDDLE_2, 2, 0x80200000, RW), fence(), look(GIB_1 + 4 * MIB + 0x123000)],
          [ROOT, ROOT_2].map((root) => translateBy(root) + look(GIB_1 + 4 * MIB + 0x123000)),
          [set(ROOT, 1, MIDDLE_2, POINTER), translateBy(ROOT), look(page(0)), '    csrw satp, zero\n', look(frame(5))],
        ),
      ),
      IN_PIECES,
    );
  },
);

safety(
  1,
  "an entry that names memory which is not the guest's opens nothing, wherever the guest lies in the host",
  'Privileged, "Virtual Address Translation Process"; lesson: "One table made of two"',
  (lab) => {
    const notOurs = [
      0,
      0x7ffff000,
      0x80400000,
      0x80800000,
      0x80c00000,
      0x80fff000,
      2 ** 32 + 0x80300000,
      2 ** 56 - 4096,
    ];
    const guest = translated(
      all(
        notOurs.map((to) => set(LAST, 0, to, RW) + fence() + look(page(0)) + store(page(0))),
        notOurs.map((to) => set(MIDDLE, 0, to, POINTER) + fence() + look(page(0)) + store(page(0))),
        [set(MIDDLE, 0, LAST, POINTER), set(LAST, 0, frame(3), RW), fence(), store(page(0), 0x33), look(frame(3))],
      ),
    );
    lab.sameAsBareMetal(guest);
    betweenNeighbours(lab, guest);
  },
);

safety(
  1,
  "a large page that reaches beyond the guest's memory opens what is the guest's, and not a byte behind it",
  'lesson: "Large pages"',
  (lab) => {
    const end = GIB_2 + 5 * MIB;
    const around = (base: number, size: number) =>
      [-4096, 0, 4096, MIB]
        .map((offset) => base + ((end + offset - GIB_2) % size))
        .map((at) => store(at, 0x55) + look(at));
    const guest = translated(
      all(
        [set(ROOT, 3, GIB_2, RW), set(MIDDLE, 2, GIB_2 + 4 * MIB, RW), fence()],
        around(GIB_3, 2 ** 30),
        around(GIB_1 + 4 * MIB, 2 * MIB),
      ),
    );
    lab.sameAsBareMetal(guest, { memoryBytes: 5 * MIB });
    betweenNeighbours(lab, guest, { memoryBytes: 5 * MIB });
  },
);

safety(
  1,
  'what one mode has opened by an access stays closed to the other: kernel pages to programs, user pages to the kernel',
  'Privileged, "Virtual Address Translation Process"; lesson: "What a leaf allows"',
  (lab) => {
    const sum = (on: boolean) => `    li t0, 0x40000\n    csr${on ? 's' : 'c'} sstatus, t0\n`;
    const mxr = (on: boolean) => `    li t0, 0x80000\n    csr${on ? 's' : 'c'} sstatus, t0\n`;
    const [kernels, users, code] = [page(0), page(1), page(2)];
    const write = 'sd t3, 8(t2)';
    lab.sameAsBareMetal(
      translated(
        all(
          [set(LAST, 0, frame(0), RW), set(LAST, 1, frame(1), USER_RWX), set(LAST, 2, frame(2), 0x49), userCode()],
          [store(kernels), look(kernels), userLook(kernels), userLook(kernels, write), look(kernels)],
          [userLook(users), userLook(users, write), look(users), store(users)],
          [sum(true), look(users), store(users), look(users, 'jalr t2'), sum(false), look(users), store(users)],
          // Of a page that may only be executed: it stays unreadable after it was. 0x8067 is `ret`.
          [store(frame(2) + 8, 0x8067), '    fence.i\n', look(code + 8, 'jalr t2'), look(code), look(code + 8)],
          [userLook(users, 'jalr t2'), mxr(true), look(code), mxr(false), look(code), userLook(code)],
          [set(LAST, 2, frame(2), 0x59), fence(), mxr(true), userLook(code), look(code), mxr(false), userLook(code)],
          [set(LAST, 0, frame(0), USER), set(LAST, 1, frame(1), RW), fence()],
          [userLook(kernels), look(kernels), look(users), userLook(users)],
        ),
      ),
      IN_PIECES,
    );
  },
);

safety(
  1,
  "tables of nonsense, and more address spaces than the host has frames for, are in nobody's way",
  'lesson: "Many address spaces"; "Tables that map themselves"',
  (lab) => {
    lab.sameAsBareMetal('foreign-tables', { events: 600 });
    const spaces = upTo(22, (n) => 0x80340000 + 0x3000 * n);
    const visits = spaces.map((root, n) => translateBy(root) + look(page(0)) + store(page(0) + 8, n));
    const crowd = translated(
      all(
        spaces.map((root, n) =>
          all(
            [set(root, 1, root + 0x1000, POINTER), set(root, 2, GIB_2, RWX)],
            [set(root + 0x1000, 0, root + 0x2000, POINTER), set(root + 0x2000, 0, frame(n % 16), RW)],
          ),
        ),
        visits,
        visits,
      ),
    );
    lab.sameAsBareMetal(crowd, { shadowFrames: 64 });
    betweenNeighbours(lab, crowd, { shadowFrames: 64 });
  },
);

efficiency(
  1,
  'a page is entered once for each address space, not once for each turn: 128 turns of 8 processes fill at most 90 entries',
  'lesson: "Many address spaces"',
  (lab) => {
    const { console, counters } = lab.run(['processes'], { exits: 4_000 })[0];
    prints('processes', console);
    lab.measure(`${counters.shadowFills} fills for 128 turns (pass 90)`);
    requires(
      counters.shadowFills <= 90,
      `8 processes took 128 turns, and ${counters.shadowFills} entries were filled; 90 are enough.`,
    );
  },
);

efficiency(
  1,
  'a fence drops what has changed and nothing else: 50 fences over 64 pages, with one change each, fill at most 180 entries',
  'lesson: "What the guest has changed"',
  (lab) => {
    const guest = translated(`${all(upTo(64, (n) => set(LAST, n, frame(n % 16), RW)))}
    li s0, 50
    li s2, ${LAST}
    li s3, ${frame(0) / 4 + RW}
1:  sd s3, 0(s2)                # the entry of another page in each round, to frame 0
    addi s2, s2, 8
    sfence.vma
    li s1, ${page(0)}
    li s4, ${page(64)}
    li s5, 4096
2:  ld t0, 0(s1)
    sd t0, 8(s1)
    add s1, s1, s5
    bne s1, s4, 2b
    addi s0, s0, -1
    bnez s0, 1b`);
    const { stop, counters } = lab.run([guest], { exits: 4_000 })[0];
    lab.measure(`${counters.shadowFills} fills for 50 fences (pass 180)`);
    requires(stop === 'shutdown', `the guest ended with "${stop}".`);
    requires(
      counters.shadowFills <= 180,
      `${counters.shadowFills} entries were filled for 64 pages and 50 changes; 180 are enough.`,
    );
  },
);

efficiency(
  1,
  'a guest that writes a whole table comes out for the first store, not for each; one that it has emptied is a page like any other: at most 5 faults',
  'lesson: "Write-protected"',
  (lab) => {
    const guest = translated(`${all(set(LAST, 0, frame(0), RW), look(page(0)))}
    li s0, ${LAST}
    li s1, ${LAST + 4096}
    li s2, ${frame(1) / 4 + RW}
1:  sd s2, 0(s0)
    addi s0, s0, 8
    bne s0, s1, 1b
    sfence.vma
${look(page(0))}${look(page(511))}`);
    const emptied = translated(`${all(set(LAST, 0, frame(0), RW), look(page(0)), set(LAST, 0, 0, 0), fence())}
    li s0, ${LAST}
    li s1, 100
1:  sd s1, 8(s0)
    sfence.vma
    addi s1, s1, -1
    bnez s1, 1b`);
    const runs = [guest, emptied].map((each) => lab.run([each], { exits: 4_000 })[0]);
    const [whole, empty] = runs.map(({ counters }) => counters.writeProtectFaults);
    lab.measure(`${whole + empty} faults for stores to tables (pass 5)`);
    for (const { stop, detail } of runs) requires(stop === 'shutdown', `the guest ended with "${stop}": ${detail}.`);
    requires(
      whole + empty <= 5,
      `the guest came out ${whole} times to fill a table of 512 entries, and ${empty} times for 100 stores to a page that had been a table; 5 are enough for both.`,
    );
  },
);

efficiency(
  1,
  "a large page of the guest's that is one of the host's too stays one entry: 512 pages of it cost at most 12 fills",
  'lesson: "Large pages"',
  (lab) => {
    const guest = translated(`${all(set(MIDDLE, 2, GIB_2, RW), fence())}
    li s0, ${GIB_1 + 4 * MIB}
    li s1, ${GIB_1 + 6 * MIB}
    li s2, 4096
1:  sd zero, 8(s0)
    ld t0, 8(s0)
    add s0, s0, s2
    bne s0, s1, 1b`);
    const { stop, counters } = lab.run([guest], { exits: 4_000 })[0];
    lab.measure(`${counters.shadowFills} fills for a page of 2 MiB (pass 12)`);
    requires(stop === 'shutdown', `the guest ended with "${stop}".`);
    requires(
      counters.shadowFills <= 12,
      `2 MiB that are one page for the guest and for the host took ${counters.shadowFills} fills; 12 are enough.`,
    );
  },
);

const STORM = { pass: 900, par: 660 };

efficiency(1, `the fork storm costs at most ${STORM.pass} hidden faults`, 'lesson: "What it costs"', (lab) => {
  const faults = hiddenFaults(lab);
  lab.measure(`${faults} hidden faults in the fork storm (pass ${STORM.pass}, par ${STORM.par})`);
  requires(faults <= STORM.pass, `the fork storm took ${faults} hidden faults; ${STORM.pass} are enough.`);
});

efficiency(
  1,
  `the fork storm costs at most ${STORM.par} hidden faults, as with the reference`,
  'lesson: "What it costs"',
  (lab) => {
    const faults = hiddenFaults(lab);
    requires(
      faults <= STORM.par,
      `the fork storm took ${faults} hidden faults; the reference takes ${STORM.par} at most.`,
    );
  },
);

let storm: number | undefined;
function hiddenFaults(lab: ThisLab): number {
  if (storm !== undefined) return storm;
  const { console, counters } = lab.run(['fork-storm'], { exits: 8_000 })[0];
  prints('fork-storm', console);
  return (storm = counters.byKind['shadow-miss']);
}

/** By size of memory: what hello leaves there on bare metal. */
const digests = new Map<number | undefined, string>();
function digestAlone(lab: ThisLab, { memoryBytes }: { readonly memoryBytes?: number }): string {
  const digest = digests.get(memoryBytes) ?? lab.bare('hello', { memoryBytes }).digest();
  digests.set(memoryBytes, digest);
  return digest;
}

/** The guest between two others: these end as they do alone, with the same memory. */
function betweenNeighbours(lab: ThisLab, guest: Program, options: Parameters<ThisLab['run']>[1] = {}): void {
  const alone = digestAlone(lab, options);
  const [before, between, behind] = lab.run(['hello', guest, 'hello'], options);
  requires(between.stop === 'shutdown', `the guest ended with "${between.stop}": ${between.detail}.`);
  for (const [where, hello] of [
    ['before', before],
    ['behind', behind],
  ] as const) {
    prints('hello', hello.console, `${where} it in the host, `);
    requires(
      hello.stop === findGuest('hello').stop && hello.digest() === alone,
      `the memory of its neighbour ${where} it in the host has changed.`,
    );
  }
}
