/** The 16550A as the data sheet describes it; test/oracle/qemu-devices.test.ts compares it with QEMU's. */
import { Uart16550 } from '../../../src/machine/devices/uart16550';

const [DATA, IER, IIR_FCR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7];
const NO_INTERRUPT = 0xc1;
const FIFOS_ON = 0x01;

/** A port with its FIFOs on; `sent` collects what it transmits, `irq()` is its wire. */
function setUp(): {
  uart: Uart16550;
  sent: number[];
  irq(): boolean;
  read(at: number): number;
  write(at: number, value: number): void;
} {
  const sent: number[] = [];
  let level = false;
  const uart = new Uart16550({ set: (now) => void (level = now) }, (byte) => void sent.push(byte));
  const read = (at: number): number => Number(uart.load(at));
  const write = (at: number, value: number): void => uart.store(at, 1, BigInt(value));
  write(IIR_FCR, FIFOS_ON);
  return { uart, sent, irq: () => level, read, write };
}

describe('sending', () => {
  test('a stored byte is gone at once', () => {
    const { sent, read, write } = setUp();
    write(DATA, 0x41);
    expect([sent, read(LSR)]).toEqual([[0x41], 0x60]);
  });

  test('"sent" interrupts when it is enabled, and again after each byte, until IIR is read', () => {
    const { irq, read, write } = setUp();
    write(IER, 2);
    expect([irq(), read(IIR_FCR), irq(), read(IIR_FCR)]).toEqual([true, 0xc2, false, NO_INTERRUPT]);
    write(IER, 2); // it was on already
    expect(irq()).toBe(false);
    write(DATA, 0x41);
    expect([irq(), read(IIR_FCR), irq()]).toEqual([true, 0xc2, false]);
  });

  test('reading IIR for another cause does not acknowledge "sent"', () => {
    const { uart, read, write } = setUp();
    write(IER, 3);
    uart.input([1]);
    expect(read(IIR_FCR)).toBe(0xc4);
    read(DATA);
    expect(read(IIR_FCR)).toBe(0xc2);
  });
});

describe('receiving', () => {
  test('bytes come in order, and LSR says whether there is one', () => {
    const { uart, read } = setUp();
    expect(read(LSR)).toBe(0x60);
    uart.input([1, 2]);
    expect([read(LSR), read(DATA), read(LSR), read(DATA), read(LSR), read(DATA)]).toEqual([0x61, 1, 0x61, 2, 0x60, 0]);
  });

  test.each([
    [0x01, 1],
    [0x41, 4],
    [0x81, 8],
    [0xc1, 14],
  ])('FCR %i: %i bytes are "data available", fewer are a time-out', (fcr, trigger) => {
    const { uart, irq, read, write } = setUp();
    write(IIR_FCR, fcr);
    write(IER, 1);
    for (let count = 1; count < trigger; count++) {
      uart.input([count]);
      expect([irq(), read(IIR_FCR)]).toEqual([true, 0xcc]);
    }
    uart.input([99]);
    expect(read(IIR_FCR)).toBe(0xc4);
    for (let count = 0; count < trigger; count++) read(DATA);
    expect([irq(), read(IIR_FCR)]).toEqual([false, NO_INTERRUPT]);
  });

  test('more than a FIFO full waits outside and is not lost', () => {
    const { uart, read } = setUp();
    const bytes = Array.from({ length: 100 }, (_, i) => i);
    uart.input(bytes);
    expect(bytes.map(() => read(DATA))).toEqual(bytes);
    expect([uart.drained, read(LSR)]).toEqual([true, 0x60]);
  });

  test('clearing the receiver drops what it holds, not what waits outside', () => {
    const { uart, read, write } = setUp();
    uart.input(Array.from({ length: 17 }, (_, i) => i));
    write(IIR_FCR, FIFOS_ON | 2);
    expect([read(DATA), read(LSR)]).toEqual([16, 0x60]);
  });

  test('without FIFOs there is room for one byte, and IIR shows no FIFOs', () => {
    const { uart, read, write } = setUp();
    write(IIR_FCR, 0);
    write(IER, 1);
    uart.input([1, 2]);
    expect([read(IIR_FCR), read(DATA), read(DATA), read(LSR), read(IIR_FCR)]).toEqual([0x04, 1, 2, 0x60, 0x01]);
  });
});

