/** Hostile paravirtual guests: whatever they ask for, they lose only themselves. Answers: docs/paravirtual.md. */
import {
  attack,
  awaitAt,
  boot,
  startOther, attacker, BUFFER, call, DENIED, DONE, entry, FAILED, FREE, INVALID_ADDRESS, INVALID_PARAM, LAST, mapping, MIDDLE, NOT_SUPPORTED,
  PAGE, POINTER, printed, probe, program, quietly, READ, registered, request, ROOT, set, SHARED,
} from './paravirtual-support'; // prettier-ignore

import { guestDma } from '../../src/vmm/build/vms';

jest.setTimeout(60_000);

const [STORE_PAGE_FAULT, LOAD_PAGE_FAULT] = ['0xf', '0xd'];
const UNTOUCHED = '0xffffffffffffffff';
const END = 0x8040_0000;
const store = (at: number) => `li t0, ${at}\nsd t0, 0(t0)`;

/** Each with its name in hexadecimal. */
const named = <T extends number | bigint>(values: readonly T[]) =>
  values.map((value) => [`0x${value.toString(16)}`, value] as const);

describe('frames of others', () => {
  // The host's RAM is the attacker's 4 MiB, its start map, the bystander's, its start map.
  const frames = [END, END + 0x4000, END + 0x10_0000, 0x9000_0000, 0x1000_0000, 0];

  test.each(named(frames))(
    'machine address %s cannot be mapped, not even for reading, nor be a table',
    (_, machine) => {
      const foreign = (bits: number) => `li t0, 0x${(machine / 4 + bits).toString(16)}; ${request(0, mapping(FREE))}`;
      const update = call('update', BUFFER, 1);
      const elsewhere = `li t0, 0x${(machine / 4 + POINTER).toString(16)}; ${request(0, MIDDLE + 16)}`;
      const body = [
        foreign(READ),
        update,
        foreign(PAGE),
        update,
        elsewhere,
        update,
        probe(`li t1, ${FREE}; ld t2, 0(t1)`),
      ];
      // The frame at the attacker's own first address is its own.
      expect(printed(body.join('\n'))).toEqual([INVALID_ADDRESS, INVALID_ADDRESS, INVALID_ADDRESS, UNTOUCHED, DONE]);
    },
  );

  test('nor by a table that is made where it can be stored to, and then pinned', () => {
    const garbage = `li t0, 0x${(END / 4 + PAGE).toString(16)}; li t1, ${FREE + 64}; sd t0, 0(t1)`;
    const body = [
      garbage,
      set(mapping(FREE), FREE, READ),
      call('pin', FREE, 0),
      call('pin', FREE, 1),
      call('pin', FREE, 2),
    ];
    expect(printed(body.join('\n'))).toEqual([DONE, INVALID_ADDRESS, INVALID_PARAM, INVALID_PARAM]);
  });
});

describe('tables that can be stored to', () => {
  test('a mapping of a table for writing is refused, and a store through the old one faults', () => {
    const body = [ROOT, MIDDLE, LAST].flatMap((page) => [set(mapping(page), page, PAGE), probe(store(page))]);
    const fault = (page: number) => [DENIED, STORE_PAGE_FAULT, `0x${page.toString(16)}`];
    expect(printed(body.join('\n'))).toEqual([ROOT, MIDDLE, LAST].flatMap(fault));
  });

  test('nothing of it is left in the TLB: a page that was just stored to becomes a table, and the next store faults', () => {
    const body = [
      store(FREE + 8),
      `li t1, ${FREE + 8}; sd zero, 0(t1)`,
      set(mapping(FREE), FREE, READ),
      call('pin', FREE, 0),
      probe(store(FREE)),
    ];
    expect(printed(body.join('\n'))).toEqual([DONE, DONE, STORE_PAGE_FAULT, '0x80320000']);
  });

  test('a page that is still mapped for writing elsewhere cannot be pinned', () => {
    const body = [
      set(mapping(FREE + 4096), FREE, PAGE),
      set(mapping(FREE), FREE, READ),
      call('pin', FREE, 0),
      set(mapping(FREE + 4096), FREE, READ),
      call('pin', FREE, 0),
    ];
    expect(printed(body.join('\n'))).toEqual([DONE, DONE, DENIED, DONE, DONE]);
  });

  test('a root that is unpinned, but in use, stays a table', () => {
    const body = [call('pin', ROOT, 2), call('unpin', ROOT), call('unpin', ROOT), set(mapping(ROOT), ROOT, PAGE)];
    expect(printed(body.join('\n'))).toEqual([DONE, DONE, DENIED, DENIED]);
  });

  test('others do not store into it for the guest: console input, results, a memory map (and DMA: by the same gate)', () => {
    const dbcnRead = `li a0, 8; li a1, ${LAST}; li a2, 0; li a6, 1; li a7, 0x4442434e; ecall`;
    const look = `li t0, ${LAST}; ld a0, 0(t0); ${entry(0x8020_0000, PAGE)}; xor a0, a0, t0; jal print`;
    const body = [dbcnRead, look, call('memory_map', LAST, 1), look, quietly('multicall', LAST, 1), look];
    expect(printed(body.join('\n'), 'ABCDEFGH')).toEqual([DONE, INVALID_ADDRESS, DONE, DONE]);
  });
});

