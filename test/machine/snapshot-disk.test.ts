/** Snapshots while a disk has a request in flight: the request completes after the restore, at the same instruction and with the same bytes. */
import { MemoryStore } from '../../src/machine/devices/block-store';
import { assemble } from '../../src/machine/isa';
import { createMachine, type Machine } from '../../src/machine/machine';
import { Chance } from './engine/lockstep/chance';

/** Virtio 1.2, section 5.2: writes and reads four sectors in turn for ever, and waits for each request; s5 counts the completed ones. */
const DISK = `
  li s1, 0x10001000
  li s2, 0x80010000     # descriptors; the other rings are 0x1000 and 0x2000 behind
  li s3, 0x80013000     # header, and the status byte at 0x10
  li s4, 0x80014000     # buffer
  li t0, 3              # ACKNOWLEDGE, DRIVER
  sw t0, 0x70(s1)
  li t0, 1
  sw t0, 0x24(s1)
  sw t0, 0x20(s1)       # VERSION_1
  li t0, 11             # FEATURES_OK
  sw t0, 0x70(s1)
  li t0, 8
  sw t0, 0x38(s1)
  sw s2, 0x80(s1)
  li t0, 0x1000
  add t1, s2, t0
  sw t1, 0x90(s1)
  add t1, t1, t0
  sw t1, 0xa0(s1)
  li t0, 1
  sw t0, 0x44(s1)
  li t0, 15             # DRIVER_OK
  sw t0, 0x70(s1)
  sd s3, 0(s2)
  li t0, 16 + (1 << 32) + (1 << 48)
  sd t0, 8(s2)          # 16 bytes, NEXT, 1
  sd s4, 16(s2)
  addi t1, s3, 16
  sd t1, 32(s2)
  li t0, 1 + (2 << 32)
  sd t0, 40(s2)         # 1 byte, WRITE
loop:
  andi t0, s5, 1        # 0: read, 1: write
  sw t0, 0(s3)
  srli t1, s5, 1
  andi t1, t1, 3
  sd t1, 8(s3)          # sector
  xori t0, t0, 1
  slli t0, t0, 33       # WRITE by the device, if it is a read
  li t1, 512 + (1 << 32) + (2 << 48)
  or t0, t0, t1
  sd t0, 24(s2)
  ld t0, 0(s4)
  add t0, t0, s5
  sd t0, 0(s4)
  addi s5, s5, 1
  li t2, 0x1000
  add t2, t2, s2
  sh s5, 2(t2)          # the ring is all 0: always descriptor 0
  fence
  sw zero, 0x50(s1)
  li t0, 0x1000
  add t2, t2, t0
poll:
  lhu t1, 2(t2)
  bne t1, s5, poll
  lw t0, 0x60(s1)
  sw t0, 0x64(s1)
  j loop
`;

function computer(): { machine: Machine; store: MemoryStore } {
  const { bytes, symbols } = assemble(DISK, { origin: 0x8000_0000n });
  const store = new MemoryStore(Uint8Array.from({ length: 4 * 512 }, (_, i) => i & 0xff));
  const machine = createMachine({ ramBytes: 2 ** 20, virtio: { disks: [{ store }], latency: 300 } });
  const segment = { address: 0x8000_0000, bytes, memBytes: bytes.length };
  machine.load({ kernel: { name: 'disk', entry: 0x8000_0000n, segments: [segment], symbols } });
  return { machine, store };
}

test('from random instants', () => {
  const chance = new Chance(1);
  for (let i = 0; i < 8; i++) {
    const [first, second] = [computer(), computer()];
    first.machine.run(500 + chance.below(10_000));
    const before = first.machine.harts[0].x[21];
    second.machine.run(1 + chance.below(3000));
    second.machine.restore(first.machine.snapshot());
    const later = 1000 + chance.below(10_000);
    for (const { machine } of [first, second]) expect(machine.run(later)).toEqual({ why: 'budget' });
    expect([i, second.machine.digest()]).toEqual([i, first.machine.digest()]);
    expect(second.store.read(0, 4)).toEqual(first.store.read(0, 4));
    expect(first.machine.harts[0].x[21]).toBeGreaterThan(before); // requests did complete
    for (const { machine } of [first, second]) machine.release();
  }
});
