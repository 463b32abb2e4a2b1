/** The assembler's own promises: where things lie, what a program knows about its source, and sentences for mistakes. Bytes are judged by test/oracle. */
import { assemble, AssemblyError, describe as describeAt, disassemble } from '../../../../src/machine/isa';
import { random32 } from '../random';

/** The program's instructions as text. */
const listing = (source: string) => {
  const { bytes, lines, origin } = assemble(source);
  const view = new DataView(bytes.buffer);
  return [...lines.keys()].map((pc) => disassemble(view.getUint32(Number(pc - origin), true), { pc }));
};

/** What the assembler says about a source that is wrong. */
const complaint = (source: string) => {
  try {
    assemble(source, { file: 'guest.s' });
  } catch (error) {
    if (error instanceof AssemblyError) return error.message;
    throw error;
  }
  return undefined;
};

describe('the program', () => {
  const source = [
    '# a comment',
    '        .equ UART, 0x10000000',
    '        .data',
    'word:   .word 7',
    '        .text',
    'first:  nop',
    '_start: la a0, word   # two instructions',
    '1:      j 1b',
    '        .rodata',
    'text:   .asciz ""',
    '        .bss',
    'room:   .space 8',
  ].join('\n');
  const program = assemble(source, { file: 'guest.s', origin: 0x80200000n });

  test('code comes first, then constants, then, on a new page, data and zeros', () => {
    expect(program.origin).toBe(0x80200000n);
    expect(program.labels).toEqual(
      new Map([
        ['word', 0x80201000n],
        ['first', 0x80200000n],
        ['_start', 0x80200004n],
        ['text', 0x80200010n],
        ['room', 0x80201004n],
      ]),
    );
    expect(program.bytes.length).toBe(0x1000 + 4 + 8);
    expect(program.bytes[0x1000]).toBe(7);
  });

  test('symbols have constants too, labels have addresses only, local labels are in neither', () => {
    expect(program.symbols.get('UART')).toBe(0x10000000n);
    expect(program.labels.has('UART')).toBe(false);
    expect([...program.symbols.keys()].filter((name) => name.includes('1'))).toEqual([]);
  });

  test('it is entered at _start, and without one at its origin', () => {
    expect(program.entry).toBe(0x80200004n);
    expect(assemble('nop').entry).toBe(0x80000000n);
    expect(assemble('').bytes.length).toBe(0);
  });

  test('a label in an empty section is where the section would be', () => {
    const { labels, bytes } = assemble('nop\n.data\nstart:\n.bss\nend:');
    expect([labels.get('start'), labels.get('end'), bytes.length]).toEqual([0x80000004n, 0x80000004n, 4]);
  });

  test('each instruction knows its line', () => {
    expect([...program.lines].map(([address, { file, line }]) => [address - program.origin, file, line])).toEqual([
      [0n, 'guest.s', 6],
      [4n, 'guest.s', 7],
      [8n, 'guest.s', 7],
      [12n, 'guest.s', 8],
    ]);
    expect(program.lines.get(0x80200000n)?.text).toBe('first:  nop');
  });

  test('describe tells address, symbol, text and line', () => {
    expect(describeAt(0x80200000n, program)).toBe('0x80200000 <first>: nop  # guest.s:6');
    expect(describeAt(0x8020000cn, program)).toBe('0x8020000c <_start+0x8>: j 0x8020000c <_start+0x8>  # guest.s:8');
    expect(describeAt(0x80200010n, program)).toBe('0x80200010 <text>: .half 0x0');
    expect(describeAt(0x801ffffen, program)).toBeUndefined();
    expect(describeAt(0x90000000n, program)).toBeUndefined();
  });
});

describe('what is written is what is encoded', () => {
  test('nothing is compressed and nothing relaxed', () => {
    expect(assemble('nop\ncall 1f\n1: ret').bytes.length).toBe(16);
    expect(listing('c.li a0, 5\n.balign 4\nli a0, 5')).toEqual(['c.li a0,5', 'addi a0,zero,5']);
  });

  test('.set in a repetition counts; a name defined later is taken at the end', () => {
    const { bytes } = assemble(
      '.set i, 1\n.rept 3\n.byte i\n.set i, i + i\n.endr\n.byte size\n.equ size, end - start\nstart: .zero 9\nend:',
    );
    expect(Array.from(bytes.subarray(0, 4))).toEqual([1, 2, 4, 9]);
  });

  test('a macro line keeps its own place, so that a trace leads to the macro', () => {
    const { lines } = assemble('.macro two\nnop\nret\n.endm\ntwo');
    expect([...lines.values()].map(({ line }) => line)).toEqual([2, 3]);
  });

  test('comments of all kinds vanish, but not inside strings and characters', () => {
    const source = "nop # one\nnop // two\n/* three\nnop\n*/ nop\n.ascii \"# // /*\"\n.byte '#', '/'";
    const { bytes, lines } = assemble(source);
    expect([...lines.values()].map(({ line }) => line)).toEqual([1, 2, 5]);
    expect(Buffer.from(bytes.slice(12)).toString()).toBe('# // /*#/');
  });

  test('text outside ASCII is UTF-8', () => {
    expect(Buffer.from(assemble('.ascii "é → 日"').bytes).toString()).toBe('é → 日');
  });
});