describe('tables in the wrong place', () => {
  test.each([
    ['a root as its own second level', ROOT + 8, ROOT, POINTER, DENIED],
    ['a root as the last level', MIDDLE + 16, ROOT, POINTER, DENIED],
    ['a middle table as its own last level', MIDDLE + 16, MIDDLE, POINTER, DENIED],
    ['a last table as a middle one', ROOT + 8, LAST, POINTER, DENIED],
    ['a pointer in a last table', mapping(FREE), FREE, POINTER, INVALID_PARAM],
    ['a superpage', ROOT + 8, 0x8000_0000, PAGE, INVALID_PARAM],
    ['a page that is in use as data', MIDDLE + 16, SHARED, POINTER, DENIED],
  ])('%s', (_, at, page, bits, error) => {
    expect(printed(set(at, page, bits))).toEqual([error]);
  });

  test('a last table that is shared, as RISC-V allows, counts twice', () => {
    const body = [set(MIDDLE + 16, LAST, POINTER), set(MIDDLE + 16, LAST, 0), set(mapping(LAST), LAST, PAGE)];
    expect(printed(body.join('\n'))).toEqual([DONE, DONE, DENIED]);
  });
});

test('a root that is garbage: the first root is refused, and the guest goes on where it was', () => {
  const { attacker: result } = attack(
    registered(
      [
        `li t0, -1; li t1, ${ROOT + 80}; sd t0, 0(t1)`,
        call('set_roots', ROOT, 2n ** 64n - 1n),
        call('pin', ROOT, 2),
      ].join('\n'),
    ),
  );
  expect([result.console, result.stop?.why]).toEqual([`${INVALID_PARAM} ${DENIED} `, 'shutdown']);
});

test("a kernel's root that is right and a user's that is not: neither counts, so the tables are pages as before", () => {
  const { attacker: result } = attack(
    registered(
      [
        call('set_roots', FREE, SHARED),
        call('set_roots', FREE, END),
        call('pin', FREE, 2),
        `li t0, ${FREE}; sd t0, 0(t0)`,
      ].join('\n'),
    ),
  );
  expect([result.console, result.stop?.why]).toEqual([`${DENIED} ${INVALID_ADDRESS} ${DENIED} `, 'shutdown']);
});

describe('batches', () => {
  test('a bad entry in the middle: those before it are done, it and those behind are not', () => {
    const body = [
      entry(FREE, READ), request(0, mapping(FREE)),
      entry(ROOT, PAGE), request(1, mapping(ROOT)),
      entry(FREE + 4096, READ), request(2, mapping(FREE + 4096)),
      quietly('update', BUFFER, 3), 'mv s2, a1; jal report; mv a0, s2; jal print',
      probe(store(FREE)), probe(store(FREE + 4096)),
    ]; // prettier-ignore
    expect(printed(body.join('\n'))).toEqual([DENIED, '0x1', STORE_PAGE_FAULT, '0x80320000', UNTOUCHED, DONE]);
  });

  test('more than there may be, none, and one that begins before the end of RAM', () => {
    const body = [
      call('update', BUFFER, 513),
      call('update', BUFFER, 0),
      call('update', END - 16, 2),
      call('update', BUFFER, 2n ** 64n - 1n),
      call('multicall', BUFFER, 65),
    ];
    expect(printed(body.join('\n'))).toEqual([INVALID_PARAM, DONE, INVALID_ADDRESS, INVALID_PARAM, INVALID_PARAM]);
  });

  test('a multicall in a multicall, and one whose calls overwrite themselves', () => {
    const word = (i: number, value: number) => `li t0, ${value}; li t1, ${BUFFER + 8 * i}; sd t0, 0(t1)`;
    const body = [
      word(0, BUFFER),
      word(1, 1),
      word(6, 9),
      word(7, 0x0a00_5753),
      call('multicall', BUFFER, 1),
      `li t1, ${BUFFER}; ld a0, 0(t1); jal report`,
    ];
    expect(printed(body.join('\n'))).toEqual([DENIED, DENIED]);
  });

  test('a call that takes long stops and says so: 512 entries at a time cannot keep the hypervisor for ever', () => {
    // Each pair makes the last table a table and no table again: 1,024 entries looked at.
    const requests = Array.from(
      { length: 512 },
      (_, i) => `${i % 2 ? 'li t0, 0' : entry(FREE, POINTER)}; ${request(i, MIDDLE + 16)}`,
    );
    const calls = Array.from({ length: 64 }, (_, i) => {
      const at = FREE + 0x1_0000 + 64 * i;
      return `li t1, ${at}; li t0, ${BUFFER}; sd t0, 0(t1); li t0, 512; sd t0, 8(t1); li t0, 6; sd t0, 48(t1); li t0, 0x0a005753; sd t0, 56(t1)`;
    });
    const body = [set(mapping(FREE), FREE, READ), ...requests, ...calls, call('multicall', FREE + 0x1_0000, 64)];
    expect(printed(body.join('\n'))).toEqual([DONE, FAILED]);
  });
});

