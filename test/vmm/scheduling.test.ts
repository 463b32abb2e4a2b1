/** A scheduler behind the run loop: whose turn it is, for how long, and what is counted as stolen. */
import { bootReference, referenceParts } from '#reference';
import { PartFailure, type Host, type Scheduler } from '#vmm';
import { image, SHUTDOWN } from './images';
import { forThisTest } from '../for-this-test';

const MEMORY = 4 << 20;
const COUNTER = 'li s0, 0\n1: addi s0, s0, 1\n j 1b';
const CALLER = 'li s0, 0\n1: csrr t0, sstatus\n addi s0, s0, 1\n j 1b';
const SLEEPER = `csrr a0, time\n li t0, 1000\n add a0, a0, t0\n li a7, 0\n ecall\n li t0, 32\n csrw sie, t0\n wfi\n li a0, 'z'\n li a7, 1\n ecall\n${SHUTDOWN}`;

const boot = (sources: readonly string[], scheduler = referenceParts.scheduler, slice = 1000): Host =>
  forThisTest(
    bootReference({
      vms: sources.map((source, i) => ({ name: `vm${i}`, image: image(source), memoryBytes: MEMORY })),
      technique: 'trap-and-emulate',
      scheduled: true,
      slice,
      parts: { scheduler },
    }),
  );
const ran = (host: Host): number[] => host.vms.map((vm) => vm.vcpus[0].ran);

describe('round-robin', () => {
  test('everybody in turn, the same slice for each, whether or not they exit in between', () => {
    const host = boot([COUNTER, CALLER, COUNTER]);
    host.run(4000);
    const turns = ran(host);
    expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1000);
    expect(Math.min(...turns)).toBeGreaterThan(1000);
  });

  test('one that waits has no turns until it wakes, and time goes on for it', () => {
    const host = boot([SLEEPER, COUNTER]);
    host.run(40);
    expect(host.results()[0]).toMatchObject({ console: 'z', stop: { why: 'shutdown' } });
    expect(host.vms[0].vcpus[0].ran).toBeLessThan(50);
    expect(host.now()).toBeLessThan(5000n);
  });

  test('when all wait, time jumps', () => {
    const host = boot([SLEEPER, SLEEPER]);
    expect(host.run(200)).toBe('all-stopped');
    expect(host.results().map(({ console }) => console)).toEqual(['z', 'z']);
  });

  test('a turn that a run was cut in goes on in the next one', () => {
    const cut = boot([CALLER, COUNTER]);
    for (let i = 0; i < 3000; i++) cut.run(1);
    const whole = boot([CALLER, COUNTER]);
    whole.run(3000);
    expect(ran(cut)).toEqual(ran(whole));
  });

  test('paused and killed VMs have no turns; one that was reset has them again', () => {
    const host = boot([COUNTER, COUNTER, COUNTER]);
    host.run(9);
    host.pause(host.vms[0]);
    host.kill(host.vms[1]);
    const before = ran(host);
    host.run(9);
    expect(ran(host).map((now, i) => now > before[i])).toEqual([false, false, true]);
    host.resume(host.vms[0]);
    host.reset(host.vms[1]);
    host.run(9);
    expect(ran(host).map((now, i) => now > before[i])).toEqual([true, true, true]);
  });
});

describe('what a scheduler is told', () => {
  test('each VCPU comes, wakes once a wait, and every turn ends with the instructions that it had', () => {
    const told: string[] = [];
    const spying = (options: { slice: number }): Scheduler => {
      const real = referenceParts.scheduler(options);
      return {
        add: (vcpu) => (told.push(`add ${vcpu.vm}`), real.add(vcpu)),
        remove: (vcpu) => (told.push(`remove ${vcpu.vm}`), real.remove(vcpu)),
        wake: (vcpu, now) => (told.push(`wake ${vcpu.vm}`), real.wake(vcpu, now)),
        pick: (now) => real.pick(now),
        ran: (vcpu, instructions, why) => (told.push(`ran ${vcpu.vm} ${why}`), real.ran(vcpu, instructions, why)),
      };
    };
    boot([SLEEPER, 'nop\n' + SHUTDOWN], spying).run(100);
    expect(told).toEqual([
      'add vm0', 'wake vm0', 'add vm1', 'wake vm1', 'ran vm0 waits', 'ran vm1 waits', 'remove vm1',
      'wake vm0', 'ran vm0 waits', 'remove vm0',
    ]); // prettier-ignore
  });

  const lying = (change: Partial<Scheduler>) => (options: { slice: number }) => ({
    ...referenceParts.scheduler(options),
    ...change,
  });
  const lies: readonly (readonly [string, Partial<Scheduler>, string])[] = [
    ['nobody', { pick: () => undefined }, 'your `scheduler` picked nobody although somebody is ready to run.'],
    ['a stranger', { pick: () => ({ vcpu: { vm: 'x', id: 0 }, slice: 1 }) }, 'your `scheduler` picked somebody who is not ready to run.'],
    ['an error', { pick: () => { throw new Error('oh'); } }, 'your `scheduler.pick` threw Error: oh'],
  ]; // prettier-ignore
  test.each(lies)('%s instead of a turn is its own fault', (_, change, sentence) => {
    const run = () => boot([COUNTER], lying(change)).run(5);
    expect(run).toThrow(PartFailure);
    expect(run).toThrow(sentence);
  });

  test.each([0, 1.5, 2 ** 31, NaN])('a slice of %d is its own fault', (slice) => {
    const scheduler = (options: { slice: number }): Scheduler => {
      const real = referenceParts.scheduler(options);
      const pick: Scheduler['pick'] = (now) => ({ ...real.pick(now)!, slice });
      return { ...real, pick };
    };
    expect(() => boot([COUNTER], scheduler).run(5)).toThrow(`gave a slice of ${slice}`);
  });
});

describe('stolen time (SBI ch. 16)', () => {
  /** Registers 64 bytes at 0x80300000, then counts. */
  const TOLD = `li a0, 0x80300000\n li a1, 0\n li a2, 0\n li a6, 0\n li a7, 0x535441\n ecall\n mv s1, a0\n${COUNTER}`;
  const words = (host: Host, vm: number) => ({
    sequence: host.vms[vm].memory.read(0x8030_0000n, 4),
    steal: host.vms[vm].memory.read(0x8030_0008n, 8),
  });

  test('is what the others ran while a hart was ready: of three who compute, two thirds of the time', () => {
    const host = boot([TOLD, COUNTER, COUNTER]);
    host.run(3001);
    const others = host.vms[1].vcpus[0].ran + host.vms[2].vcpus[0].ran;
    const { sequence, steal } = words(host, 0);
    expect(Math.abs(Number(steal) / 10 - others)).toBeLessThanOrEqual(2010); // 10 ns an instruction; up to two turns not told yet, and what was begun twice
    expect(sequence! % 2n).toBe(0n);
    expect(sequence).toBeGreaterThan(1000n);
  });

  test('alone nothing is stolen, and waiting is not being robbed', () => {
    const alone = boot([TOLD]);
    alone.run(50);
    expect(words(alone, 0)).toEqual({ sequence: 0n, steal: 0n });
    const host = boot([SLEEPER, COUNTER]);
    host.run(40);
    expect(host.vms[0].firmware[0].stolen.instructions).toBeLessThanOrEqual(2000);
  });
});
