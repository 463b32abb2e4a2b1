/** SBI calls one by one. Expected values: RISC-V SBI specification 2.0. */
import { RAM, RAM_BYTES, firmwareOf } from './scripted-vcpu';

const [OK, NOT_SUPPORTED, INVALID_PARAM, INVALID_ADDRESS, ALREADY_AVAILABLE] = [0n, -2n, -3n, -5n, -6n];
const NEVER = 2n ** 64n - 1n;
const ALL = NEVER; // hart_mask_base -1

describe('base (ch. 4)', () => {
  const BASE = 0x10n;
  test.each([
    ['the specification version is 2.0', 0n, 0n, 0x0200_0000n],
    ['probing an extension that is there', 3n, 0x54494d45n, 1n],
    ['probing the legacy console', 3n, 1n, 1n],
    ['probing one that is not', 3n, 0x4e41434cn, 0n],
    ['mvendorid', 4n, 0n, 0n],
    ['marchid', 5n, 0n, 0n],
    ['mimpid', 6n, 0n, 0n],
  ])('%s', (_, fn, argument, value) => {
    expect(firmwareOf().call(BASE, fn, argument)).toEqual({ a0: OK, a1: value, next: 'advance' });
  });

  test('the implementation ID is none of the assigned ones (0 to 13)', () => {
    expect(firmwareOf().call(BASE, 1n).a1).toBeGreaterThan(13n);
  });
});

describe('unknown extensions and functions', () => {
  test.each([
    [0x10n, 7n], [0x54494d45n, 1n], [0x735049n, 1n], [0x52464e43n, 7n], [0x52464e43n, NEVER], [0x48534dn, 4n],
    [0x53525354n, 1n], [0x4442434en, 3n], [0x1234n, 0n], [NEVER, NEVER], [2n ** 63n, 0n], [0x1_0000_0010n, 0n], [3n, 0n], [4n, 0n],
  ])('extension 0x%s, function %s: NOT_SUPPORTED', (extension, fn) => {
    expect(firmwareOf().call(extension, fn)).toMatchObject({ a0: NOT_SUPPORTED, next: 'advance' });
  }); // prettier-ignore
});

describe('timer (ch. 6)', () => {
  test.each([0n, 12345n, NEVER])('%s is set as it is and always succeeds', (deadline) => {
    const { call, vcpus } = firmwareOf();
    expect(call(0x54494d45n, 0n, deadline)).toMatchObject({ a0: OK });
    expect(call(0n, 99n, deadline)).toEqual({ a0: OK, next: 'advance' });
    expect(vcpus[0].calls).toEqual([
      ['setTimer', deadline],
      ['setTimer', deadline],
    ]);
  });
});

describe('IPI and RFENCE: hart masks (ch. 3.1, 7, 8)', () => {
  test.each([
    ['two of three', 0b101n, 0n, [0, 2]],
    ['a base moves the mask', 0b11n, 1n, [1, 2]],
    ['base -1 is all harts, and the mask is ignored', 0n, ALL, [0, 1, 2]],
    ['an empty mask is nobody', 0n, 0n, []],
    ['an empty mask far out is nobody either', 0n, 1000n, []],
  ])('%s', (_, mask, base, harts) => {
    for (const [extension, fn, what] of [
      [0x735049n, 0n, 'setInterrupt'],
      [0x52464e43n, 1n, 'fence'],
      [0x52464e43n, 2n, 'fence'],
    ] as const) {
      const { call, vcpus } = firmwareOf(3);
      expect(call(extension, fn, mask, base)).toMatchObject({ a0: OK });
      expect(vcpus.filter((vcpu) => vcpu.calls.length > 0).map((vcpu) => vcpu.id)).toEqual(harts);
      expect(vcpus.flatMap((vcpu) => vcpu.calls).every(([name]) => name === what)).toBe(true);
    }
  });

  test.each([
    ['a hart that is not there', 0b1000n, 0n],
    ['one of them is not there', 0b1001n, 0n],
    ['a base behind the last hart', 1n, 3n],
    ['a base that wraps', 0b11n, NEVER - 1n],
    ['all bits', NEVER, 0n],
  ])('%s: INVALID_PARAM, and nobody is interrupted', (_, mask, base) => {
    const { call, vcpus } = firmwareOf(3);
    expect(call(0x735049n, 0n, mask, base)).toMatchObject({ a0: INVALID_PARAM });
    expect(call(0x52464e43n, 1n, mask, base)).toMatchObject({ a0: INVALID_PARAM });
    expect(vcpus.flatMap((vcpu) => vcpu.calls)).toEqual([]);
  });

  test('a fence over a range that wraps around fences all the same', () => {
    const { call, vcpus } = firmwareOf();
    expect(call(0x52464e43n, 1n, 1n, 0n, NEVER - 10n, NEVER)).toMatchObject({ a0: OK });
    expect(vcpus[0].calls).toEqual([['fence']]);
  });

  test('fences of hypervisors (3 to 6) are not supported without the H extension', () => {
    for (let fn = 3n; fn <= 6n; fn++)
      expect(firmwareOf().call(0x52464e43n, fn, 1n)).toMatchObject({ a0: NOT_SUPPORTED });
  });
});

