/** The finisher's commands are those of QEMU's sifive_test device. */
import { Finisher, type Ending } from '../../../src/machine/devices/finisher';

function storing(offset: number, value: bigint): Ending[] {
  const endings: Ending[] = [];
  new Finisher((ending) => void endings.push(ending)).store(offset, 4, value);
  return endings;
}

test.each([
  ['pass', 0x5555n, { kind: 'off', code: 0 }],
  ['pass, whose upper half means nothing', 0xffff_5555n, { kind: 'off', code: 0 }],
  ['fail with a code', 0x0007_3333n, { kind: 'off', code: 7 }],
  ['fail with the largest code', 0xffff_3333n, { kind: 'off', code: 65535 }],
  ['reset', 0x7777n, { kind: 'reset' }],
] as const)('%s', (_, value, ending) => {
  expect(storing(0, value)).toEqual([ending]);
});

test.each([
  [0, 0n],
  [0, 0x1234n],
  [4, 0x5555n],
  [0xffc, 0x7777n],
])('at offset %i, %i is no command', (offset, value) => {
  expect(storing(offset, value)).toEqual([]);
});

test('loads give 0', () => {
  expect(new Finisher(() => undefined).load()).toBe(0n);
});
