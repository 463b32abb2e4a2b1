/** Damaged and malicious images (reliability cases I57 and I58): each ends in one sentence, never in another error. */
import fc from 'fast-check';
import { ImageError, loadImage } from '#machine';
import { FIELD, makeElf, patched, PROGRAM_HEADERS } from '../machine/elf-maker';

const RAM = { base: 0x8000_0000, size: 16 * 2 ** 20 };
const [FIRST, SECOND] = [PROGRAM_HEADERS, PROGRAM_HEADERS + 56];

const GOOD = makeElf({
  entry: 0x8000_0000n,
  parts: [
    { address: 0x8000_0000n, bytes: new Uint8Array(64).fill(0x13), memBytes: 0x80n },
    { address: 0x8000_1000n, bytes: Uint8Array.of(1, 2, 3, 4) },
  ],
  symbols: { start: 0x8000_0000n, data: 0x8000_1000n },
});
/** Where GOOD's symbol table begins: after the headers and both segments. */
const SYMTAB = PROGRAM_HEADERS + 2 * 56 + 64 + 4;

/** What loading says; undefined if the image is taken. Anything but an ImageError fails the test. */
function refusal(bytes: Uint8Array): string | undefined {
  try {
    loadImage(bytes, 'guest.elf', { ram: RAM });
    return undefined;
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    return error.message;
  }
}

const SENTENCE = /^guest\.elf [^\n]{5,250}\.$/;

test('the undamaged file is taken', () => {
  expect(refusal(GOOD)).toBeUndefined();
});

test('truncated at every byte, it is refused', () => {
  for (let length = 0; length < GOOD.length; length++) {
    expect([length, refusal(GOOD.subarray(0, length))]).toEqual([length, expect.stringMatching(SENTENCE)]);
  }
});

