/** The real-time clock as the Goldfish guide describes it; test/oracle/qemu-devices.test.ts compares it with QEMU's. */
import { assemble, createMachine, loadImage } from '#machine';
import { GoldfishRtc } from '../../../src/machine/devices/rtc';

const [TIME_LOW, TIME_HIGH, ALARM_LOW, ALARM_HIGH, IRQ_ENABLED, CLEAR_ALARM, ALARM_STATUS, CLEAR_INTERRUPT] = [
  0x00, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c,
];
const NEW_YEAR = 1_767_225_600_000_000_000n; // date -u -d 2026-01-01 +%s
const INSTRUCTIONS_PER_MICROSECOND = 100; // ten in a tick of 100 ns

function setUp(timeAtPowerOn?: bigint) {
  const clock = { instructions: 0, now: () => clock.instructions };
  let level = false;
  let changes = 0;
  const rtc = new GoldfishRtc(clock, { set: (now) => void (level = now) }, timeAtPowerOn, () => void changes++);
  const write = (at: number, value: bigint): void => rtc.store(at, 4, value);
  return {
    rtc,
    clock,
    write,
    irq: () => level,
    changes: () => changes,
    time: () => rtc.load(TIME_LOW) | (rtc.load(TIME_HIGH) << 32n),
    setAlarm(time: bigint) {
      write(ALARM_HIGH, time >> 32n);
      write(ALARM_LOW, time & 0xffff_ffffn);
    },
    pass(microseconds: number) {
      clock.instructions += microseconds * INSTRUCTIONS_PER_MICROSECOND;
      rtc.update();
    },
  };
}

describe('time', () => {
  test('starts at 2026-01-01T00:00Z, or where it is told, and advances with the instructions', () => {
    const { time, pass } = setUp();
    expect(time()).toBe(NEW_YEAR);
    pass(1);
    expect(time()).toBe(NEW_YEAR + 1000n);
    expect(setUp(42n).time()).toBe(42n);
  });

  test('a load of TIME_LOW keeps the high half for TIME_HIGH: no carry comes between', () => {
    const { rtc, pass } = setUp(0x1_ffff_ffffn);
    expect(rtc.load(TIME_LOW)).toBe(0xffff_ffffn);
    pass(1);
    expect([rtc.load(TIME_HIGH), rtc.load(TIME_LOW), rtc.load(TIME_HIGH)]).toEqual([1n, 999n, 2n]);
  });

  test('software sets it half by half, and it goes on from there', () => {
    const { write, time, pass } = setUp();
    write(TIME_HIGH, 5n);
    write(TIME_LOW, 7n);
    pass(2);
    expect(time()).toBe((5n << 32n) + 2007n);
  });

  test('reset shows the date of power-on again', () => {
    const { rtc, write, time, pass, setAlarm, irq } = setUp();
    write(TIME_HIGH, 5n);
    write(IRQ_ENABLED, 1n);
    setAlarm(0n);
    pass(3);
    expect(irq()).toBe(true);
    rtc.reset();
    expect([time(), irq(), rtc.load(IRQ_ENABLED), rtc.load(ALARM_LOW)]).toEqual([NEW_YEAR, false, 0n, 0n]);
  });
});

