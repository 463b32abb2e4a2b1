/** SBI calls about counting, sleeping and waiting: PMU (ch. 11), SUSP (ch. 13) and STA (ch. 16). Expected values: RISC-V SBI specification 2.0. */
import { decode } from '#machine';
import { handle } from '../../src/vmm/handlers';
import { RAM, RAM_BYTES, firmwareOf } from './scripted-vcpu';

const [OK, NOT_SUPPORTED, INVALID_PARAM, DENIED, INVALID_ADDRESS, ALREADY_STARTED, ALREADY_STOPPED] = [
  0n, -2n, -3n, -4n, -5n, -7n, -8n,
]; // prettier-ignore
const ALL_ONES = 2n ** 64n - 1n;
const END = RAM + BigInt(RAM_BYTES);

describe('PMU (ch. 11)', () => {
  const PMU = 0x504d55n;
  const [NUM, INFO, CONFIG, START, STOP, READ, READ_HI] = [0n, 1n, 2n, 3n, 4n, 5n, 6n];
  const [SKIP_MATCH, CLEAR_VALUE, AUTO_START] = [1n, 2n, 4n];
  /** Type 15, "firmware events". */
  const event = (code: number): bigint => (15n << 16n) | BigInt(code);
  const [SET_TIMER, IPI_SENT, IPI_RECEIVED, SFENCE_SENT, SFENCE_RECEIVED, ILLEGAL, LOAD, STORE] = [
    5, 6, 7, 10, 11, 4, 2, 3,
  ];

  const counting = (code: number, harts = 1) => {
    const scripted = firmwareOf(harts);
    const { a1: counter } = scripted.call(PMU, CONFIG, 0n, ALL_ONES >> 48n, CLEAR_VALUE | AUTO_START, event(code));
    return { ...scripted, counter: counter!, value: () => scripted.call(PMU, READ, counter!).a1 };
  };

  test('there are 16 counters, and each is a firmware counter: bit XLEN-1 of its info is set', () => {
    const { call } = firmwareOf();
    expect(call(PMU, NUM)).toEqual({ a0: OK, a1: 16n, next: 'advance' });
    for (let i = 0n; i < 16n; i++) expect(call(PMU, INFO, i).a1! >> 63n).toBe(1n);
    expect(call(PMU, INFO, 16n)).toMatchObject({ a0: INVALID_PARAM });
  });

  test.each([
    ['timers set', SET_TIMER, (call: ReturnType<typeof firmwareOf>['call']) => call(0x54494d45n, 0n, 5n)],
    ['IPIs sent', IPI_SENT, (call: ReturnType<typeof firmwareOf>['call']) => call(0x735049n, 0n, 1n)],
    ['IPIs received', IPI_RECEIVED, (call: ReturnType<typeof firmwareOf>['call']) => call(0x735049n, 0n, 1n)],
    ['fences sent', SFENCE_SENT, (call: ReturnType<typeof firmwareOf>['call']) => call(0x52464e43n, 1n, 1n)],
    ['fences received', SFENCE_RECEIVED, (call: ReturnType<typeof firmwareOf>['call']) => call(0x52464e43n, 1n, 1n)],
  ])('%s are counted, and nothing else', (_, code, act) => {
    const { call, value } = counting(code);
    for (let i = 0; i < 3; i++) act(call);
    call(0x10n, 0n);
    expect(value()).toBe(3n);
  });

  test('so are illegal instructions and accesses to nothing', () => {
    const word = decode(0x3020_0073)!; // mret
    for (const [code, exit] of [
      [ILLEGAL, { kind: 'privileged', instruction: word, length: 4 }],
      [LOAD, { kind: 'unmapped', gva: 0n, gpa: 0n, access: 'load' }],
      [STORE, { kind: 'unmapped', gva: 0n, gpa: 0n, access: 'store' }],
    ] as const) {
      const { vcpus, value } = counting(code);
      vcpus[0].emulated = 'illegal';
      handle(vcpus[0], exit);
      expect([code, value()]).toEqual([code, 1n]);
    }
  });

  test('each hart has counters of its own', () => {
    const { call, vm, value } = counting(IPI_RECEIVED, 2);
    call(0x735049n, 0n, 0b10n); // to hart 1
    expect(value()).toBe(0n);
    expect(vm.firmware[1].events.isConfigured(0)).toBe(false);
  });

  test('a counter starts where it is told to, stops, and is there for others after a reset', () => {
    const { call } = firmwareOf();
    expect(call(PMU, CONFIG, 0n, 0b100n, 0n, event(SET_TIMER))).toMatchObject({ a0: OK, a1: 2n });
    expect(call(PMU, CONFIG, 0n, 0b100n, 0n, event(IPI_SENT))).toMatchObject({ a0: NOT_SUPPORTED });
    expect(call(PMU, START, 2n, 1n, 1n, 40n)).toMatchObject({ a0: OK });
    expect(call(PMU, START, 2n, 1n, 1n, 50n)).toMatchObject({ a0: ALREADY_STARTED });
    call(0x54494d45n, 0n, 5n);
    expect(call(PMU, STOP, 2n, 1n, 0n)).toMatchObject({ a0: OK });
    call(0x54494d45n, 0n, 5n);
    expect(call(PMU, READ, 2n)).toMatchObject({ a0: OK, a1: 41n });
    expect(call(PMU, READ_HI, 2n)).toMatchObject({ a0: OK, a1: 0n });
    expect(call(PMU, CONFIG, 0n, 0b100n, SKIP_MATCH | AUTO_START)).toMatchObject({ a0: OK, a1: 2n });
    expect(call(PMU, STOP, 2n, 1n, 1n)).toMatchObject({ a0: OK });
    expect(call(PMU, STOP, 2n, 1n, 0n)).toMatchObject({ a0: INVALID_PARAM });
    expect(call(PMU, READ, 2n)).toMatchObject({ a0: INVALID_PARAM });
    expect(call(PMU, CONFIG, 0n, 0b100n, 0n, event(IPI_SENT))).toMatchObject({ a0: OK });
    expect(call(PMU, STOP, 2n, 1n, 0n)).toMatchObject({ a0: ALREADY_STOPPED });
  });

  test.each([
    ['hardware events: cycles', [0n, 1n, 0n, 1n], NOT_SUPPORTED],
    ['an event of no type', [0n, 1n, 0n, (9n << 16n) | 5n], NOT_SUPPORTED],
    ['a firmware event that this firmware cannot see', [0n, 1n, 0n, event(14)], NOT_SUPPORTED],
    ['an event above 20 bits', [0n, 1n, 0n, (1n << 20n) | event(5)], NOT_SUPPORTED],
    ['no counter at all', [0n, 0n, 0n, event(5)], INVALID_PARAM],
    ['a counter that is not there', [16n, 1n, 0n, event(5)], INVALID_PARAM],
    ['counters of which one is not there', [15n, 3n, 0n, event(5)], INVALID_PARAM],
    ['counter 2^64-1', [ALL_ONES, 1n, 0n, event(5)], INVALID_PARAM],
    ['no matching for a counter that stands for nothing', [0n, 1n, SKIP_MATCH, event(5)], INVALID_PARAM],
  ])('refuses %s', (_, args, error) => {
    expect(firmwareOf().call(PMU, CONFIG, ...args)).toMatchObject({ a0: error, next: 'advance' });
  });

  test('has no snapshots (function 7) and nothing behind them', () => {
    expect(firmwareOf().call(PMU, 7n, RAM)).toMatchObject({ a0: NOT_SUPPORTED });
    expect(firmwareOf().call(PMU, 8n)).toMatchObject({ a0: NOT_SUPPORTED });
  });
});