test.each<[string, Uint8Array, string]>([
  ['a 32-bit file', patched(GOOD, FIELD.class, 1, 1), 'is a 32-bit ELF file; this machine runs 64-bit programs.'],
  ['big-endian', patched(GOOD, FIELD.data, 1, 2), 'is big-endian; this machine is little-endian.'],
  ['for a PC', patched(GOOD, FIELD.machine, 2, 62), 'is for x86-64 (e_machine 62); this machine runs RISC-V (243).'],
  [
    'for an unknown machine',
    patched(GOOD, FIELD.machine, 2, 9999),
    'is for another machine (e_machine 9999); this machine runs RISC-V (243).',
  ],
  [
    'an object file',
    patched(GOOD, FIELD.type, 2, 1),
    'is not a linked program (e_type 1, not 2 or 3); it is an object file.',
  ],
  ['a core file', patched(GOOD, FIELD.type, 2, 4), 'is not a linked program (e_type 4, not 2 or 3).'],
  ['no program headers', patched(GOOD, FIELD.phnum, 2, 0), 'has no program headers, so nothing says what to load.'],
  [
    '65,535 program headers',
    patched(GOOD, FIELD.phnum, 2, 0xffff),
    'has 65,535 or more program headers (e_phnum 0xffff).',
  ],
  [
    '65,534 program headers',
    patched(GOOD, FIELD.phnum, 2, 0xfffe),
    `is cut short: its program header table ends at byte ${64 + 56 * 0xfffe}, the file at byte ${GOOD.length}.`,
  ],
  [
    'program headers of another size',
    patched(GOOD, FIELD.phentsize, 2, 32),
    'has program headers of 32 bytes, not 56.',
  ],
  [
    'e_phoff that wraps',
    patched(GOOD, FIELD.phoff, 8, 2n ** 64n - 8n),
    'gives e_phoff as 0xfffffffffffffff8, which is beyond any memory.',
  ],
  [
    'e_phoff behind the file',
    patched(GOOD, FIELD.phoff, 8, 4096),
    `is cut short: its program header table ends at byte ${4096 + 112}, the file at byte ${GOOD.length}.`,
  ],
  [
    'nothing to load',
    patched(patched(GOOD, FIRST, 4, 0), SECOND, 4, 0),
    'loads nothing: it has no PT_LOAD segment with a size.',
  ],
  [
    'p_filesz beyond the file',
    patched(GOOD, SECOND + FIELD.p_filesz, 8, 0x1_0000),
    `is cut short: segment 1 ends at byte ${SYMTAB - 4 + 0x1_0000}, the file at byte ${GOOD.length}.`,
  ],
  [
    'p_filesz of 4 GiB',
    patched(GOOD, FIRST + FIELD.p_filesz, 8, 2n ** 32n),
    `is cut short: segment 0 ends at byte ${SYMTAB - 68 + 2 ** 32}, the file at byte ${GOOD.length}.`,
  ],
  [
    'p_offset that wraps',
    patched(GOOD, FIRST + FIELD.p_offset, 8, 2n ** 64n - 1n),
    'gives p_offset of segment 0 as 0xffffffffffffffff, which is beyond any memory.',
  ],
  [
    'p_filesz above p_memsz',
    patched(GOOD, FIRST + FIELD.p_memsz, 8, 63),
    'has 64 bytes for segment 0, but memory for 63 only.',
  ],
  [
    'p_memsz above RAM',
    patched(GOOD, SECOND + FIELD.p_memsz, 8, 2n ** 32n),
    'needs 0x80001000-0x180000fff, but RAM is 0x80000000-0x80ffffff (16 MiB).',
  ],
  [
    'p_memsz of 2^64 - 1',
    patched(GOOD, SECOND + FIELD.p_memsz, 8, 2n ** 64n - 1n),
    'gives p_memsz of segment 1 as 0xffffffffffffffff, which is beyond any memory.',
  ],
  [
    'a segment below RAM',
    patched(GOOD, SECOND + FIELD.p_paddr, 8, 0x1000),
    'needs 0x1000-0x1003, but RAM is 0x80000000-0x80ffffff (16 MiB).',
  ],
  [
    'overlapping segments',
    patched(GOOD, SECOND + FIELD.p_paddr, 8, 0x8000_007f),
    'has overlapping segments: 0 at 0x80000000-0x8000007f and 1 at 0x8000007f-0x80000082.',
  ],
  [
    'two segments at one place',
    patched(GOOD, SECOND + FIELD.p_paddr, 8, 0x8000_0000),
    'has overlapping segments: 0 at 0x80000000-0x8000007f and 1 at 0x80000000-0x80000003.',
  ],
  [
    'an entry in no segment',
    patched(GOOD, FIELD.entry, 8, 0x8000_0080),
    'starts at 0x80000080, which is in none of its segments.',
  ],
  ['an entry of 0', patched(GOOD, FIELD.entry, 8, 0), 'starts at 0x0, which is in none of its segments.'],
  ['an odd entry', patched(GOOD, FIELD.entry, 8, 0x8000_0001), 'starts at the odd address 0x80000001.'],
  [
    'e_shoff behind the file',
    patched(GOOD, FIELD.shoff, 8, 2n ** 40n),
    `is cut short: its section header table ends at byte ${2 ** 40 + 192}, the file at byte ${GOOD.length}.`,
  ],
  [
    'section headers of another size',
    patched(GOOD, FIELD.shentsize, 2, 40),
    'has section headers of 40 bytes, not 64.',
  ],
  [
    'symbols without names',
    patched(GOOD, GOOD.length - 128 + 40, 4, 77),
    'has symbols whose names are in section 77, which it does not have.',
  ],
  [
    'a symbol table behind the file',
    patched(GOOD, GOOD.length - 128 + 24, 8, 1e6),
    `is cut short: its symbol table ends at byte ${1e6 + 72}, the file at byte ${GOOD.length}.`,
  ],
])('%s', (_, bytes, sentence) => {
  expect(refusal(bytes)).toBe(`guest.elf ${sentence}`);
});

test('any number of damaged bytes gives a sentence or a taken image', () => {
  const damage = fc.array(fc.tuple(fc.nat(GOOD.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(damage, (changes) => {
      const file = GOOD.slice();
      for (const [at, value] of changes) file[at] = value;
      const said = refusal(file);
      expect(said === undefined || SENTENCE.test(said)).toBe(true);
    }),
    { numRuns: 5000, seed: 57 },
  );
});

test('random bytes behind an ELF magic give a sentence', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (tail) => {
      expect(refusal(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, ...tail))).toMatch(SENTENCE);
    }),
    { numRuns: 2000, seed: 58 },
  );
});

test('a table of a million names that all run to the end of the file costs little', () => {
  const symbols = 100_000;
  const file = new Uint8Array(GOOD.length + 24 * symbols + 2 ** 20).fill(0x41);
  file.set(GOOD);
  const view = new DataView(file.buffer);
  const section = GOOD.length - 128;
  view.setBigUint64(section + 24, BigInt(GOOD.length), true);
  view.setBigUint64(section + 32, BigInt(24 * symbols), true);
  view.setBigUint64(section + 64 + 24, BigInt(GOOD.length), true);
  view.setBigUint64(section + 64 + 32, BigInt(file.length - GOOD.length), true);
  for (let i = 0; i < symbols; i++) {
    const at = GOOD.length + 24 * i;
    view.setUint32(at, i, true); // each name another 4096 bytes
    file[at + 4] = 2;
  }
  const started = performance.now();
  refusal(file);
  expect(performance.now() - started).toBeLessThan(5000);
});
