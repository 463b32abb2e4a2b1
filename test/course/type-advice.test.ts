/** Type errors in a student's words: for each common mistake a wrong file against a real part, through the real checker. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkTypesOf, type TypeProblem } from '../../src/course/grading/type-check';
import { MISTAKES } from '../../src/course/type-advice';

const root = path.join(__dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'advice-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const part = (key: string, value: string, imports = "import type { Parts } from '#vmm';"): string =>
  `${imports}\nexport const ${key}: Parts['${key}'] = ${value};\n`;
const supervisor = (body: string, imports?: string): string =>
  part('virtualSupervisor', `(instruction, vcpu) => {\n  ${body}\n  return 'advance';\n}`, imports);
const loop = (body: string): string => part('runLoop', `(context) => {\n  ${body}\n  return 'all-stopped';\n}`);
const reflect = (owner: string, rest = 'deliver: () => {},'): string =>
  part('reflect', `{\n  owner: (trap, vcpu) => ${owner},\n  ${rest}\n}`);
const gStage = (map: string): string =>
  part('gStage', `{\n  mode: (end) => 8,\n  map: (gpa, space) => {\n    ${map}\n  },\n}`);

const EMULATED = "'advance', 'redirected', 'block' or 'illegal'";

/** The mistake by its name in the table; the file; what is said about each problem that the checker finds in it, '' for nothing. */
type Case = readonly [mistake: string, text: string, ...advice: string[]];