describe('HSM (ch. 9)', () => {
  const HSM = 0x48534dn;
  const [START, STOP, STATUS, SUSPEND] = [0n, 1n, 2n, 3n];

  test('starts a stopped hart at an address in RAM', () => {
    const { call, vcpus } = firmwareOf(2);
    vcpus[1].state = 'stopped';
    expect(call(HSM, STATUS, 1n)).toMatchObject({ a0: OK, a1: 1n });
    expect(call(HSM, START, 1n, RAM, 0x77n)).toMatchObject({ a0: OK });
    expect(vcpus[1].calls).toEqual([['start', RAM, 0x77n]]);
    expect(call(HSM, STATUS, 1n)).toMatchObject({ a0: OK, a1: 0n });
    expect(call(HSM, START, 1n, RAM)).toMatchObject({ a0: ALREADY_AVAILABLE });
  });

  test.each([
    ['a hart that is not there', 2n, RAM, INVALID_PARAM],
    ['hart 2^64-1', NEVER, RAM, INVALID_PARAM],
    ['itself', 0n, RAM, ALREADY_AVAILABLE],
    ['an odd address', 1n, RAM + 1n, INVALID_ADDRESS],
    ['an address below RAM', 1n, RAM - 2n, INVALID_ADDRESS],
    ['an address behind RAM', 1n, RAM + BigInt(RAM_BYTES), INVALID_ADDRESS],
    ['a device', 1n, 0x1000_0000n, INVALID_ADDRESS],
    ['the top of the address space', 1n, NEVER - 1n, INVALID_ADDRESS],
  ])('refuses to start %s', (_, hart, address, error) => {
    const { call, vcpus } = firmwareOf(2);
    vcpus[1].state = 'stopped';
    expect(call(HSM, START, hart, address)).toMatchObject({ a0: error });
    expect(vcpus[1].state).toBe('stopped');
  });

  test('stops the calling hart; with the last one the VM is over', () => {
    const { call, vcpus } = firmwareOf(2);
    expect(call(HSM, STOP)).toEqual({ next: 'advance' });
    expect(vcpus.map((vcpu) => vcpu.state)).toEqual(['stopped', 'runnable']);
    vcpus[1].state = 'stopped';
    expect(call(HSM, STOP).next).toMatchObject({ stop: { why: 'hung' } });
  });

  test('suspends retentively as a wfi does, and not otherwise', () => {
    expect(firmwareOf().call(HSM, SUSPEND, 0n)).toEqual({ a0: OK, a1: 0n, next: 'block' });
    expect(firmwareOf().call(HSM, SUSPEND, 0x8000_0000n)).toMatchObject({ a0: NOT_SUPPORTED });
    expect(firmwareOf().call(HSM, STATUS, 9n)).toMatchObject({ a0: INVALID_PARAM });
  });
});

