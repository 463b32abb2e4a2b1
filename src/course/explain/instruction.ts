/** Explains an instruction: by its bits, as assembly text, or a row of the table by its name. */
import {
  assemble,
  AssemblyError,
  classify,
  classifyInstruction,
  CSR_ROWS,
  decode,
  disassemble,
  leaks,
  rowByName,
  ROWS,
  type CsrRow,
  type Instruction,
  type InstructionClass,
  type Row,
  type RowClass,
} from '#machine';
import type { Explanation } from './explanation';
import { semanticsText } from './semantics';

/** The row of that name: `csrrs`, `c.lw`; undefined if there is none. */
export function explainRow(name: string): Explanation | undefined {
  const row = ROWS.find((one) => one.name === name);
  if (!row) return undefined;
  return explanation(row, `${row.name} ${row.syntax}`.trimEnd(), [
    ...(row.expands ? [['stands for', row.expands.name] as const] : []),
    ['in U-mode', IN_USER_MODE[classify(row)]],
  ]);
}

/** The instruction of these bits, unsigned; a compressed one in the low 16. Of bits that are none, it says so. */
export function explainWord(word: number): Explanation {
  const instruction = decode(word);
  if (!instruction) return illegal(word);
  const { row, encodedAs, imm } = instruction;
  if (row.does.kind === 'csr' && !csrOf(imm)) return illegal(word, `There is no CSR 0x${imm.toString(16)}`);
  return explanation(encodedAs, disassemble(word, { aliases: false }), [
    ['bits', `0x${word.toString(16).padStart(2 * encodedAs.length, '0')}`],
    ...(encodedAs === row ? [] : [['stands for', disassemble(word, { aliases: true })] as const]),
    ...(row.does.kind === 'csr' ? csrFacts(imm) : []),
    ['in U-mode', IN_USER_MODE[classifyInstruction(instruction)]],
    ...leaky(instruction),
  ]);
}

const csrOf = (number: number): CsrRow | undefined => CSR_ROWS.find((row) => row.number === number);

const csrFacts = (number: number): (readonly [string, string])[] => [
  ['CSR', `${csrOf(number)?.name}: hv explain ${csrOf(number)?.name}`],
];

/** One line of assembly; undefined if the assembler does not know it, or makes more than one instruction of it. */
export function explainAssembly(line: string): Explanation | undefined {
  try {
    const { bytes } = assemble(line, { file: 'line' });
    if (bytes.length !== 2 && bytes.length !== 4) return undefined;
    return explainWord(bytes.reduce((word, byte, i) => word | (byte << (8 * i)), 0) >>> 0);
  } catch (error) {
    if (error instanceof AssemblyError) return undefined;
    throw error;
  }
}

const IN_USER_MODE: Readonly<Record<RowClass | InstructionClass, string>> = {
  innocuous: 'executes as in every other mode: a guest runs it directly under every technique',
  privileged: 'traps: a hypervisor that runs the kernel there sees it',
  'environment-call': 'traps on purpose: a system call of a user, a firmware call of a kernel',
  breakpoint: 'traps on purpose, to whoever debugs',
  csr: 'depends on the CSR: `hv explain` with a whole instruction, or the name of the CSR, says more',
  enabled: 'executes if the modes above have opened the register, otherwise it traps',
};

const leaky = (instruction: Instruction): (readonly [string, string])[] =>
  leaks(instruction)
    ? [['on RV64-leaky', 'does not trap in U-mode, and does something else: sensitive, and not privileged']]
    : [];

const illegal = (word: number, why = 'No instruction has these bits'): Explanation => ({
  kind: 'instruction',
  title: disassemble(word),
  about: `${why} on this machine: it raises an illegal-instruction exception (cause 2) in every mode.`,
  facts: [],
  fields: [],
  section: 'Unprivileged, "Base Instruction-Length Encoding"',
});

function explanation(row: Row, title: string, facts: Explanation['facts']): Explanation {
  const meant = row.expands ? rowByName(row.expands.name) : row;
  return {
    kind: 'instruction',
    title,
    about: `${semanticsText(meant)}.`,
    facts: [
      ['extension', [row.extension, ...(row.andAlso ? [row.andAlso] : [])].join(' and ')],
      ['encoding', row.pattern],
      ...facts,
    ],
    fields: [],
    section: SECTIONS[row.extension] ?? `Unprivileged, chapter of "${row.extension}"`,
  };
}

/** Where the privileged manual, not the unprivileged one, has the instructions of an extension. */
const SECTIONS: Readonly<Record<string, string>> = {
  Privileged: 'Machine-Mode Privileged Instructions; Supervisor Instructions',
  H: 'Hypervisor Instructions',
  Svinval: 'Svinval Extension for Fine-Grained Address-Translation Cache Invalidation',
};
