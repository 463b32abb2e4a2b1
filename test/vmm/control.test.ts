/** What may be done to one VM while the others go on: pause, reset, kill. Snapshots: snapshots.test.ts. */
import { MemoryStore, SECTOR } from '#machine';
import { bootReference } from '#reference';
import { imageOf, type Host, type TechniqueName, type VmConfig } from '#vmm';
import { readGuest } from '../../src/course/lab';
import { image, SHUTDOWN } from './images';
import { forThisTest } from '../for-this-test';

const MEMORY = 4 << 20;
const guest = (name: string): VmConfig => ({ name, image: imageOf(name, readGuest(name)), memoryBytes: 2 * MEMORY });
const program = (name: string, source: string): VmConfig => ({
  name,
  image: image(source, name),
  memoryBytes: MEMORY,
});

const boot = (vms: readonly VmConfig[], slice = 1000, technique: TechniqueName = 'trap-and-emulate'): Host =>
  forThisTest(bootReference({ vms, technique, slice }));

/** Counts in s0, a loop of two instructions. */
const COUNTER = 'li s0, 0\n1: addi s0, s0, 1\n j 1b';
/** Says when it is: every 500 ticks a line. */
const TICKER = `
1:  csrr s1, time
    addi a0, s1, 500
    li a7, 0
    ecall
    li t0, 0x20
    csrw sie, t0
    wfi
    li a0, 't'
    li a7, 1
    ecall
    j 1b`;

const counted = (host: Host, vm: number): bigint => host.vms[vm].vcpus[0].x.get(8);

describe('pause and resume', () => {
  test('a paused VM does not run and its time stands still, while the others go on', () => {
    const host = boot([program('a', COUNTER), program('b', COUNTER)]);
    host.run(10);
    host.pause(host.vms[0]);
    const [count, time, other] = [counted(host, 0), host.vms[0].clock.ticks(), counted(host, 1)];
    host.run(20);
    expect([counted(host, 0), host.vms[0].clock.ticks()]).toEqual([count, time]);
    expect(counted(host, 1)).toBeGreaterThan(other);
    host.resume(host.vms[0]);
    expect(host.vms[0].clock.ticks()).toBe(time);
    host.run(20);
    expect(counted(host, 0)).toBeGreaterThan(count);
  });

  test('its timer does not ring meanwhile; with all of them paused nothing can run', () => {
    const host = boot([program('ticker', TICKER)]);
    host.run(100);
    const { console } = host.results()[0];
    host.pause(host.vms[0]);
    expect(host.run(100)).toBe('deadlock');
    expect(host.results()[0].console).toBe(console);
    host.resume(host.vms[0]);
    expect(host.run(100)).toBe('out-of-budget');
    expect(host.results()[0].console.length).toBeGreaterThan(console.length);
  });

  test('what a guest does is the same whether or not it was paused: only time of its own counts', () => {
    const end = (pauses: boolean) => {
      const host = boot([guest('timer')]);
      while (host.run(7) === 'out-of-budget') {
        if (!pauses) continue;
        host.pause(host.vms[0]);
        host.run(1);
        host.resume(host.vms[0]);
      }
      const [{ console, digest, stop }] = host.results();
      return { console, digest, why: stop?.why, time: host.now() };
    };
    expect(end(true)).toEqual(end(false));
  });
});

describe('reset', () => {
  test('the guest starts again from power-on: the same console, end, memory and time', () => {
    const host = boot([guest('user-programs'), program('b', COUNTER)]);
    const runs = [1, 2].map(() => {
      host.reset(host.vms[0]);
      while (!host.vms[0].stop) host.run(100);
      const [{ console, digest, stop }] = host.results();
      return { console, digest, why: stop?.why };
    });
    expect(runs[0].why).toBe('shutdown');
    expect(runs[1]).toEqual({ ...runs[0], console: runs[0].console.repeat(2) });
  });

  test('in the middle of a run, and the neighbour never notices', () => {
    const alone = boot([program('x', COUNTER), guest('timer')]);
    const reset = boot([program('x', COUNTER), guest('timer')]);
    for (const host of [alone, reset]) {
      while (!host.vms[1].stop) {
        host.run(50);
        if (host === reset) host.reset(host.vms[0]);
      }
    }
    const [left, right] = [alone, reset].map((host) => host.results()[1]);
    expect(right).toEqual({ ...left, digest: right.digest, counters: right.counters });
    expect(right.digest).toBe(left.digest);
    expect(counted(reset, 0)).toBeLessThan(counted(alone, 0));
  });

  test('what was written to a disk stays, as when power goes off and on', () => {
    const store = new MemoryStore(new Uint8Array(64 * SECTOR));
    const write = `li t0, 0x10210000
      li t1, 0x80200000 >> 12
      li t2, 1 << 63
      or t1, t1, t2
      sd t1, 0(t0)
      ${SHUTDOWN}`;
    const host = boot([{ ...program('writer', write), devices: { ideal: store } }]);
    host.run(100);
    const written = store.read(0, 8);
    expect(written.some((byte) => byte !== 0)).toBe(true);
    host.reset(host.vms[0]);
    expect(store.read(0, 8)).toEqual(written);
  });
});

describe('kill', () => {
  test('the VM is over, for that reason; memory of the others is as it was, and they go on', () => {
    const host = boot([program('a', COUNTER), guest('timer'), program('c', COUNTER)]);
    host.run(20);
    const digests = host.vms.map((vm) => vm.memory.digest());
    host.kill(host.vms[0]);
    expect(host.vms.map((vm) => vm.memory.digest())).toEqual(digests);
    expect(host.results()[0].stop).toEqual({ why: 'killed', code: 1, detail: 'it was killed from outside' });
    const count = counted(host, 0);
    while (!host.vms[1].stop) host.run(20);
    expect(counted(host, 0)).toBe(count);
    expect(host.results()[1].stop?.why).toBe('shutdown');
  });

  test('who is over already keeps its reason', () => {
    const host = boot([program('a', SHUTDOWN)]);
    host.run(10);
    host.kill(host.vms[0]);
    expect(host.results()[0].stop?.why).toBe('shutdown');
  });
});