const CASES: readonly Case[] = [
  [
    'a number and a bigint in one operation',
    supervisor('vcpu.pc += instruction.length;\n  vcpu.pc = vcpu.pc + 4;\n  const n = instruction.rd + 1n;'),
    '`+=` takes two bigints or two numbers: `vcpu.pc` is a bigint and `instruction.length` a number. Write `BigInt(instruction.length)`.',
    '`+` takes two bigints or two numbers: `vcpu.pc` is a bigint and `4` a number. Write `4n`.',
    '`+` takes two bigints or two numbers: `1n` is a bigint and `instruction.rd` a number. Write `1`.',
  ],
  [
    'a bigint compared with a number',
    supervisor("if (vcpu.x.get(5) === 0) return 'illegal';"),
    '`vcpu.x.get(5)` is a bigint and never equal to the number `0`: write `0n`.',
  ],
  [
    'a bigint shifted by a number, or a number by a bigint',
    supervisor('const mode = vcpu.csr.satp >> 60;\n  const bit = 1 << vcpu.csr.scause;'),
    '`vcpu.csr.satp` is a bigint, and bigints are shifted by bigints: write `>> 60n`.',
    '`vcpu.csr.scause` is a bigint, and `1`, which it shifts, a number: write `1n` for a bigint, or shift by `Number(vcpu.csr.scause)`.',
  ],
  [
    'an unsigned shift of a bigint',
    supervisor('const mode = vcpu.csr.satp >>> 60n;'),
    'Bigints have no `>>>`. Registers and CSRs are unsigned here, and for values that are not negative `>>` does the same.',
  ],
  [
    'a comparison that binds more tightly than & and |',
    supervisor("if (vcpu.csr.sstatus & 2 !== 0) return 'illegal';"),
    '`!==` binds more tightly than `&`: this compares `2 !== 0` first. Write `(vcpu.csr.sstatus & 2n) !== 0n`.',
    '',
    '',
  ],
  [
    'a number where a bigint belongs',
    supervisor('vcpu.csr.sscratch = 1;\n  vcpu.x.set(instruction.rd, instruction.rs1);'),
    '`vcpu.csr.sscratch` is a bigint, and `1` is a number: write `1n`.',
    'A bigint belongs here, and `instruction.rs1` is a number: write `BigInt(instruction.rs1)`.',
  ],
  [
    'a bigint where a number belongs',
    supervisor('const cause: number = vcpu.csr.scause;\n  const least = Math.min(vcpu.pc, 3);'),
    '`cause` is a number, and `vcpu.csr.scause` is a bigint: write `Number(vcpu.csr.scause)`.',
    'A number belongs here, and `vcpu.pc` is a bigint: write `Number(vcpu.pc)`. `Math` has nothing for bigints: compare them, `a > b ? a : b`.',
  ],
  [
    'a bigint made a number with +',
    supervisor('const cause = +vcpu.csr.scause;'),
    'A plus does not make a number of a bigint: write `Number(vcpu.csr.scause)`.',
  ],
  [
    'a list indexed by a bigint',
    supervisor('const names = [1, 2];\n  const name = names[vcpu.csr.scause];'),
    'A list is indexed by numbers, and `vcpu.csr.scause` is a bigint: write `names[Number(vcpu.csr.scause)]`.',
  ],
  [
    'a function that is not called',
    supervisor("if (vcpu.time > 3n) return 'illegal';\n  const now: bigint = vcpu.time;"),
    '`vcpu.time` is a function, and you use the function itself: call it, `vcpu.time()`.',
    '`vcpu.time` is a function, and you use the function itself: call it, `vcpu.time()`.',
  ],
  [
    'a word that is none of the allowed ones',
    supervisor("if (instruction.rd === 1) return 'ilegal';"),
    `'ilegal' (line 3) is not allowed here, only ${EMULATED}. Did you mean 'illegal'?`,
  ],
  ['a word that is none of the allowed ones', reflect("'host'"), "'host' is not allowed here, only 'guest' or 'vmm'."],
  [
    'a comparison with a word that the value never is',
    supervisor(
      "if (vcpu.mode === 'HS') return 'illegal';\n  switch (instruction.row.does.kind) {\n    case 'csrs':\n      return 'block';\n  }",
    ),
    "`vcpu.mode` is never 'HS', it is 'S' or 'U'.",
    "`instruction.row.does.kind` is never 'csrs', it is 'amo', 'branch', 'compute', 'csr', 'float', 'jal', 'jalr', 'load', 'lr', 'sc', 'store' or 'system'. Did you mean 'csr'?",
  ],
  [
    'a way through a function without a return',
    reflect("{\n    if (trap.cause === 8) return 'guest';\n  }"),
    "`owner` can come to its end without a `return`; on every way it must return 'guest' or 'vmm'.",
  ],
  [
    'a way through a function without a return',
    supervisor("if (vcpu.mode === 'U') return;"),
    `\`return;\` in line 3 returns nothing; \`virtualSupervisor\` must return ${EMULATED}.`,
  ],
  [
    'a switch that leaves a case out',
    supervisor(
      "const next = (what: Emulated): number => {\n    switch (what) {\n      case 'advance':\n        return 1;\n      case 'block':\n        return 2;\n    }\n  };",
      "import type { Emulated, Parts } from '#vmm';",
    ),
    "The switch over `what` (line 4) has no case for 'redirected' or 'illegal': there, `next` ends without an answer.",
  ],
  [
    'a case that comes to where none should come',
    supervisor(
      "const next = (what: Emulated): void => {\n    if (what === 'advance' || what === 'block') return;\n    const never: never = what;\n  };",
      "import type { Emulated, Parts } from '#vmm';",
    ),
    "Not every case is handled above: 'illegal' and 'redirected' come to this line.",
  ],
  [
    'a case that runs on into the next',
    supervisor("switch (vcpu.mode) {\n    case 'S':\n      vcpu.pc = 0n;\n    case 'U':\n      return 'illegal';\n  }"),
    "`case 'S'` has no `break` or `return` at its end, and goes on with the next case.",
  ],
  [
    'a value that may be undefined',
    gStage(
      "const slot = space.slotAt(gpa);\n    space.write(space.allocateTable(), 0n);\n    return slot.size > 0 ? 'mapped' : 'not-ram';",
    ),
    '`space.allocateTable()` may be undefined: keep it in a `const`, and first say what happens then.',
    '`slot` comes from `space.slotAt(gpa)`, which may give undefined: first say what happens then, as in `if (slot === undefined) return ...`.',
  ],
  [
    'a value of another kind',
    supervisor("vcpu.csr.sie = vcpu.mode === 'U';"),
    "`vcpu.csr.sie`: `vcpu.mode === 'U'` is a boolean, not a bigint. Write `vcpu.mode === 'U' ? 1n : 0n`.",
  ],
  [
    'an answer of another type',
    part('runLoop', '(context) => {\n  return context.vcpus.length > 0;\n}'),
    "`runLoop` returns `boolean` (line 3); it must return 'all-stopped', 'deadlock' or 'out-of-budget'. RunLoopEnd is declared in src/vmm/parts.ts.",
  ],
  [
    'async and await',
    part('runLoop', "async (context) => {\n  await context.idle();\n  return 'deadlock';\n}"),
    '`runLoop` is `async` and so returns a Promise; the hypervisor wants the answer itself, at once. Leave `async` and `await` out.',
  ],
  [
    'async and await',
    supervisor("await vcpu.walk(0n, 'load');"),
    '`await` has nothing to wait for here: everything that a part can call answers at once. Leave it out.',
  ],
  [
    'a variable that has no value yet',
    supervisor("let old: bigint;\n  if (vcpu.mode === 'S') old = 1n;\n  vcpu.x.set(1, old);"),
    '`old` has no value on some way to this line: give it one where it is declared, or on each way.',
  ],
  [
    'a property that does not exist',
    supervisor('vcpu.csr.sstauts = 1n;\n  vcpu.registers.set(1, 0n);'),
    '`vcpu.csr` has no `sstauts`. Did you mean `sstatus`? VirtualCsrName is declared in src/vmm/vcpu.ts.',
    '`vcpu` has no `registers`. It has `id`, `hasFloats`, `pc`, `mode`, `x`, `csr`, `pending`, `time`, `cycles`, `retired`, `walk` and `translationChanged`. VirtualHart is declared in src/vmm/vcpu.ts.',
  ],
  [
    'a property that only some kinds of a value have',
    loop('const [vcpu] = context.vcpus;\n  const exit = vcpu.run(context.slice);\n  vcpu.pc += BigInt(exit.length);'),
    "Only some of the things that `exit` can be have `length`: those with `kind: 'ecall'`, `kind: 'privileged'` or `kind: 'mmio'`. Ask first, as in `if (exit.kind === 'ecall') ...`.",
  ],
  [
    'a property that only some kinds of a value have',
    loop(
      'const [vcpu] = context.vcpus;\n  const next = context.handle(vcpu, vcpu.run(1));\n  if (next.stop) context.idle();',
    ),
    "`next` can also be 'advance', 'retry', 'redirected' or 'block', and these have no `stop`. Ask first, as in `if (typeof next === 'object') ...`.",
  ],
  [
    'too few or too many arguments',
    loop('const [vcpu] = context.vcpus;\n  context.handle(vcpu);\n  vcpu.x.get();'),
    '`context.handle` takes 2 arguments and gets 1 here. It is declared as `handle(vcpu: Vcpu, exit: VmExit)`.',
    '`vcpu.x.get` takes 1 argument and gets 0 here.',
  ],
  [
    'a read-only property that is assigned to',
    supervisor('vcpu.pending = 0n;'),
    "`vcpu.pending` is read-only: it is given to your part to look at, and the hypervisor's frame changes it. What your part keeps for itself goes into a variable of its own.",
  ],
  [
    'a list that is read-only, and changed',
    loop('context.vcpus.push(context.vcpus[0]);\n  context.vcpus[0] = context.vcpus[1];'),
    '`context.vcpus` is read-only: change a copy of your own, `[...context.vcpus]`.',
    '`context.vcpus` is read-only: change a copy of your own, `[...context.vcpus]`.',
  ],
  [
    'a const that is assigned to again',
    loop('const turns = 0;\n  while (turns < context.exits) turns++;'),
    '`turns` was declared with `const` in line 3 and keeps its value: declare it with `let` if it is to change.',
  ],
  [
    'an object that lacks something',
    loop('context.vcpus[0].inject({ cause: 2, tval: 0n });'),
    'The object lacks `interrupt`, which every `Injection` has. Injection is declared in src/vmm/vcpu.ts.',
  ],
  [
    'an object that lacks something',
    reflect("'guest'", ''),
    '`reflect` lacks `deliver`, which every `Reflect` has. Reflect is declared in src/vmm/parts.ts.',
  ],
  [
    'an object with something that its type does not have',
    loop('context.vcpus[0].inject({ cause: 2, interrupt: false, tvla: 0n });'),
    '`Injection` has no `tvla`. Did you mean `tval`? Injection is declared in src/vmm/vcpu.ts.',
  ],
  [
    'a function with other parameters than its part has',
    supervisor('')
      .replace('(instruction, vcpu)', '(vcpu: VirtualHart, instruction: Instruction)')
      .replace(
        '{ Parts }',
        "{ Parts, VirtualHart } from '#vmm';\nimport type { Instruction } from '#machine';\nimport type { Emulated }",
      ),
    '`virtualSupervisor` takes `vcpu` where it is given `instruction`. It is called as `(instruction: Instruction, vcpu: VirtualHart) => Emulated`: these parameters, in this order, and no types need be written.',
  ],
  [
    'a function where a part is an object of functions',
    part('reflect', "() => 'guest'"),
    '`reflect` is an object with the functions `owner` and `deliver`, not one function. Reflect is declared in src/vmm/parts.ts.',
  ],
  [
    'something called that is no function',
    supervisor('const wires = vcpu.pending();'),
    '`vcpu.pending` is a bigint and no function. Leave the parentheses out.',
  ],
  [
    'for ... in where for ... of is meant',
    loop('for (const vcpu in context.vcpus) vcpu.run(context.slice);'),
    '`for (... in ...)` goes over indexes, which are strings: write `for (const vcpu of context.vcpus)`.',
  ],
  [
    'a name that nobody has declared',
    supervisor('if (instrution.rd === CSR_NUMBERS.sstatus) vcpu.pc = SPIE;'),
    'Nothing is called `instrution`. Did you mean `instruction`?',
    "`CSR_NUMBERS` comes from '#machine' and is not imported: write `import { CSR_NUMBERS } from '#machine';` at the top.",
    'Nothing is called `SPIE` here. Declare it with `const`, or as a parameter, before you use it.',
  ],
  [
    'an import of something that is not there',
    supervisor('', "import type { Parts, Instruction } from '#vmm';\nimport { CSR_NUMBER } from '#machine';"),
    "`Instruction` is in '#machine', not in '#vmm'.",
    "'#machine' exports no `CSR_NUMBER`. Did you mean `CSR_NUMBERS`? What it exports stands in src/machine/index.ts.",
  ],
  [
    'an import from a place that does not exist',
    supervisor('', "import type { Parts } from '#vmm';\nimport { bits } from './bits';"),
    "There is no `./bits`: a part is one file, and imports from '#vmm', '#machine' or '#popek-goldberg' only.",
  ],
  [
    'a type used as a value',
    supervisor(
      'const number = CSR_NUMBERS.sstatus;',
      "import type { Parts } from '#vmm';\nimport type { CSR_NUMBERS } from '#machine';",
    ),
    "`import type` brings types only, and `CSR_NUMBERS` is needed as a value: write `import { CSR_NUMBERS } from '#machine';`.",
  ],
  [
    'a parameter without a type',
    supervisor('const masked = (value, mask: bigint) => value & mask;'),
    'Nobody says what `value` is: give it a type, as in `value: bigint`.',
  ],
  [
    'an index that may be any string',
    supervisor("const name: string = 'sepc';\n  vcpu.pc = vcpu.csr[name];"),
    '`name` may be any string, and `vcpu.csr` has certain names only: let its type be a `VirtualCsrName`. VirtualCsrName is declared in src/vmm/vcpu.ts.',
  ],
  [
    'a name that is declared twice',
    supervisor('const old = 1n;\n  const old = 2n;'),
    '`old` is declared twice in one place (lines 3 and 4): leave `const` or `let` out where it only gets a new value, or choose another name.',
    '`old` is declared twice in one place (lines 3 and 4): leave `const` or `let` out where it only gets a new value, or choose another name.',
  ],
];

