/** Guests that reach for memory that is not theirs (reliability.md D.G 1-5, 14, 22, 23, 27). Expected faults: Privileged 1.12. */
import { kernel } from '../../src/course/lab';
import { arena, KERNEL_RWX, LAST, leaf, paged, PAGES, probe, techniques } from './guest-support';

jest.setTimeout(60_000);

describe.each(techniques)('under %s', (technique) => {
  const { attack, boot, countsTraps, endless, faultsLikeHardware } = arena(technique);

  /** RAM of the attacker: 4 MiB. */
  const [BELOW, FIRST, END] = [0x7fff_fff8, 0x8000_0000, 0x8040_0000];
  const lines = (...texts: string[]): string => texts.map((text) => `${text}\n`).join('');

  describe('1: stores at the edges of RAM', () => {
    test('below, at the end and far away: store access fault, stval is the address', () => {
      const at = (address: number | bigint) => `li s1, 0x${address.toString(16)}\n${probe('sd zero, 0(s1)')}`;
      const printed = faultsLikeHardware(
        [BELOW, END, 2n ** 55n, 2n ** 56n, 2n ** 63n].map((address) => at(address)).join('\n'),
      );
      expect(printed).toBe(
        lines(
          '0x7 0x7ffffff8',
          '0x7 0x80400000',
          '0x7 0x80000000000000',
          '0x7 0x100000000000000',
          '0x7 0x8000000000000000',
        ),
      );
    });

    test('the last eight bytes are RAM; a byte further, the page that is not there faults', () => {
      const printed = faultsLikeHardware(
        [END - 8, END - 1, END - 4, FIRST].map((at) => `li s1, ${at}\n${probe('sd s1, 0(s1)')}`).join('\n'),
      );
      expect(printed).toBe(
        lines(
          '0xffffffffffffffff 0xffffffffffffffff',
          '0x7 0x80400000',
          '0x7 0x80400000',
          '0xffffffffffffffff 0xffffffffffffffff',
        ),
      );
    });
  });

  describe('2: the top of the address space', () => {
    test('loads at 2^64-1 and over it', () => {
      const printed = faultsLikeHardware(
        ['lb s2, -1(zero)', 'ld s2, -4(zero)', 'ld s2, -8(zero)'].map((i) => probe(i)).join('\n'),
      );
      expect(printed.split('\n')[0]).toBe('0x5 0xffffffffffffffff');
      expect(printed.split('\n')[2]).toBe('0x5 0xfffffffffffffff8');
    });
  });

  describe('3: jumps to where no code is', () => {
    test('a device, a hole, the last halfword of RAM, the top of the address space', () => {
      const jump = (address: number | bigint) => `li s1, 0x${address.toString(16)}\n${probe('jr s1')}`;
      const printed = faultsLikeHardware(
        [0x1000_0000, 0, 0x4000, 2n ** 64n - 2n, 2n ** 63n].map((at) => jump(at)).join('\n'),
      );
      expect(printed).toBe(
        lines('0x1 0x10000000', '0x1 0x0', '0x1 0x4000', '0x1 0xfffffffffffffffe', '0x1 0x8000000000000000'),
      );
    });

    test('a 32-bit instruction whose second half is behind the end of RAM', () => {
      const printed = faultsLikeHardware(`li s1, ${END - 2}; li t1, 0x13; sh t1, 0(s1)\n${probe('jr s1')}`);
      expect(printed).toBe(lines('0x1 0x80400000'));
    });

    test('an odd address: jalr clears bit 0', () => {
      faultsLikeHardware(`la s1, 2f + 1\n jr s1\n2:${probe('nop')}`);
    });
  });

  describe('4: page tables that point out of the VM', () => {
    // The host keeps the VMs' RAM and its shadows in [0x80000000, ...) too: every frame of it is tried as a guest-physical one.
    test('frames that are not RAM of this VM: access fault, whatever the host has there', () => {
      const frames = [
        0x8040_0000,
        0x8080_0000,
        0x8090_0000,
        0x80a0_0000,
        0xc000_0000,
        2 ** 40,
        2 ** 52,
        2 ** 55 + 2 ** 54,
      ];
      const accesses = frames.flatMap((_, i) => {
        const address = `li s1, 0x${(PAGES + 4096 * i).toString(16)}`;
        return [
          `${address}\n${probe('ld s2, 0(s1)')}`,
          `${address}\n${probe('sd s2, 0(s1)')}`,
          `${address}\n${probe('jr s1')}`,
        ];
      });
      const printed = faultsLikeHardware(
        paged(frames.map((frame) => leaf(frame, KERNEL_RWX))) + '\n' + accesses.join('\n'),
      );
      const expected = frames.flatMap((_, i) =>
        [5, 7, 1].map((cause) => `0x${cause} 0x${(PAGES + 4096 * i).toString(16)}`),
      );
      expect(printed).toBe(lines(...expected));
    });

    test('tables that lie outside: access fault of the original access', () => {
      const tables = [0x8040_0000, 0x1000_0000, 0, 2 ** 40].map((table) => leaf(table, 1));
      const probes = tables.map(
        (_, i) =>
          `li s1, 0x${(PAGES + 2 ** 21 * (i + 1)).toString(16)}\n${probe('lr.d s2, (s1)')}\n${probe('sc.d s2, s2, (s1)')}`,
      );
      const middle = tables.map(
        (entry, i) => `li s1, ${0x8030_1008 + 8 * i}; li t1, 0x${entry.toString(16)}; sd t1, 0(s1)`,
      );
      const printed = faultsLikeHardware([...middle, paged([]), ...probes].join('\n'));
      expect(printed.split('\n').slice(0, 2)).toEqual(['0x5 0x40200000', '0x7 0x40200000']);
    });

    test('a root that is a device, or nowhere: the guest cannot even fetch, and only its own time is lost', () => {
      for (const root of [0x1000_0000, 0xc00_0000, 0x8040_0000, 2 ** 40]) {
        const { end, attacker } = endless(
          kernel(`li s1, ${root / 4096}; li t1, 8; slli t1, t1, 60; or s1, s1, t1; csrw satp, s1`),
        );
        expect(end).toBe('out-of-budget');
        expect(attacker.stop).toBeUndefined();
        if (countsTraps) expect(Object.keys(attacker.counters.trapsByCause)).toEqual(['1']);
      }
    });
  });

  describe('5 and 27: tables made of themselves, and of devices', () => {
    test('a root whose entries point to the root, at every level', () => {
      const self = Array.from(
        { length: 4 },
        (_, i) => `li s1, ${0x8030_0000 + 8 * (i + 4)}; li t1, ${0x8030_0000 / 4 + 1}; sd t1, 0(s1)`,
      );
      const addresses = [4n << 30n, (4n << 30n) | (4n << 21n), (4n << 30n) | (4n << 21n) | (4n << 12n), 5n << 30n];
      const probes = addresses.map((at) => `li s1, 0x${at.toString(16)}\n${probe('ld s2, 0(s1)')}`);
      faultsLikeHardware([...self, paged([]), ...probes].join('\n'));
    });

    test('a page table in the UART and in the PLIC: access faults, and the devices see nothing', () => {
      const device = (at: number, i: number) => `li s1, ${0x8030_1008 + 8 * i}; li t1, ${at / 4 + 1}; sd t1, 0(s1)`;
      const probes = [0x4020_0000, 0x4040_0000].map(
        (at) => `li s1, ${at}\n${probe('ld s2, 0(s1)')}\n${probe('sd s2, 0(s1)')}`,
      );
      const printed = faultsLikeHardware(
        [device(0x1000_0000, 0), device(0xc00_0000, 1), paged([]), ...probes].join('\n'),
      );
      expect(printed).toBe(lines('0x5 0x40200000', '0x7 0x40200000', '0x5 0x40400000', '0x7 0x40400000'));
    });

    test('devices as pages: plain aligned accesses work, all others fault as on the bus', () => {
      const uart = PAGES; // page 0
      const plic = PAGES + 4096;
      const access = (at: number, ...instructions: string[]) =>
        `li s1, ${at}\n${instructions.map((i) => probe(i)).join('\n')}`;
      faultsLikeHardware(
        [
          paged([leaf(0x1000_0000, KERNEL_RWX), leaf(0xc00_0000, KERNEL_RWX)]),
          access(
            uart,
            'lbu s2, 5(s1)',
            'lw s2, 4(s1)',
            'ld s2, 0(s1)',
            'ld s2, 1(s1)',
            'lb s2, 8(s1)',
            'lb s2, -1(s1)',
            'jr s1',
          ),
          access(
            uart,
            'amoadd.w s2, s2, (s1)',
            'lr.w s2, (s1)',
            'sc.w s2, s2, (s1)',
            'amoadd.w s2, s2, 1(s1)'.replace('1(s1)', '(s1)'),
          ),
          access(
            plic,
            'lw s2, 4(s1)',
            'lh s2, 4(s1)',
            'sw zero, 4(s1)',
            'sb zero, 4(s1)',
            'lw s2, 2(s1)',
            'sd zero, -4(s1)',
            'ld s2, -4(s1)',
          ),
        ].join('\n'),
      );
    });
  });

  describe('entries that lead out of RAM', () => {
    test('are marked as accessed and dirty all the same, as the hardware marks them before the bus answers', () => {
      const cold = [0x1000_0000, 0x1000_0000, 0x8100_0000, 0x8100_0000, 0x8100_0000].map((at) => leaf(at, 0x0f)); // V R W X
      const use = (page: number, instruction: string) => `li s1, ${PAGES + 4096 * page}\n${probe(instruction)}`;
      const entry = (page: number) => `li s1, ${LAST + 8 * page}; ld a0, 0(s1); andi a0, a0, 0xff; call puthex`;
      const printed = faultsLikeHardware(
        [
          paged(cold),
          use(0, 'lbu s2, 5(s1)'),
          use(1, 'sb zero, 7(s1)'),
          use(2, 'ld s2, 0(s1)'),
          use(3, 'amoadd.d s2, s2, (s1)'),
          use(4, 'jr s1'),
          ...[0, 1, 2, 3, 4].map(entry),
        ].join('\n'),
      );
      expect(printed.split('\n').at(-1)).toBe('0x4f0xcf0x4f0xcf0x4f');
    });
  });

  describe('14: misaligned accesses, and two pages at once', () => {
    const [good, missing, readOnly, user] = [
      leaf(0x8031_0000, KERNEL_RWX),
      0n,
      leaf(0x8031_1000, 0x43),
      leaf(0x8031_2000, 0xd7),
    ];
    const at = (page: number, offset: number, ...instructions: string[]) =>
      `li s1, ${PAGES + 4096 * page + offset}; li s2, -1\n${instructions.map((i) => probe(i)).join('\n')}`;

    test("a second page that is missing, read-only or the user's: the fault names the second page, and nothing is stored", () => {
      const map = paged([good, missing, good, readOnly, good, user]);
      const crossing = [0, 2, 4].map((page) => at(page, 4092, 'ld s3, 0(s1)', 'sd s2, 0(s1)', 'ld s3, -4(s1)'));
      const printed = faultsLikeHardware([map, ...crossing].join('\n'));
      expect(printed.split('\n').slice(0, 3)).toEqual([
        '0xd 0x40001000',
        '0xf 0x40001000',
        '0xffffffffffffffff 0xffffffffffffffff',
      ]);
      expect(printed.split('\n')[4]).toBe('0xf 0x40003000');
      expect(printed.split('\n')[7]).toBe('0xf 0x40005000');
    });

    test('misaligned atomics fault as misaligned, wherever they point', () => {
      const map = paged([good, missing]);
      const amos = ['amoadd.d s3, s2, (s1)', 'lr.d s3, (s1)', 'sc.d s3, s2, (s1)', 'amoswap.w s3, s2, (s1)'];
      const printed = faultsLikeHardware(
        [map, at(0, 4, ...amos), at(0, 4094, ...amos), at(1, 1, ...amos), `li s1, 0x10000001\n${probe(amos[0])}`].join(
          '\n',
        ),
      );
      expect(printed.split('\n').slice(0, 4)).toEqual([
        '0x6 0x40000004',
        '0x4 0x40000004',
        '0x6 0x40000004',
        '0xffffffffffffffff 0xffffffffffffffff',
      ]);
    });

    test('atomics on a page that has never been touched set A and D exactly as hardware does', () => {
      const cold = [0x8031_0000, 0x8031_1000, 0x8031_2000, 0x8031_3000].map((frame) => leaf(frame, 0x07)); // V R W, neither A nor D
      faultsLikeHardware(
        [
          paged(cold),
          at(0, 0, 'lr.d s3, (s1)', 'sc.d s4, s2, (s1)'),
          at(1, 0, 'amoadd.d s3, s2, (s1)'),
          at(2, 8, 'lr.w s3, (s1)'),
          `li s1, ${PAGES + 3 * 4096}; lr.d s3, (s1); sc.d s4, s2, (s1); mv a0, s4; call puthex`, // no exit may come between these two
          at(3, 16, 'sc.d s3, s2, (s1)'),
        ].join('\n'),
      );
    });
  });

  describe('22 and 23: translations that are old, and translations of others', () => {
    test('a changed entry without a fence may be old or new, but stays inside the VM', () => {
      const program = kernel(`
    ${paged([leaf(0x8031_0000, KERNEL_RWX)])}
    li s1, ${PAGES}
    li t1, 0x11
    sd t1, 0(s1)
    li t2, 0x80302000
    li t3, 0x${leaf(0x8040_0000, KERNEL_RWX).toString(16)}  # now outside of this VM
    sd t3, 0(t2)
    ${probe('ld s2, 0(s1)')}
    sfence.vma
    ${probe('ld s2, 0(s1)')}`);
      const { attacker } = attack(program);
      const [stale, fresh] = attacker.console.split('\n');
      expect(['0xffffffffffffffff 0xffffffffffffffff', '0x5 0x40000000']).toContain(stale);
      expect(fresh).toBe('0x5 0x40000000');
    });

    test('VMs that use the same addresses and fence all the time never see each other', () => {
      const writer = (value: number) => kernel(`
    ${paged([leaf(0x8031_0000, KERNEL_RWX)])}
    li s0, 300
    li s1, ${value}
    li s2, ${PAGES}
1:  sd s1, 0(s2)
    sfence.vma
    ld t0, 0(s2)
    bne t0, s1, 2f
    addi s0, s0, -1
    bnez s0, 1b
    j 3f
2:  mv a0, t0
    call puthex
3:`); // prettier-ignore
      const host = boot([1, 2, 3, 4].map((value) => [`vm${value}`, writer(value)] as const));
      host.run(50_000);
      expect(host.results().map(({ console, stop }) => [console, stop?.why])).toEqual(Array(4).fill(['', 'shutdown']));
    });
  });
});
