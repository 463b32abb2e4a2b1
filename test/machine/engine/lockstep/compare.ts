/** Everything that software or a hypervisor could see of two computers, compared. */
import { HART, RAM } from '../../../../src/machine/engine/layout';
import { CSR_ROWS } from '../../../../src/machine/hart/csr';
import { floatRegisterName, registerName } from '../../../../src/machine/isa';
import type { Computer } from './computer';
import { BASE, USED_BYTES } from './map';

const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
const text = (value: bigint | number | string): string => (typeof value === 'string' ? value : hex(value));

/** The first difference in state, named; undefined: none. */
export function stateDifference(a: Computer, b: Computer): string | undefined {
  const [x, y] = [a.hart, b.hart];
  for (const name of ['pc', 'mode', 'reservation', 'begun', 'trapped', 'lines'] as const) {
    if (x[name] !== y[name]) return `${name} ${text(x[name])} and ${text(y[name])}`;
  }
  for (let i = 0; i < 32; i++) {
    if (x.x[i] !== y.x[i]) return `${registerName(i)} ${hex(x.x[i])} and ${hex(y.x[i])}`;
  }
  for (let i = 0; i < 32; i++) {
    if (x.f[i] !== y.f[i]) return `${floatRegisterName(i)} ${hex(x.f[i])} and ${hex(y.f[i])}`;
  }
  if (!csrBytes(a).equals(csrBytes(b))) return `slot of ${csrWithDifferentSlot(a, b)}`;
  if (x.ticks() !== y.ticks()) return `time ${x.ticks()} and ${y.ticks()}`;
  if (a.output !== b.output) return `output ${JSON.stringify(a.output)} and ${JSON.stringify(b.output)}`;
  return undefined;
}

/** The same for all CSRs as they read, which their slots do not show alone. */
export function csrDifference(a: Computer, b: Computer): string | undefined {
  for (const { number, name } of CSR_ROWS) {
    const [x, y] = [a.hart.csr.read(number), b.hart.csr.read(number)];
    if (x !== y) return `${name} ${hex(x)} and ${hex(y)}`;
  }
  return undefined;
}

/** The same for memory. */
export function memoryDifference(a: Computer, b: Computer): string | undefined {
  const [x, y] = [bytes(a, RAM, USED_BYTES), bytes(b, RAM, USED_BYTES)];
  if (x.equals(y)) return undefined;
  const at = x.findIndex((byte, i) => byte !== y[i]);
  return `the byte at ${hex(BASE + BigInt(at))}`;
}

const bytes = ({ memory }: Computer, from: number, size: number): Buffer => Buffer.from(memory.wasm.buffer, from, size);
const csrBytes = (computer: Computer): Buffer => bytes(computer, computer.hart.base + HART.CSR, 4096 * 8);

function csrWithDifferentSlot(a: Computer, b: Computer): string {
  for (let n = 0; n < 4096; n++) {
    if (a.hart.slot(n) !== b.hart.slot(n)) return `CSR ${hex(n)}: ${hex(a.hart.slot(n))} and ${hex(b.hart.slot(n))}`;
  }
  return 'no CSR';
}