describe('alarm', () => {
  test('it is set by the store to ALARM_LOW, and interrupts when its time has come, not before', () => {
    const { rtc, write, pass, setAlarm, irq, changes } = setUp();
    write(IRQ_ENABLED, 1n);
    write(ALARM_HIGH, 0n);
    expect([rtc.load(ALARM_STATUS), changes()]).toEqual([0n, 0]);
    setAlarm(NEW_YEAR + 2000n);
    expect([rtc.load(ALARM_STATUS), changes(), rtc.untilAlarm()]).toEqual([1n, 1, 200]);
    pass(1);
    expect([irq(), rtc.untilAlarm()]).toEqual([false, 100]);
    pass(1);
    expect([irq(), rtc.load(ALARM_STATUS), rtc.untilAlarm()]).toEqual([true, 0n, Infinity]);
  });

  test('between two ticks of the machine, it is due at the later one', () => {
    const { rtc, setAlarm } = setUp();
    setAlarm(NEW_YEAR + 101n);
    expect(rtc.untilAlarm()).toBe(20);
  });

  test('one for now or the past is due at once', () => {
    const { rtc, write, setAlarm, irq } = setUp();
    write(IRQ_ENABLED, 1n);
    setAlarm(NEW_YEAR - 1n);
    expect([irq(), rtc.load(ALARM_STATUS)]).toEqual([true, 0n]);
  });

  test('the interrupt stays until CLEAR_INTERRUPT, and IRQ_ENABLED only gates the wire', () => {
    const { write, setAlarm, irq } = setUp();
    setAlarm(0n);
    expect(irq()).toBe(false);
    write(IRQ_ENABLED, 1n);
    expect(irq()).toBe(true);
    write(IRQ_ENABLED, 0n);
    expect(irq()).toBe(false);
    write(IRQ_ENABLED, 0xffff_ffffn);
    write(CLEAR_ALARM, 1n);
    expect(irq()).toBe(true);
    write(CLEAR_INTERRUPT, 0n);
    expect(irq()).toBe(false);
  });

  test('CLEAR_ALARM forgets one that is set', () => {
    const { rtc, write, pass, setAlarm, irq } = setUp();
    write(IRQ_ENABLED, 1n);
    setAlarm(NEW_YEAR + 2000n);
    write(CLEAR_ALARM, 1n);
    pass(5);
    expect([irq(), rtc.load(ALARM_STATUS), rtc.untilAlarm()]).toEqual([false, 0n, Infinity]);
  });

  test('one that no run can reach is no deadline', () => {
    const { rtc, setAlarm } = setUp();
    setAlarm(2n ** 64n - 1n);
    expect([rtc.load(ALARM_STATUS), rtc.untilAlarm()]).toEqual([1n, Infinity]);
  });
});

test('holes read 0 and take stores', () => {
  const { rtc, write } = setUp();
  for (let at = 0; at < rtc.size; at += 4) write(at, 0xffff_ffffn);
  expect([rtc.load(CLEAR_ALARM), rtc.load(CLEAR_INTERRUPT), rtc.load(0x20)]).toEqual([0n, 0n, 0n]);
});

test.each(['step', 'interpret'] as const)(
  'on the board, an alarm interrupts a loop in its tick, through PLIC source 11 (%s)',
  (engine) => {
    const source = `
      la t0, handler
      csrw mtvec, t0
      li t0, 0x0c00002c     # priority of source 11
      li t1, 1
      sw t1, 0(t0)
      li t0, 0x0c002000     # enables of context 0
      li t1, 0x800
      sw t1, 0(t0)
      li t0, 0x101000
      li t1, 1
      sw t1, 16(t0)         # IRQ_ENABLED
      lw t2, 0(t0)
      lw t3, 4(t0)
      li t1, 100000         # 1000 ticks from then on
      add t2, t2, t1
      sw t3, 12(t0)
      sw t2, 8(t0)
      li t1, 0x800
      csrw mie, t1
      csrsi mstatus, 8
      j .
      .balign 4
    handler:
      rdtime s0
      csrr s1, mcause
      li t0, 0x0c200004
      lw s2, 0(t0)
      li t0, 0x100000
      li t1, 0x5555
      sw t1, 0(t0)`;
    const machine = createMachine({ ramBytes: 2 ** 21, engine, timeAtPowerOn: 0n });
    const program = assemble(source, { origin: 0x8000_0000n });
    machine.load({ firmware: loadImage(program.bytes, 'program', { ram: machine.ram }) });
    expect(machine.run(100_000)).toEqual({ why: 'halted', code: 0 });
    const [{ x }] = machine.harts;
    expect([x[9], x[18]]).toEqual([(1n << 63n) | 11n, 11n]);
    expect(Number(x[8])).toBeGreaterThanOrEqual(1000);
    expect(Number(x[8])).toBeLessThanOrEqual(1000 + 5); // the instructions before the clock was read
  },
);
