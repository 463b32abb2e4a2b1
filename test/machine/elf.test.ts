/** ELF files are read as the ABI says, and real ones as readelf says. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { looksLikeElf, readElf } from '../../src/machine/elf';
import { makeElf } from './elf-maker';

const CODE = Uint8Array.of(0x13, 0, 0, 0);

test('segments, entry and symbols', () => {
  const file = makeElf({
    entry: 0x8000_0004n,
    parts: [
      { address: 0x8000_0000n, bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), memBytes: 32n },
      { address: 0x8000_1000n, bytes: CODE },
    ],
    symbols: { start: 0x8000_0004n, table: 0x8000_1000n },
  });
  const elf = readElf(file, 'a.elf');
  expect(elf.entry).toBe(0x8000_0004n);
  expect(elf.segments.map(({ address, bytes, memBytes }) => [address, [...bytes], memBytes])).toEqual([
    [0x8000_0000, [1, 2, 3, 4, 5, 6, 7, 8], 32],
    [0x8000_1000, [...CODE], 4],
  ]);
  expect([...elf.symbols]).toEqual([
    ['start', 0x8000_0004n],
    ['table', 0x8000_1000n],
  ]);
});

test('segments go to their physical addresses, and the entry with them, as QEMU loads vmlinux', () => {
  const kernel = 0xffff_ffff_8000_0000n;
  const elf = readElf(
    makeElf({ entry: kernel + 2n, parts: [{ address: 0x8020_0000n, vaddr: kernel, bytes: CODE }] }),
    'vmlinux',
  );
  expect([elf.entry, elf.segments[0].address]).toEqual([0x8020_0002n, 0x8020_0000]);
});

test('headers other than PT_LOAD, and segments without size, occupy nothing', () => {
  const elf = readElf(
    makeElf({
      entry: 0x8000_0000n,
      parts: [
        { address: 0n, bytes: CODE, memBytes: 0n, type: 0x7000_0003 }, // PT_RISCV_ATTRIBUTES
        { address: 0x8000_0000n, bytes: CODE },
        { address: 0x8000_0002n, bytes: new Uint8Array(0) },
      ],
    }),
    'a.elf',
  );
  expect(elf.segments).toHaveLength(1);
});

test('a file without section headers has no symbols', () => {
  const file = makeElf({ entry: 0x8000_0000n, parts: [{ address: 0x8000_0000n, bytes: CODE }], symbols: { a: 1n } });
  file.fill(0, 40, 48); // e_shoff
  expect(readElf(file, 'a.elf').symbols.size).toBe(0);
});

test('a file is known by its first four bytes, or as many of them as it has', () => {
  expect(
    [[0x7f], [0x7f, 0x45, 0x4c, 0x46, 9], [0x7f, 0x45, 0x4d], [0x13, 0, 0, 0], []].map((bytes) =>
      looksLikeElf(Uint8Array.from(bytes)),
    ),
  ).toEqual([true, true, false, false, false]);
});

const FIRMWARE = '/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.elf';
const U_BOOT = '/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf';
const READELF = 'riscv64-unknown-elf-readelf';
const missing =
  [FIRMWARE, U_BOOT].find((file) => !existsSync(file)) ?? (spawnSync(READELF, ['-v']).error ? READELF : undefined);
if (missing && process.env.CI) throw new Error(`${missing} is missing: .ci/run installs it`);
if (missing) console.warn(`the comparison with readelf is skipped: ${missing} is missing`);

(missing ? describe.skip : describe)('as readelf reads', () => {
  const readelf = (...args: string[]): string[] =>
    spawnSync(READELF, ['-W', ...args], { encoding: 'utf8' }).stdout.split('\n');

  test.each([FIRMWARE, U_BOOT])('%s', (file) => {
    const elf = readElf(readFileSync(file), file);
    expect(`Entry point address: 0x${elf.entry.toString(16)}`).toBe(
      readelf('-h', file)
        .find((l) => l.includes('Entry point'))
        ?.trim()
        .replace(/ +/g, ' '),
    );
    const loads = readelf('-l', file)
      .filter((line) => /^ +LOAD/.test(line))
      .map((line) => line.trim().split(/ +/));
    expect(elf.segments.map(({ address, bytes, memBytes }) => [address, bytes.length, memBytes])).toEqual(
      loads.map(([, , , physical, fileSize, memSize]) => [physical, fileSize, memSize].map(Number)),
    );
    const symbols = readelf('-s', file)
      .map((line) => line.trim().split(/ +/))
      .filter(([, , , type, , , section]) => type === 'FUNC' && section !== 'UND');
    for (const [, value, , , binding, , , name] of symbols) {
      if (binding === 'GLOBAL') expect([name, elf.symbols.get(name)]).toEqual([name, BigInt(`0x${value}`)]);
    }
    expect(elf.symbols.size > 0).toBe(symbols.length > 0);
  });
});