describe('pointers and numbers', () => {
  const nowhere = [0, 0x1000_0000, END, END - 7, 2n ** 64n - 8n, 2n ** 63n, SHARED + 1];

  test.each(named(nowhere))('%s as a page', (_, at) => {
    const body = [
      call('set_shared_info', at),
      call('set_roots', at, 2n ** 64n - 1n),
      call('set_roots', ROOT, at),
      call('pin', at, 0),
      call('unpin', at),
    ];
    expect(new Set(printed(body.join('\n')))).toEqual(new Set([INVALID_ADDRESS]));
  });

  test.each(named(nowhere.slice(0, -1)))('%s as a buffer', (_, at) => {
    const body = [call('memory_map', at, 1), call('update', at, 1), call('multicall', at, 1), call('return', at)];
    expect(new Set(printed(body.join('\n')))).toEqual(new Set([INVALID_ADDRESS]));
  });

  test('numbers that are none', () => {
    const unknown = [10, 11, 2 ** 31].map((fn) => `li a6, ${fn}; li a7, 0x0a005753; ecall; jal report`);
    expect(printed([...unknown, call('pin', FREE, 3), call('pin', FREE, 2n ** 64n - 1n)].join('\n'))).toEqual([
      ...unknown.map(() => NOT_SUPPORTED), INVALID_PARAM, INVALID_PARAM,
    ]); // prettier-ignore
  });

  test('an entry at an address that is no multiple of 8', () => {
    expect(printed([1, 4, 7].map((off) => set(mapping(FREE) + off, FREE, READ)).join('\n'))).toEqual(
      Array(3).fill(INVALID_PARAM),
    );
  });

  test('a return to a user program where there is no root for one', () => {
    expect(printed(call('return', BUFFER))).toEqual([INVALID_ADDRESS]);
  });
});

describe('the shared-info page', () => {
  test('is no table as long as it is registered, and may be one afterwards', () => {
    const body = [
      set(mapping(SHARED), SHARED, READ),
      call('pin', SHARED, 0),
      call('set_shared_info', FREE),
      quietly('update', BUFFER, 0),
      call('pin', SHARED, 0),
    ];
    // Its first words are not entries that one may have: `time` lies in it. It is looked at as a table now.
    const [read, refused, moved, pinned] = printed(body.join('\n'));
    expect([read, refused, moved]).toEqual([DONE, DENIED, DONE]);
    expect(pinned).not.toBe(DENIED);
  });

  test('is not a page that is a table', () => {
    expect(printed(call('set_shared_info', LAST))).toEqual([DENIED]);
  });

  test('works unmapped: traps still arrive; the guest just cannot read about them', () => {
    const body = `${set(mapping(SHARED), 0, 0)}
      la s10, 1f
      la a0, quiet
      mv a1, a0
      li a6, 2
      li a7, 0x0a005753
      ecall
      ${store(ROOT)}
      .balign 4
quiet: jr s10
1:`;
    expect(printed(body)).toEqual([DONE]);
  });
});