describe('SUSP (ch. 13)', () => {
  const SUSP = 0x53555350n;

  test('the hart starts anew at the resume address, but waits for an interrupt first', () => {
    const { call, vcpus } = firmwareOf();
    expect(call(SUSP, 0n, 0n, RAM + 4n, 0x77n)).toEqual({ next: 'redirected' });
    expect(vcpus[0].calls).toEqual([['start', RAM + 4n, 0x77n]]);
    expect(vcpus[0].state).toBe('blocked');
  });

  test('not while another hart is not stopped: DENIED', () => {
    const { call, vcpus } = firmwareOf(2);
    expect(call(SUSP, 0n, 0n, RAM)).toMatchObject({ a0: DENIED });
    vcpus[1].state = 'blocked';
    expect(call(SUSP, 0n, 0n, RAM)).toMatchObject({ a0: DENIED });
    vcpus[1].state = 'stopped';
    expect(call(SUSP, 0n, 0n, RAM)).toEqual({ next: 'redirected' });
  });

  test.each([
    ['a reserved sleep type', [1n, RAM], INVALID_PARAM],
    ['the last reserved one', [0x7fff_ffffn, RAM], INVALID_PARAM],
    ["a platform's sleep type", [0x8000_0000n, RAM], NOT_SUPPORTED],
    ['an odd address', [0n, RAM + 1n], INVALID_ADDRESS],
    ['a device', [0n, 0x1000_0000n], INVALID_ADDRESS],
    ['an address behind RAM', [0n, END], INVALID_ADDRESS],
  ])('refuses %s', (_, args, error) => {
    const { call, vcpus } = firmwareOf();
    expect(call(SUSP, 0n, ...args)).toMatchObject({ a0: error });
    expect(vcpus[0].calls).toEqual([]);
  });

  test('has one function', () => expect(firmwareOf().call(SUSP, 1n)).toMatchObject({ a0: NOT_SUPPORTED }));
});

