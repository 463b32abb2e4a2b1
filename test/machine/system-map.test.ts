/** System.map: the lines that nm writes (nm(1)), and the sentence for a file that is something else. */
import { readSystemMap } from '#machine';

test('addresses and names in the order of the file; constants, absent symbols and local labels are left out', () => {
  const map = [
    '0000000000000070 A riscv_isa_bits',
    'ffffffff80000000 T _start',
    'ffffffff80001234 t .Lloop',
    'ffffffff80001234 t helper',
    'ffffffff80002000 w absent',
    'ffffffff81000000 D jiffies',
    '',
  ];
  expect(readSystemMap(map.join('\n'), 'System.map')).toEqual([
    ['_start', 0xffff_ffff_8000_0000n],
    ['helper', 0xffff_ffff_8000_1234n],
    ['jiffies', 0xffff_ffff_8100_0000n],
  ]);
});

test("a running kernel's /proc/kallsyms is as good, modules included", () => {
  expect(
    readSystemMap(
      'ffffffff80000000 T _start\nffffffff01000000 t kvm_init\t[kvm]\nffffffff01000008 t .L0 \t[kvm]\n',
      'kallsyms',
    ),
  ).toEqual([
    ['_start', 0xffff_ffff_8000_0000n],
    ['kvm_init', 0xffff_ffff_0100_0000n],
  ]);
});

test.each([
  ['an ELF file', '\x7fELF\x02\x01', 'map is no System.map: line 1 is not an address, a letter and a name, but '],
  [
    'a line cut short',
    'ffffffff80000000 T _start\nffffffff8000',
    'map is no System.map: line 2 is not an address, a letter and a name, but "ffffffff8000".',
  ],
  [
    'what Debian installs in its place',
    'ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg package\n',
    'but "ffffffffffffffff B The real System.map is in the linux-image-<version>-dbg packa".',
  ],
  ['an empty file', '', 'map names no symbol.'],
])('%s is refused in one sentence', (_, text, sentence) => {
  expect(() => readSystemMap(text, 'map')).toThrow(sentence);
});