describe('no way into the kernel: the VM ends, and the report says at which instruction', () => {
  test('a trap before anything is registered', () => {
    const { attacker: result } = attack(program('bad: csrw satp, zero'));
    expect(result.stop).toEqual({
      why: 'crashed',
      code: 1,
      detail:
        'at 0x80200008 the guest trapped (illegal instruction) before its kernel had registered where traps enter',
    });
  });

  test('an entry that is not mapped', () => {
    const body = `li a0, 0x1000; li a1, 0x1000; li a6, 2; li a7, 0x0a005753; ecall\n${store(ROOT)}`;
    const { attacker: result } = attack(attacker(body));
    expect(result.stop).toMatchObject({
      why: 'crashed',
      detail: 'at 0x1000 the guest has its entry for traps, which is not mapped',
    });
  });

  test('it takes itself off its own map', () => {
    const { attacker: result } = attack(attacker(set(MIDDLE + 8, 0, 0)));
    expect(result.stop).toMatchObject({
      why: 'crashed',
      detail: expect.stringMatching(/^at 0x802[0-9a-f]+ the guest has its entry/),
    });
  });
});

test('more references to a page than can be counted: the 65,536th is refused, and the page does not become a table', () => {
  // 129 tables of 512 leaves each, all for writing to one page.
  const tables = FREE + 0x1_0000;
  const body = `
    li s2, ${tables}
    li s3, 129
    ${entry(FREE, PAGE)}
    mv s5, t0
2:  mv t1, s2
    li t2, 512
3:  sd s5, 0(t1)
    addi t1, t1, 8
    addi t2, t2, -1
    bnez t2, 3b
    li t0, ${BUFFER}
    li t1, ${mapping(0x8020_0000)} - 0x80200000 / 512
    srli t2, s2, 9
    add t1, t1, t2
    sd t1, 0(t0)
    add t2, s2, s11
    srli t2, t2, 2
    ori t2, t2, ${READ}
    sd t2, 8(t0)
    ${quietly('update', BUFFER, 1)}
    mv a0, s2
    li a1, 0
    li a6, 4
    ecall
    mv s6, a0
    li t0, 4096
    add s2, s2, t0
    addi s3, s3, -1
    bnez a0, 4f
    bnez s3, 2b
4:  mv a0, s3
    jal print
    mv a0, s6
    jal report
    ${call('pin', FREE, 0)}`;
  // One by the map, 127 x 512 = 65,024: the 128th table would be too much, and 1 is left to try.
  expect(printed(body)).toEqual(['0x1', DENIED, DENIED]);
});

describe('two harts', () => {
  const flag = (at: number) => `li t1, ${at}; sd t1, 0(t1)`;

  test('one that was started before leaves the start map, where it could store to every page, when the first root is set', () => {
    const other = `j 3f\n2: ${flag(FREE)}\n${awaitAt(FREE + 8)}\n${store(ROOT)}\n3:`;
    const first = `${other} ${startOther('2b')}\n${awaitAt(FREE)}`;
    const { attacker: result } = attack(attacker(`${flag(FREE + 8)}\n1: j 1b`, first));
    expect(result.stop?.detail).toMatch(/^at 0x802[0-9a-f]+ the guest trapped \(store\/AMO page fault\) before/);
  });

  test('one that is started later begins in a root that counts: it cannot be made a page under it', () => {
    const other = `j 3f\n2: ${flag(FREE)}\n1: j 1b\n3:`;
    const body = [
      other,
      startOther('2b'),
      awaitAt(FREE),
      set(mapping(ROOT), ROOT, PAGE),
      call('set_roots', FREE, 2n ** 64n - 1n),
    ];
    expect(printed(body.join('\n'))).toEqual([DENIED, DENIED]);
  });
});

test('a device of the VM does not reach its tables either: the gate of its DMA', () => {
  const host = boot(attacker(''));
  host.run(1000);
  const dma = guestDma(host.vms[0].memory);
  const bytes = new Uint8Array(8);
  const stored = (at: number) => [dma.allows(at, 8, 'write'), dma.write(at, bytes)];
  expect([ROOT, LAST + 4088, SHARED, FREE].map(stored)).toEqual([
    [false, false],
    [false, false],
    [true, true],
    [true, true],
  ]);
  expect(dma.allows(ROOT - 4, 8, 'write')).toBe(false); // begins in the page before
  expect(dma.read(ROOT, 8)).toBeDefined();
});

test('a storm of hypercalls takes no more than its turns', () => {
  const { end, attacker: result } = attack(
    attacker(`1: ${quietly('pin', LAST, 0)}; ${quietly('unpin', LAST)}; j 1b`),
    3000,
  );
  expect([end, result.stop]).toEqual(['out-of-budget', undefined]);
});

test("a load where the guest's tables have nothing is the guest's own page fault", () => {
  expect(printed(probe('ld t0, 0(zero)'))).toEqual([LOAD_PAGE_FAULT, DONE]);
});
