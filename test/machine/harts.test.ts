/** Several harts on one memory: atomicity of LR/SC between them (Unprivileged, "A" chapter), and turns that do not depend on who calls run. */
import { assemble } from '../../src/machine/isa';
import { createMachine, type Machine } from '../../src/machine/machine';
import type { Engine } from '../../src/machine/machine-options';
import { forThisTest } from '../for-this-test';

const HARTS = 3;
const EACH = 10_000;

/** Each hart does `increment` EACH times; the results are at the symbol `counter`. t0 to t2 are free, s0 is `counter`, s1 a lock. */
function counting(increment: string, engine: Engine): { machine: Machine; counter: () => bigint } {
  const { bytes, symbols } = assemble(
    `
      la s0, counter
      la s1, lock
      li s2, ${EACH}
    loop:
      ${increment}
      addi s2, s2, -1
      bnez s2, loop
      wfi
      j .
      .balign 8
    counter:
      .dword 0
    lock:
      .dword 0`,
    { origin: 0x8000_0000n },
  );
  const segment = { address: 0x8000_0000, bytes, memBytes: bytes.length };
  const machine = forThisTest(createMachine({ harts: HARTS, engine, ramBytes: 2 ** 20 }));
  machine.load({ kernel: { name: 'counting', entry: 0x8000_0000n, segments: [segment], symbols } });
  return { machine, counter: () => machine.ram.read(Number(symbols.get('counter')), 8) };
}

const LR_SC = 'retry: lr.w t0, (s0)\n addi t0, t0, 1\n sc.w t1, t0, (s0)\n bnez t1, retry';
const LOCK = `
  li t2, 1
take:
  lr.w t0, (s1)
  bnez t0, take
  sc.w t0, t2, (s1)
  bnez t0, take
  ld t0, 0(s0)
  addi t0, t0, 1
  sd t0, 0(s0)
  fence
  sw zero, 0(s1)`;
const AMO = 'li t0, 1\n amoadd.d zero, t0, (s0)';

describe.each(['step', 'interpret', 'compile'] as const)('engine %s', (engine) => {
  test.each(Object.entries({ 'lr/sc': LR_SC, 'a lock': LOCK, amo: AMO }))(
    'no increment by %s is lost',
    (_, increment) => {
      const { machine, counter } = counting(increment, engine);
      machine.run(2_000_000);
      expect(counter()).toBe(BigInt(HARTS * EACH));
    },
  );

  test('a run in small pieces does what a run at once does, and lr/sc still succeeds', () => {
    const whole = counting(LR_SC, engine);
    const pieces = counting(LR_SC, engine);
    whole.machine.run(40_000);
    for (let i = 0; i < 40_000 / 4; i++) pieces.machine.run(4);
    const state = ({ machine, counter }: typeof whole) => [counter(), ...machine.harts.flatMap((h) => [h.pc, h.begun])];
    expect(state(pieces)).toEqual(state(whole));
    expect(pieces.counter()).toBeGreaterThan(1_000n);
  });
});