describe('STA (ch. 16)', () => {
  const STA = 0x535441n;

  test('the shared memory is set to zeros, across two slots too', () => {
    const { call, vm } = firmwareOf();
    const address = RAM + 0x1fc0n;
    vm.memory.copyIn(address, new Uint8Array(64).fill(0xff));
    expect(call(STA, 0n, address, 0n, 0n)).toMatchObject({ a0: OK });
    expect(vm.memory.copyOut(address, 64)).toEqual(new Uint8Array(64));
  });

  test('what was stolen is written in nanoseconds, between an odd and an even sequence number', () => {
    const { call, vm } = firmwareOf();
    call(STA, 0n, RAM, 0n, 0n);
    const { stolen } = vm.firmware[0];
    stolen.seen(true, Infinity, 100);
    stolen.happened('enters', 350);
    expect([vm.memory.read(RAM, 4), vm.memory.read(RAM + 8n, 8)]).toEqual([2n, 2500n]); // 250 instructions of 10 ns
    expect(call(STA, 0n, ALL_ONES, ALL_ONES, 0n)).toMatchObject({ a0: OK });
    stolen.seen(true, Infinity, 400);
    stolen.happened('enters', 500);
    expect([vm.memory.read(RAM, 4), vm.memory.read(RAM + 8n, 8)]).toEqual([2n, 2500n]);
  });

  test('"not idle and scheduled out": a wait ends when its alarm rings, however late somebody looks', () => {
    const { stolen } = firmwareOf().vm.firmware[0];
    stolen.seen(false, 500, 100);
    stolen.seen(false, 500, 400);
    stolen.seen(true, 500, 800);
    stolen.happened('enters', 900);
    expect(stolen.instructions).toBe(400);
    stolen.seen(false, Infinity, 1000);
    stolen.seen(true, 500, 1200); // ended by something else: that alarm rang before it began
    stolen.happened('enters', 1200);
    expect(stolen.instructions).toBe(400 + 200);
  });

  test.each([
    ['flags', [RAM, 0n, 1n], INVALID_PARAM],
    ['an address that is no multiple of 64', [RAM + 32n, 0n, 0n], INVALID_PARAM],
    ['a device', [0x1000_0000n, 0n, 0n], INVALID_ADDRESS],
    ['RAM that ends before', [END, 0n, 0n], INVALID_ADDRESS],
    ['an address above 64 bits', [RAM, 1n, 0n], INVALID_ADDRESS],
    ['half of "disable"', [ALL_ONES, 0n, 0n], INVALID_PARAM],
  ])('refuses %s', (_, args, error) => {
    expect(firmwareOf().call(STA, 0n, ...args)).toMatchObject({ a0: error });
  });

  test('has one function', () => expect(firmwareOf().call(STA, 1n)).toMatchObject({ a0: NOT_SUPPORTED }));
});
