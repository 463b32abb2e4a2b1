/** The door to explanations of registers, instructions, traps and exits: what `hv explain` and the pages show. */
import { CSR_ROWS, ROWS } from '#machine';
import { UsageError } from '../errors';
import { didYouMean } from '../nearest';
import { explainCsr } from './csr';
import { exitKinds, explainExit } from './exit';
import type { Explanation } from './explanation';
import { explainAssembly, explainRow, explainWord } from './instruction';
import { explainTrap, trapNames } from './trap';

export type { Explanation, FieldValue } from './explanation';

/**
 * What `subject` is: `hgatp`, `scause=0x15`, `0x0e052573`, `csrrs`, `csrrs a0, sstatus, x0`, `load page fault`, `mmio`.
 * Throws UsageError for what is none of these, with the nearest name.
 */
export function explain(subject: string): Explanation {
  const text = subject.trim().replaceAll(/\s+/g, ' ');
  const assignment = /^([a-z]\w*) ?= ?(\S+)$/i.exec(text);
  if (assignment) return explainValue(assignment[1].toLowerCase(), assignment[2]);
  if (/^0x/i.test(text)) return explainWord(wordOf(text));
  const name = text.toLowerCase();
  const found = explainExit(name) ?? explainCsr(name) ?? explainRow(name) ?? explainTrap(name) ?? explainAssembly(text);
  if (found) return found;
  throw new UsageError(`Nothing here is called "${text}".${didYouMean(name, everyName())} ${FORMS}`);
}

const FORMS =
  'Give a CSR (hgatp, scause=0x15), an instruction (csrrs, 0x0e052573), a trap ("load page fault") or a kind of exit (mmio).';

const everyName = (): string[] => [
  ...exitKinds,
  ...CSR_ROWS.map(({ name }) => name),
  ...ROWS.map(({ name }) => name),
  ...trapNames,
];

function explainValue(name: string, digits: string): Explanation {
  const value = numberOf(digits);
  if (value === undefined || value >= 1n << 64n)
    throw new UsageError(`"${digits}" is no value of a register: write up to 64 bits, like 0x8000000000080200.`);
  const found = explainCsr(name, value);
  if (found) return found;
  const registers = CSR_ROWS.map((row) => row.name);
  throw new UsageError(`This machine has no CSR "${name}".${didYouMean(name, registers)}`);
}

function wordOf(text: string): number {
  const value = numberOf(text);
  if (value !== undefined && value < 1n << 32n) return Number(value);
  throw new UsageError(
    `"${text}" is no instruction: write its 16 or 32 bits, like 0x0e052573. A register's value goes after its name: hgatp=${text}.`,
  );
}

/** Digits may be grouped by _. */
function numberOf(text: string): bigint | undefined {
  const digits = text.replaceAll('_', '');
  return /^(0x[0-9a-f]+|0b[01]+|\d+)$/i.test(digits) ? BigInt(digits) : undefined;
}