describe('mistakes get one sentence with file and line', () => {
  test.each([
    ['nop\naddd a0, a0, a0', 'guest.s:2: there is no instruction "addd"'],
    ['add a0, a1', 'guest.s:1: "add a0, a1" should be "add rd, rs1, rs2" or "add rd, rs1, imm"'],
    ['lw a0, 4(b1)', 'guest.s:1: "lw a0, 4(b1)" should be "lw rd, imm(rs1)"'],
    ['addi a0, a0, 2048', 'guest.s:1: an immediate of 2048 is not possible here (-2048 to 2047)'],
    ['lui a0, -1', 'guest.s:1: -1 is not possible here (0 to 0xfffff)'],
    [
      'beq a0, a1, far\n.zero 4096\nfar:',
      'guest.s:1: an immediate of 4100 is not possible here (-4096 to 4094, multiples of 2)',
    ],
    ['j nowhere', 'guest.s:1: "nowhere" is not defined'],
    ['j 1f', 'guest.s:1: there is no label 1 after this line'],
    ['j 1b', 'guest.s:1: there is no label 1 before this line'],
    ['a: nop\na: nop', 'guest.s:2: "a" is already defined'],
    ['.equ a, b\n.equ b, a\n.word a', 'guest.s:3: "a" is defined by itself'],
    ['.bogus', 'guest.s:1: there is no directive ".bogus"'],
    ['.word 1 +', 'guest.s:1: "1 +" is not an expression'],
    ['.word 089', 'guest.s:1: "089" starts with 0, so it is octal, where 8 and 9 do not exist'],
    ['.byte 256', 'guest.s:1: 256 does not fit into 8 bits'],
    ['.word 1 / 0', 'guest.s:1: an expression divides by zero'],
    ['.word 1 << 64', 'guest.s:1: an expression shifts by 64'],
    ['.ascii hello', 'guest.s:1: hello stands where a "string" is expected'],
    ['.align 99', 'guest.s:1: the program cannot be aligned to 2^99 bytes'],
    ['.balign 3', 'guest.s:1: 3 is not a power of two up to 2^24'],
    ['.space -1', 'guest.s:1: -1 is not a number of bytes'],
    ['.space 1 << 40', 'guest.s:1: 1099511627776 is not a number of bytes'],
    ['.space 1 << 30', 'guest.s:1: the section .text grows beyond 256 MiB'],
    ['.space later\n.equ later, 4', 'guest.s:1: "later" is not defined'],
    ['li a0, 1 << 63 << 1 - 1, 3', 'guest.s:1: "li a0, 1 << 63 << 1 - 1, 3" should be "li rd, imm"'],
    ['li a0, .', 'guest.s:1: an address in .text stands where a number is needed'],
    ['li a0, 0x10000000000000000', 'guest.s:1: 18446744073709551616 has more than 64 bits'],
    ['li b0, 5', 'guest.s:1: "li b0, 5" should be "li rd, imm"'],
    ['x: lui a0, %hi(x)', 'guest.s:1: lui does not reach the address 0x80000000: use la, or %pcrel_hi and %pcrel_lo'],
    ['lui a0, %top(5)', 'guest.s:1: there is no %top here, only %hi, %lo, %pcrel_hi and %pcrel_lo'],
    ['addi a0, a0, %pcrel_lo(x)\nx: nop', 'guest.s:1: there is no %pcrel_hi at "x"'],
    ['la a0, 0x10000000000', 'guest.s:1: the symbol is 1097364144128 bytes away, and auipc reaches 2 GiB'],
    ['.rept 3\nnop', 'guest.s:1: the block that .rept begins does not end'],
    ['nop\n.endr', 'guest.s:2: there is no directive ".endr"'],
    ['.macro m\nm\n.endm\nm', 'guest.s:2: macros and blocks are nested more than 100 deep'],
    ['.macro m a\nnop\n.endm\nm 1, 2', 'guest.s:4: the macro "m" has no parameter for "2"'],
    ['.rept 100000000\n.endr', 'guest.s:1: a repetition of 100000000 times is too long'],
    ['.previous', 'guest.s:1: there is no section to go back to'],
    ['.org 8\nnop\n.org 4', 'guest.s:3: .org 4 leads back: the section has 12 bytes already'],
    ['!', 'guest.s:1: "!" is neither an instruction nor a directive'],
    ['c.lwsp zero, 0(sp)', 'guest.s:1: c.lwsp cannot have register x0'],
    ['csrw mstatsu, a0', 'guest.s:1: there is no CSR "mstatsu"'],
  ])('%j', (source, message) => expect(complaint(source)).toBe(message));
});

test('no garbage makes it throw anything but AssemblyError', () => {
  const pieces = [
    'addi',
    'a0',
    ',',
    '(',
    ')',
    '%hi',
    '%pcrel_lo',
    '"',
    "'",
    '1',
    '0x',
    '1f',
    ':',
    '.',
    '.macro',
    '.endm',
    '.rept',
    '.set',
    'x',
    '\\',
    '+',
    '-',
    '~',
    '.org',
    '\n',
    ';',
    ' ',
    '/*',
    '#',
    '.if',
    '.else',
    '.endif',
    '.irp',
    '=',
    '.ascii',
    'li',
    'sp',
    '99999999999999999999',
    '.align',
    'lw',
    '.equ',
    '.fill',
    '__proto__',
    'constructor',
    'toString',
  ];
  const random = random32(11);
  for (let i = 0; i < 20_000; i++) {
    const source = Array.from({ length: 1 + (random() % 12) }, () => pieces[random() % pieces.length]).join(
      random() % 2 ? ' ' : '',
    );
    try {
      assemble(source);
    } catch (error) {
      if (!(error instanceof AssemblyError))
        throw new Error(`${JSON.stringify(source)}: ${String(error)}`, { cause: error });
    }
  }
});
