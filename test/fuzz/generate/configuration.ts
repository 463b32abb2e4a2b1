/** Files of virtual machines as somebody in a hurry, or somebody hostile, writes them: one key or value wrong here and there. */
import type { Chance } from '../../machine/engine/lockstep/chance';

const SIZES = ['4M', '4M', '8M', '5M', '4100K', '0K', '3K', '4097K', '4096K', '-4M', '4.5M', '4m', '4', '4 M', '"4M"', '0x400000', '999999G', '9999999G', '1e3M', '.inf', '.nan', '~', '[]', '{}', 'true', '4M4M'] as const; // prettier-ignore
const ADDRESSES = ['0x80000000', '0x80000000', '0x80400000', '0x90000000', '0x80200000', '0x10000000', '0x0', '0xc000000', '0x0ffff000', '0x80000800', '0x10000000000000', '0x20000000000000', '1e309', '-1', '-0', '1.5', '"0x80000000"', '.nan', '~'] as const; // prettier-ignore
const COUNTS = ['1', '1', '2', '4', '8', '0', '9', '-1', '1.5', '1e9', '"2"', '~', '.inf', '[1]', '0x2', '1_000', '00'] as const; // prettier-ignore
const NAMES = ['a', 'b', 'one-two', 'A', 'a b', '-a', '__proto__', 'constructor', 'toString', '""', '~', '1', 'true', 'ä', 'a/../b', 'a'] as const; // prettier-ignore
const TEXTS = ['hello', 'shell', '""', '~', '4', '[]', '"\\0"', '../../etc/passwd', 'missing.img', '.', '/dev/null', '"a,write"', '&x hello', '*x', '!!binary aGVsbG8=', '!!js/function x', '"\\ud800"'] as const; // prettier-ignore
const TECHNIQUES = ['hardware', 'trap-and-emulate', 'binary-translation', 'paravirtual', 'emulation', 'bare', 'Hardware', 'toString', '4', '~'] as const; // prettier-ignore
const STRANGE = ['\ttab: 1', '%YAML 9.9', '---', '...', '? a', '- a', 'vms: {}', '<<: *nobody', '&a [*a]', '\ufeff', '# nothing', '{', ']', 'a: b: c', '"', '!!map', 'x: !!float nope', '__proto__: { harts: 2 }', '\r', '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[['] as const; // prettier-ignore

type Line = (chance: Chance) => string;

const KEYS: readonly Line[] = [
  (chance) => `memory: ${one(chance, SIZES)}`,
  (chance) => `memory: [${Array.from({ length: 1 + chance.below(3) }, () => `{ at: ${one(chance, ADDRESSES)}, size: ${one(chance, SIZES)} }`).join(', ')}]`,
  (chance) => `harts: ${one(chance, COUNTS)}`,
  (chance) => `append: ${one(chance, TEXTS)}`,
  (chance) => `kernel: ${chance.pick(TEXTS)}`,
  (chance) => `initrd: ${one(chance, TEXTS)}`,
  (chance) => `console: { quota: ${one(chance, SIZES)} }`,
  (chance) => `devices: { ${Array.from({ length: 1 + chance.below(3) }, () => chance.pick(DEVICES)(chance)).join(', ')} }`,
  (chance) => `${chance.pick(['hart', 'mem', 'toString', '__proto__', 'memory ', '4', '"\\n"'])}: ${one(chance, COUNTS)}`,
]; // prettier-ignore

const DEVICES: readonly Line[] = [
  (chance) => `disk: ${chance.pick(TEXTS)}`,
  (chance) => `disk: [${Array.from({ length: chance.below(12) }, () => one(chance, TEXTS)).join(', ')}]`,
  (chance) => `ata: { file: ${one(chance, TEXTS)}, quota: ${one(chance, SIZES)} }`,
  (chance) => `ideal: ${one(chance, TEXTS)}`,
  (chance) => `net: ${one(chance, TEXTS)}`,
  (chance) => `net: { network: lan, backlog: ${one(chance, COUNTS)} }`,
  (chance) => `net: [${Array.from({ length: chance.below(12) }, () => 'lan').join(', ')}]`,
  (chance) => `entropy: ${one(chance, COUNTS)}`,
  (chance) => `console: ${chance.pick(['true', 'false', '1', '~', 'yes'])}`,
  (chance) => `rtc: ${chance.pick(['"2026-01-01T00:00:00Z"', '"1969-01-01T00:00:00Z"', '"9999-12-31T23:59:59Z"', '2026-01-01', '~', '"now"'])}`,
  (chance) => `pass: ${one(chance, COUNTS)}`,
]; // prettier-ignore

const TOP: readonly Line[] = [
  (chance) => `technique: ${one(chance, TECHNIQUES)}`,
  (chance) => `slice: ${one(chance, COUNTS)}`,
  (chance) => `slice: ${chance.pick(['100', '1000', '2147483648'])}`,
  (chance) => `scheduler: ${chance.pick(['round-robin', 'round-robin', 'credit', '~'])}`,
];

/** The first of a list is a good one. */
const one = (chance: Chance, from: readonly string[]): string => (chance.oneIn(2) ? from[0] : chance.pick(from));

/** Mostly a file that is nearly right. */
export function configuration(chance: Chance): string[] {
  const some = (lines: readonly Line[], most: number, indent: string): string[] =>
    Array.from({ length: chance.below(most + 1) }, () => indent + chance.pick(lines)(chance));
  const machines = Array.from({ length: 1 + chance.below(3) }, (_, i) => [
    `  ${chance.oneIn(3) ? chance.pick(NAMES) : `vm${i}`}:`,
    ...(chance.oneIn(10) ? [] : [`    guest: ${chance.oneIn(10) ? chance.pick(TEXTS) : 'hello'}`]),
    ...(chance.oneIn(5) ? [] : ['    memory: 4M']),
    ...some(KEYS, 2, '    '),
  ]).flat();
  const lines = [...some(TOP, 2, ''), ...(chance.oneIn(20) ? [] : ['vms:']), ...machines];
  if (chance.oneIn(5)) lines.splice(chance.below(lines.length + 1), 0, chance.pick(STRANGE));
  return lines;
}
