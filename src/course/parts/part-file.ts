/** Loads the file in which somebody wrote a part, and says in one sentence what is wrong with it. */
import fs from 'node:fs';
import path from 'node:path';
import type { Parts } from '#vmm';
import { PartFailure } from '#vmm';
import { isNamed, messageOf } from '../errors';

/** What a part has to be: a function, or an object with these functions. A new part does not compile until it is listed. */
const SHAPES: { readonly [K in keyof Parts]: 'function' | readonly (keyof Parts[K] & string)[] } = {
  runLoop: 'function',
  classifier: ['classify', 'theorem1', 'theorem2', 'theorem3'],
  virtualSupervisor: 'function',
  scheduler: 'function',
  guestMemory: ['assemble', 'translate'],
  reflect: ['owner', 'deliver'],
  virtualTime: ['pending', 'due', 'wakes', 'budget', 'idleUntil', 'account'],
  shadowPaging: ['fill', 'fence'],
  gStage: ['mode', 'map'],
  hardwareAssist: ['configure', 'save', 'load', 'interrupt', 'virtualInstruction'],
  paravirtualDevices: ['transfer', 'take', 'chain', 'give', 'listen'],
  paravirtualCpu: ['refer', 'release', 'update', 'pin', 'unpin'],
  binaryTranslator: ['translate'],
  emulatedDevices: ['uart', 'ataDisk'],
};

/**
 * The part `key` from `file`. `load` is the caller's way of running a TypeScript file (jest's require, or part-loader.ts).
 * Throws a PartFailure, and nothing else, for whatever is wrong with the file.
 */
export function loadPart<K extends keyof Parts>(key: K, file: string, load: (file: string) => unknown): Parts[K] {
  const refuse = (sentence: string) => new PartFailure(key, `${shown(file)} ${sentence}`);
  checkFile(file, refuse);
  let exported: unknown;
  try {
    exported = load(file);
  } catch (error) {
    if (isNamed(error, 'NotWritten')) throw error;
    throw refuse(`threw while it was being loaded: ${firstLines(error)}`);
  }
  return checkShape(key, checkExport(key, exported, file, refuse), refuse);
}

type Refuse = (sentence: string) => PartFailure;

function checkFile(file: string, refuse: Refuse): void {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') throw refuse(`does not exist.${resetAdvice(file, 'it')}`);
    throw refuse(code === 'EISDIR' ? 'is a folder.' : `cannot be read (${messageOf(error)}).`);
  }
  if (text.trim() === '') throw refuse(`is empty.${resetAdvice(file, 'the original file')}`);
}

function checkExport(key: keyof Parts, exported: unknown, file: string, refuse: Refuse): unknown {
  const names =
    typeof exported === 'object' && exported !== null
      ? Object.keys(exported).filter((name) => name !== '__esModule')
      : [];
  if (names.includes(key)) return (exported as Record<string, unknown>)[key];
  if (names.length === 0) throw refuse(`exports nothing; it must \`export const ${key}: Parts['${key}'] = ...\`.`);
  if (names.includes('default'))
    throw refuse(`has a default export; write \`export const ${key} = ...\` instead of \`export default\`.`);
  const found = names.map((name) => `\`${name}\``).join(', ');
  throw refuse(`exports no \`${key}\` (found: ${found}). Rename it${resetAdvice(file, 'the original file', ', or')}`);
}

function checkShape<K extends keyof Parts>(key: K, part: unknown, refuse: Refuse): Parts[K] {
  const shape: 'function' | readonly string[] = SHAPES[key];
  if (shape === 'function') {
    if (typeof part !== 'function')
      throw refuse(`exports a \`${key}\` that is ${kindOf(part)}; it must be a function.`);
    return part as Parts[K];
  }
  if (typeof part !== 'object' || part === null)
    throw refuse(`exports a \`${key}\` that is ${kindOf(part)}; it must be an object with ${list(shape)}.`);
  const missing = shape.filter((method) => typeof (part as Record<string, unknown>)[method] !== 'function');
  if (missing.length > 0) throw refuse(`exports a \`${key}\` without the function ${list(missing)}.`);
  return part as Parts[K];
}

/** ` Run \`hv reset 03\` for ...` if the file lies in a lesson's folder. */
function resetAdvice(file: string, what: string, joint = ' '): string {
  const lesson = /(?:^|[\\/])exercises[\\/](\d\d)-[^\\/]+[\\/][^\\/]+$/.exec(file);
  if (lesson === null) return joint === ' ' ? '' : '.';
  return joint === ' '
    ? ` Run \`hv reset ${lesson[1]}\` for ${what}.`
    : `${joint} run \`hv reset ${lesson[1]}\` for ${what}.`;
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/');
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' and ');
}

/** A compiler's message has a picture of the code in it; the first lines are enough. */
function firstLines(error: unknown): string {
  const { name } = (typeof error === 'object' && error !== null ? error : {}) as { name?: unknown };
  const text = messageOf(error).trim().split('\n').slice(0, 8).join('\n');
  return `${typeof name === 'string' ? name : 'Error'}: ${text}`;
}
