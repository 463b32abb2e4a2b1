/** Reads a file of virtual machines: whatever is wrong with it is one sentence with the file and the line. */
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { didYouMean, UsageError } from '#course';
import { form, type VmsFile } from './form';

/** A path into the file: `['vms', 'a', 'memory']`. */
export type Path = readonly PropertyKey[];

export interface ParsedVms {
  readonly file: VmsFile;
  /** A sentence about what stands at a path: `two.yaml:7: ...`. */
  problem(path: Path, sentence: string): UsageError;
}

/** Throws UsageError with a line for each fault. */
export function parseVms(source: string, name: string): ParsedVms {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true, merge: true });
  const [broken] = document.errors;
  if (broken) {
    const { line } = lines.linePos(broken.pos[0]);
    const [what] = broken.message.split(/ at line |\n/);
    throw new UsageError(`${name}:${line}: this is not YAML: ${what}.`);
  }
  const lineOf = (path: Path): number => lineAt(document, lines, path);
  const told = (path: Path, sentence: string): string => `${name}:${lineOf(path)}: ${sentence}`;
  const read = form.safeParse(toData(document, name));
  if (!read.success) {
    const faults = read.error.issues.map((issue) => faultOf(issue)).sort(([a], [b]) => lineOf(a) - lineOf(b));
    throw new UsageError(faults.map((fault) => told(...fault)).join('\n'));
  }
  const { vms } = read.data;
  if (Object.keys(vms).length === 0) throw new UsageError(told(['vms'], '"vms": there is no machine to run.'));
  const faults = Object.entries(vms).flatMap(([vm, { guest, kernel, initrd }]) => {
    if ((guest === undefined) === (kernel === undefined))
      return [told(['vms', vm], `"vms.${vm}": give either a guest of the course or a kernel.`)];
    return guest !== undefined && initrd !== undefined
      ? [told(['vms', vm, 'initrd'], `"vms.${vm}.initrd": a guest of the course takes none.`)]
      : [];
  });
  if (faults.length > 0) throw new UsageError(faults.join('\n'));
  return { file: read.data, problem: (path, sentence) => new UsageError(told(path, sentence)) };
}

/** Aliases that grow without end ("billion laughs") are refused by the parser. */
function toData(document: Document, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) as unknown;
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message.replaceAll('\n', ' ')}.`);
  }
}

/** Where a fault is, and what to say of it. */
function faultOf(issue: z.core.$ZodIssue, above: Path = []): [Path, string] {
  const at = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    return [[...at, key], `unknown key ${JSON.stringify(key)}.${didYouMean(key, knownAt(at))}`];
  }
  const deepest = issue.code === 'invalid_union' ? unionFault(issue, at) : undefined;
  if (deepest) return deepest;
  if (issue.code === 'invalid_key') return [at, `"${at.join('.')}" ${issue.issues[0].message}.`];
  const where = at.map(String).join('.');
  return [at, where === '' ? 'a file of machines has a key "vms".' : `"${where}" ${sentenceOf(issue)}.`];
}

/** What the form says of it; of keys it says nothing. */
const sentenceOf = ({ code, message }: z.core.$ZodIssue): string =>
  code === 'invalid_type' && message.startsWith('Invalid input') ? 'must have keys, as { key: value }' : message;

/** Of the forms that a value may have, the one that it comes closest to says most: the one whose fault lies deepest. */
function unionFault(issue: z.core.$ZodIssueInvalidUnion, at: Path): [Path, string] | undefined {
  const faults = issue.errors.map((errors) => errors[0]).filter((error) => error !== undefined);
  const inner = faults.find(({ path, code }) => path.length > 0 || code === 'unrecognized_keys');
  return inner && faultOf(inner, at);
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  file: ['technique', 'scheduler', 'slice', 'vms'],
  vm: ['guest', 'kernel', 'initrd', 'append', 'memory', 'harts', 'console', 'devices'],
  devices: ['disk', 'ata', 'ideal', 'net', 'entropy', 'console', 'rtc', 'pass'],
};

/** The keys that may stand there, to find the one that was meant. */
function knownAt(path: Path): readonly string[] {
  if (path.length === 0) return KEYS.file;
  if (path.length === 2) return KEYS.vm;
  return path.at(-1) === 'devices'
    ? KEYS.devices
    : ['file', 'readonly', 'write', 'quota', 'network', 'backlog', 'at', 'size'];
}

/** The line of the key or node at a path, or of the nearest one above it that exists. */
function lineAt(document: Document, lines: LineCounter, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node = keyAt(document, path.slice(0, length));
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** The key at a path, in a list the entry itself. */
function keyAt(document: Document, path: Path): unknown {
  const parent: unknown = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (path.length > 0 && isMap(parent))
    return parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))?.key;
  return path.length === 0 ? document.contents : document.getIn(path, true);
}