/** The checker tells nothing else while there is one of these in any file. */
const SYNTAX: readonly Case[] = [
  [
    'a block that is not closed',
    supervisor("if (vcpu.mode === 'U') {\n    return 'illegal';\n  vcpu.pc = 0n;"),
    'A `{` is never closed: by the indentation it is the one in line 3. Put the missing `}` where its block ends.',
  ],
  [
    'a brace too many',
    supervisor('vcpu.pc = 0n;\n  }'),
    'This `}` closes nothing any more: there is one too many here or above, or a `{` is missing.',
  ],
  [
    'a condition without parentheses',
    supervisor("if vcpu.mode === 'U') return 'illegal';"),
    'A condition stands in parentheses: `if (...)`.',
  ],
  [
    'a parenthesis, comma or other sign that is missing',
    supervisor("if (vcpu.mode === 'U' return 'illegal';"),
    "A `(` is not closed: `)` is missing behind `if (vcpu.mode === 'U'` (line 3).",
  ],
  [
    'a parenthesis, comma or other sign that is missing',
    reflect("'guest'").replace("'guest',", "'guest'"),
    'The entries of an object are separated by commas: one is missing at the end of line 3.',
  ],
  ['a value that is missing', supervisor('vcpu.pc = ;'), 'Behind `=` a value is missing: `;` cannot stand there.'],
  [
    'a text or comment that does not end',
    supervisor("const why = 'illegal;"),
    "The text has no closing quote on its line. (An apostrophe within '...' needs a backslash: \\'.)",
  ],
  [
    'a declaration of another language',
    supervisor('uint64_t old = 3;'),
    'A variable is declared with `const` or `let`, its type comes after the name: `let old: number = ...` (or bigint).',
  ],
];