describe('SRST (ch. 10)', () => {
  const reset = (type: bigint, reason: bigint) => firmwareOf().call(0x53525354n, 0n, type, reason);
  test.each([
    [0n, 0n, 'shutdown', 0],
    [0n, 1n, 'crashed', 1],
    [1n, 0n, 'reboot', 0],
    [2n, 1n, 'reboot', 0],
    [0n, 0xf000_0000n, 'shutdown', 0],
    [0xffff_ffff_0000_0000n, 0n, 'shutdown', 0], // both arguments are uint32_t
  ])('type %s, reason %s: %s', (type, reason, why, code) => {
    expect(reset(type, reason).next).toMatchObject({ stop: { why, code } });
  });
  test("reserved types and reasons are refused, vendors' types not supported", () => {
    expect(reset(3n, 0n)).toMatchObject({ a0: INVALID_PARAM });
    expect(reset(0n, 2n)).toMatchObject({ a0: INVALID_PARAM });
    expect(reset(0xdfff_ffffn, 0n)).toMatchObject({ a0: INVALID_PARAM });
    expect(reset(0xf000_0000n, 0n)).toMatchObject({ a0: NOT_SUPPORTED });
  });
  test('the legacy shutdown (ch. 5)', () => {
    expect(firmwareOf().call(8n, 0n).next).toMatchObject({ stop: { why: 'shutdown' } });
  });
});

describe('DBCN (ch. 12)', () => {
  const DBCN = 0x4442434en;
  const [WRITE, READ, WRITE_BYTE] = [0n, 1n, 2n];
  const END = RAM + BigInt(RAM_BYTES);

  test('writes bytes from RAM, also across the border of two slots', () => {
    const { vm, call, printed } = firmwareOf();
    vm.memory.copyIn(RAM + 0x1ffen, Buffer.from('abcd'));
    expect(call(DBCN, WRITE, 4n, RAM + 0x1ffen)).toMatchObject({ a0: OK, a1: 4n });
    expect(printed()).toBe('abcd');
  });

  test('writes a part of a long text: one call takes no more than 4096 bytes', () => {
    const { call, printed } = firmwareOf();
    expect(call(DBCN, WRITE, BigInt(RAM_BYTES), RAM)).toMatchObject({ a0: OK, a1: 4096n });
    expect(printed()).toHaveLength(4096);
  });

  test('reads what was typed, and no more', () => {
    const { vm, call } = firmwareOf();
    vm.input(Buffer.from('xyz'));
    expect(call(DBCN, READ, 2n, RAM)).toMatchObject({ a0: OK, a1: 2n });
    expect(call(DBCN, READ, 100n, RAM + 2n)).toMatchObject({ a0: OK, a1: 1n });
    expect(call(DBCN, READ, 100n, RAM)).toMatchObject({ a0: OK, a1: 0n });
    expect(Buffer.from(vm.memory.copyOut(RAM, 3)!).toString()).toBe('xyz');
  });

  test('writes one byte, the lowest', () => {
    const { call, printed } = firmwareOf();
    expect(call(DBCN, WRITE_BYTE, 0xff41n)).toMatchObject({ a0: OK });
    expect(printed()).toBe('A');
  });

  test('nothing at all is fine anywhere', () => {
    expect(firmwareOf().call(DBCN, WRITE, 0n, 0n)).toMatchObject({ a0: OK, a1: 0n });
  });

  test.each([
    ['where nothing is', 1n, 0x100n, 0n],
    ['a device', 1n, 0x1000_0000n, 0n],
    ['one byte before RAM', 2n, RAM - 1n, 0n],
    ['one byte behind RAM', 2n, END - 1n, 0n],
    ['behind RAM', 1n, END, 0n],
    ["the host's own memory, which is another VM's", 1n, 0x8008_0000n, 0n],
    ['2^63 bytes', 2n ** 63n, RAM, 0n],
    ['2^64-1 bytes', NEVER, RAM, 0n],
    ['a range that wraps around', 2n, NEVER, 0n],
    ['an address above 64 bits', 1n, RAM, 1n],
  ])('refuses a buffer in %s', (_, length, low, high) => {
    const { vm, call, printed } = firmwareOf();
    vm.input([0x41]);
    expect(call(DBCN, WRITE, length, low, high)).toMatchObject({ a0: INVALID_PARAM });
    expect(call(DBCN, READ, length, low, high)).toMatchObject({ a0: INVALID_PARAM });
    expect(printed()).toBe('');
    expect(call(2n, 0n)).toEqual({ a0: 0x41n, next: 'advance' }); // what was typed is still there
  });
});

describe('legacy console (ch. 5)', () => {
  test('getchar gives -1 while nothing is typed', () => {
    expect(firmwareOf().call(2n, 0n)).toEqual({ a0: -1n, next: 'advance' });
  });
});
