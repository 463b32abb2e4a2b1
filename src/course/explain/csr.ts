/** Explains a control and status register, and a value of it field by field. */
import { CSR_ROWS, type CsrRow } from '#machine';
import { csrText } from './csr-texts';
import type { CsrField } from './csr-fields';
import type { Explanation, FieldValue } from './explanation';

/** The register of that name; undefined if this machine has none. `value` is unsigned, of 64 bits. */
export function explainCsr(name: string, value?: bigint): Explanation | undefined {
  const row = CSR_ROWS.find((one) => one.name === name);
  const text = row && csrText(name);
  if (!text) return undefined;
  const fields = text.fields.map((field) => fieldValue(field, value)).toSorted((a, b) => b.high - a.high);
  const unnamed = value === undefined || fields.length === 0 ? 0n : value & ~bitsOf(text.fields);
  return {
    kind: 'csr',
    title: value === undefined ? name : `${name} = 0x${value.toString(16)}`,
    about: text.about,
    facts: [
      ...factsOf(row),
      ...(unnamed === 0n
        ? []
        : [['no field', `bits 0x${unnamed.toString(16)} belong to none: a write loses them`] as const]),
    ],
    fields,
    section: text.section,
  };
}

function fieldValue({ name, high, low, about, means }: CsrField, register: bigint | undefined): FieldValue {
  if (register === undefined) return { name, high, low, about };
  const value = (register >> BigInt(low)) & ((1n << BigInt(high - low + 1)) - 1n);
  return { name, high, low, about, value, meaning: means?.(value, register) };
}

export const bitsOf = (fields: readonly CsrField[]): bigint =>
  fields.reduce((bits, { high, low }) => bits | (((1n << BigInt(high - low + 1)) - 1n) << BigInt(low)), 0n);

/** Bits 9:8 of the number (Privileged, "CSR Address Mapping Conventions"). */
const WHO = ['every mode', 'S-mode and M-mode', 'HS-mode and M-mode', 'M-mode'];

function factsOf({ number, needs, guestTwin }: CsrRow): (readonly [string, string])[] {
  const level = (number >> 8) & 3;
  const twin = CSR_ROWS.find((row) => row.number === guestTwin);
  const original = CSR_ROWS.find((row) => row.guestTwin === number);
  return [
    ['number', `0x${number.toString(16).padStart(3, '0')}${number >> 10 === 3 ? ', read-only' : ''}`],
    ['for', WHO[level]],
    ...(needs ? [['extension', needs.join(' and ')] as const] : []),
    ...(twin ? [['in VS-mode', `the same number reaches ${twin.name}`] as const] : []),
    ...(original ? [['also', `what a guest in VS-mode reaches as ${original.name}`] as const] : []),
    ['in a VM', inVm(level, twin !== undefined)],
  ];
}

function inVm(level: number, hasTwin: boolean): string {
  if (level === 0) return 'read directly, if the counter-enable registers or FS let the guest; otherwise it traps';
  const trapped = 'U-mode may not touch it: a kernel run there traps, and the hypervisor gives it a copy of its own';
  if (level === 1)
    return `${trapped}; VS-mode ${hasTwin ? 'has a register of its own' : 'has the same one, whose contents hypervisors swap'}`;
  return `${trapped}; in VS-mode it is ${level === 3 ? 'an illegal' : 'a virtual'} instruction`;
}