/** Errors that share a code or words with those above and are none of them. */
const OTHERS: readonly Case[] = [
  ['a generic without its argument', supervisor('const bits: Map<number> = new Map();'), ''],
  [
    'a caught value that may be anything',
    loop('try {\n    context.idle();\n  } catch (error) {\n    throw error.message;\n  }'),
    '',
  ],
  ['one function passed for another', supervisor('[1n].map((value: string) => value);'), ''],
  ['two words that are never equal', supervisor("const a = 'x' as const;\n  const b = a === ('y' as 'y' | 'z');"), ''],
  ['an object that is no list', loop('for (const vcpu of context) vcpu;'), ''],
];

function problemsOf(cases: readonly Case[], prefix: string): Promise<(readonly TypeProblem[])[]> {
  const files = cases.map(([, text], i) => {
    const file = path.join(folder, `${prefix}-${i}.ts`);
    fs.writeFileSync(file, text);
    return file;
  });
  return checkTypesOf(root, folder, files);
}

describe.each([
  ['types', CASES],
  ['syntax', SYNTAX],
  ['errors that are none of them', OTHERS],
])('%s', (name, cases) => {
  let found: (readonly TypeProblem[])[];
  beforeAll(async () => {
    found = await problemsOf(cases, name.replaceAll(' ', '-'));
  }, 60_000);

  test.each(cases.map(([mistake], i) => ({ mistake, i })))('$mistake ($i)', ({ i }) => {
    const [, , ...advice] = cases[i];
    expect(found[i].map((problem) => problem.advice ?? '')).toEqual(advice);
  });
});

test('every mistake of the table has a case here', () => {
  const tried = new Set([...CASES, ...SYNTAX].map(([mistake]) => mistake));
  expect([...tried].sort()).toEqual(MISTAKES.map(({ name }) => name).sort());
});
