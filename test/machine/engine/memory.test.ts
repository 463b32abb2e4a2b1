/** Memory that is released serves the next machine, which finds nothing of what was in it. */
import { createMachine, PhysicalMemory } from '../../../src/machine';
import { HART, hartAt, RAM } from '../../../src/machine/engine/layout';

const BYTES = 3 * 2 ** 20;

test('a released memory is used again, with RAM and registers as in a new one', () => {
  const first = new PhysicalMemory(BYTES);
  first.u8.fill(0xaa, RAM, RAM + BYTES);
  first.u8.fill(0xbb, hartAt(1), hartAt(1) + HART.TLB);
  first.release();
  const second = new PhysicalMemory(BYTES);
  expect(second.wasm).toBe(first.wasm);
  expect(second.u8.subarray(RAM, RAM + BYTES).every((byte) => byte === 0)).toBe(true);
  expect(second.u8.subarray(hartAt(1), hartAt(1) + HART.TLB).every((byte) => byte === 0)).toBe(true);
});

test('one that was not released is not shared, nor one of another size', () => {
  const first = new PhysicalMemory(BYTES + 4096 * 16);
  expect(new PhysicalMemory(BYTES + 4096 * 16).wasm).not.toBe(first.wasm);
  first.release();
  expect(new PhysicalMemory(BYTES + 4096 * 32).wasm).not.toBe(first.wasm);
});

test.each(['step', 'interpret'] as const)('a machine in a used memory runs as in a new one (%s)', (engine) => {
  // li a0, 0x55; sw a0, 0(t0): t0 is 0 in a new machine, so the store goes nowhere and traps; cause 7 (store access fault).
  const run = () => {
    const machine = createMachine({ ramBytes: BYTES, engine });
    const image = {
      name: 'code',
      entry: 0x8000_0000n,
      segments: [
        { address: 0x8000_0000, bytes: Uint8Array.of(0x13, 0x05, 0x50, 0x05, 0x23, 0xa0, 0xa2, 0x00), memBytes: 8 },
      ],
      symbols: new Map(),
    };
    machine.load({ kernel: image });
    machine.run(40);
    const [hart] = machine.harts;
    const state = [...hart.x, hart.csr.read('mcause'), hart.csr.read('mepc'), BigInt(hart.begun)];
    hart.setX(5, 0x8000_1000n);
    machine.release();
    return state;
  };
  expect(run()).toEqual(run());
});