describe('registers', () => {
  test('DLAB puts the divisor over the data and IER', () => {
    const { sent, irq, read, write } = setUp();
    write(IER, 1);
    write(LCR, 0x83);
    write(DATA, 0x34);
    write(IER, 0x12);
    expect([read(DATA), read(IER), read(LCR)]).toEqual([0x34, 0x12, 0x83]);
    write(LCR, 0x03);
    expect([read(IER), sent, irq()]).toEqual([1, [], false]);
  });

  test('IER has four bits, MCR five, SCR eight; LSR and MSR are read-only', () => {
    const { read, write } = setUp();
    for (const at of [IER, MCR, SCR, LSR, MSR]) write(at, 0xff);
    write(IER, 0xf0);
    expect([read(IER), read(MCR), read(SCR), read(LSR)]).toEqual([0, 0x1f, 0xff, 0x60]);
  });

  test('a peer is there: DCD, DSR and CTS', () => {
    expect(setUp().read(MSR)).toBe(0xb0);
  });

  test('wide accesses reach one register', () => {
    const { uart, sent } = setUp();
    uart.store(DATA, 4, 0x1234_5678n);
    expect([sent, uart.load(LSR)]).toEqual([[0x78], 0x60n]);
  });

  test('reset turns interrupts, loopback and FIFOs off', () => {
    const { uart, irq, read, write } = setUp();
    write(IER, 0x0f);
    write(MCR, 0x1f);
    write(LCR, 0x9b);
    uart.reset();
    expect([irq(), read(IER), read(MCR), read(LCR), read(IIR_FCR), read(LSR), read(MSR)]).toEqual([
      false,
      0,
      0,
      0,
      0x01,
      0x60,
      0xb0,
    ]);
  });
});

describe('loopback', () => {
  test('bytes come back instead of going out, and the outside is cut off', () => {
    const { uart, sent, read, write } = setUp();
    write(MCR, 0x10);
    uart.input([9]);
    write(DATA, 0x55);
    expect([sent, read(DATA), read(LSR)]).toEqual([[], 0x55, 0x60]);
    write(MCR, 0);
    expect(read(DATA)).toBe(9);
  });

  test('the modem outputs come back as inputs (the test that Linux makes: RTS and OUT2)', () => {
    const { read, write } = setUp();
    write(MCR, 0x1a);
    expect(read(MSR) & 0xf0).toBe(0x90);
  });

  test('changes of the modem inputs interrupt until MSR is read', () => {
    const { irq, read, write } = setUp();
    write(MCR, 0x10); // DCD, DSR and CTS fall
    write(IER, 8);
    expect([irq(), read(IIR_FCR), read(MSR), irq()]).toEqual([true, 0xc0, 0x0b, false]);
    write(MCR, 0x14); // RI rises: no news
    expect([irq(), read(MSR)]).toEqual([false, 0x40]);
    write(MCR, 0x10); // RI falls: TERI
    expect(read(MSR)).toBe(0x04);
  });

  test('the 17th byte is lost and reported once', () => {
    const { irq, read, write } = setUp();
    write(MCR, 0x10);
    write(IER, 4);
    for (let i = 0; i < 17; i++) write(DATA, i);
    expect([irq(), read(IIR_FCR), read(LSR), irq(), read(LSR)]).toEqual([true, 0xc6, 0x63, false, 0x61]);
    expect(Array.from({ length: 17 }, () => read(DATA))).toEqual([...Array(16).keys(), 0]);
  });
});

test('polls counts status reads since the last byte either way', () => {
  const { uart, read, write } = setUp();
  for (let i = 0; i < 5; i++) read(LSR);
  expect(uart.polls).toBe(5);
  write(DATA, 1);
  expect(uart.polls).toBe(0);
});

test('it listens while received data may interrupt (8.6.6, IER bit 0), and is drained once the guest has read all', () => {
  const { uart, read, write } = setUp();
  expect([uart.listens, uart.drained]).toEqual([false, true]);
  write(IER, 1);
  uart.input([0x41]);
  expect([uart.listens, uart.drained]).toEqual([true, false]);
  read(DATA);
  write(IER, 0x0e);
  expect([uart.listens, uart.drained]).toEqual([false, true]);
});
