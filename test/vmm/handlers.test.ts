/** What is done about each kind of exit, with a VCPU that only remembers. */
import { decode } from '#machine';
import type { VmExit } from '../../src/vmm/exit';
import { handle } from '../../src/vmm/handlers';
import { FINISHER, PLIC, scriptedVm, UART } from './scripted-vcpu';

const WFI = decode(0x1050_0073)!;

type Mmio = Extract<VmExit, { kind: 'mmio' }>;
const mmio = (fields: Partial<Mmio>): Mmio => ({
  kind: 'mmio',
  gva: fields.gpa ?? UART,
  gpa: UART,
  access: 'load',
  width: 1,
  signed: false,
  register: 10,
  length: 4,
  ...fields,
});

describe('budget and reflected', () => {
  test('nothing to do: the guest goes on where it stands', () => {
    const { vcpus } = scriptedVm();
    expect(handle(vcpus[0], { kind: 'budget' })).toBe('retry');
    expect(handle(vcpus[0], { kind: 'reflected', cause: 8, tval: 0n })).toBe('redirected');
    expect(vcpus[0].calls).toEqual([]);
  });
});

describe('privileged', () => {
  test.each(['advance', 'redirected', 'block'] as const)('what the virtual supervisor says is done: %s', (outcome) => {
    const { vcpus } = scriptedVm();
    vcpus[0].emulated = outcome;
    expect(handle(vcpus[0], { kind: 'privileged', instruction: WFI, length: 4 })).toBe(outcome);
    expect(vcpus[0].calls).toEqual([['emulate', 'wfi']]);
  });

  test('illegal: the guest gets exception 2 with the bits of the instruction', () => {
    const { vcpus } = scriptedVm();
    vcpus[0].emulated = 'illegal';
    expect(handle(vcpus[0], { kind: 'privileged', instruction: WFI, length: 4 })).toBe('redirected');
    expect(vcpus[0].calls.at(-1)).toEqual(['inject', { cause: 2, interrupt: false, tval: 0x1050_0073n }]);
  });
});

describe('shadow-miss', () => {
  test('the translation is entered and the instruction tried again', () => {
    const { vcpus } = scriptedVm();
    const exit = { kind: 'shadow-miss', gva: 0x4000n, gpa: 0x8000_1000n, access: 'store' } as const;
    expect(handle(vcpus[0], exit)).toBe('retry');
    expect(vcpus[0].calls).toEqual([['enterTranslation', exit]]);
  });
});

describe('unmapped', () => {
  test.each([
    ['fetch', 1],
    ['load', 5],
    ['store', 7],
  ] as const)('a %s becomes access fault %i at the address that the guest used', (access, cause) => {
    const { vcpus } = scriptedVm();
    expect(handle(vcpus[0], { kind: 'unmapped', gva: 0xffffn, gpa: 0x1234n, access })).toBe('redirected');
    expect(vcpus[0].calls).toEqual([['inject', { cause, interrupt: false, tval: 0xffffn }]]);
  });
});

describe('mmio', () => {
  test('a store reaches the device, cut to its width', () => {
    const { vcpus, printed } = scriptedVm();
    vcpus[0].x.set(10, 0xffff_ff41n);
    expect(handle(vcpus[0], mmio({ access: 'store' }))).toBe('advance');
    expect(printed()).toBe('A');
  });

  test('a load puts what the device gives into rd: the transmitter is empty (LSR, 0x60)', () => {
    const { vcpus } = scriptedVm();
    expect(handle(vcpus[0], mmio({ gpa: UART + 5n }))).toBe('advance');
    expect(vcpus[0].x.get(10)).toBe(0x60n);
  });

  test.each([
    [true, 0xffff_ffff_ffff_ff80n],
    [false, 0x80n],
  ])('a load of 0x80 that is signed: %p', (signed, value) => {
    const { vm, vcpus } = scriptedVm();
    vm.bus.store(Number(UART) + 7, 1, 0x80n); // the scratch register
    handle(vcpus[0], mmio({ gpa: UART + 7n, signed }));
    expect(vcpus[0].x.get(10)).toBe(value);
  });

  test.each([
    ['a width that the device does not know', mmio({ gpa: PLIC, gva: 0x77n, width: 1 }), 5],
    ['a misaligned address', mmio({ gpa: PLIC + 2n, gva: 0x77n, width: 4, access: 'store' }), 7],
    ['a place behind the last register', mmio({ gpa: UART + 6n, gva: 0x77n, width: 4 }), 5],
  ])('%s is an access fault of the guest', (_, exit, cause) => {
    const { vcpus } = scriptedVm();
    expect(handle(vcpus[0], exit)).toBe('redirected');
    expect(vcpus[0].calls).toEqual([['inject', { cause, interrupt: false, tval: 0x77n }]]);
  });

  test.each([
    [0x5555n, { why: 'shutdown', code: 0 }],
    [0x7777n, { why: 'reboot', code: 0 }],
    [0x0007_3333n, { why: 'crashed', code: 7 }],
  ])('a store of 0x%s to the finisher ends the VM', (value, reason) => {
    const { vcpus } = scriptedVm();
    vcpus[0].x.set(10, value);
    expect(handle(vcpus[0], mmio({ gpa: FINISHER, width: 4, access: 'store' }))).toMatchObject({ stop: reason });
  });

  test('any other value in the finisher means nothing', () => {
    const { vcpus } = scriptedVm();
    vcpus[0].x.set(10, 0x1234n);
    expect(handle(vcpus[0], mmio({ gpa: FINISHER, width: 4, access: 'store' }))).toBe('advance');
  });

  test('input raises the external interrupt through the PLIC, once the guest has enabled it', () => {
    const { vm, vcpus } = scriptedVm();
    const plic = (offset: number, value: bigint) => vm.bus.store(Number(PLIC) + offset, 4, value);
    vm.bus.store(Number(UART) + 1, 1, 1n); // IER: received data
    plic(4 * 10, 1n); // priority of source 10
    plic(0x2080, 1n << 10n); // enabled for context 1: hart 0, S-mode
    vm.input([0x61]);
    expect(vcpus[0].calls.at(-1)).toEqual(['setInterrupt', 'external', true]);
    handle(vcpus[0], mmio({ gpa: PLIC + 0x20_1004n, width: 4 })); // claim
    expect(vcpus[0].x.get(10)).toBe(10n);
    expect(vcpus[0].calls.at(-1)).toEqual(['setInterrupt', 'external', false]);
  });
});

describe('ecall', () => {
  test('results go to a0 and a1 and nowhere else; the call is counted', () => {
    const { vm, vcpus } = scriptedVm();
    vcpus[0].registers.fill(0x5an);
    const exit: VmExit = {
      kind: 'ecall',
      extension: 0x10n,
      fn: 3n,
      args: [0x4442434en, 0n, 0n, 0n, 0n, 0n],
      length: 4,
    };
    expect(handle(vcpus[0], exit)).toBe('advance');
    expect(vcpus[0].registers.map((value, i) => (value === 0x5an ? '' : `x${i}=${value}`)).join('')).toBe('x10=0x11=1');
    expect(vm.counters.sbiCalls).toEqual({ base: 1 });
  });

  test('a legacy call leaves a1 alone', () => {
    const { vcpus, printed } = scriptedVm();
    vcpus[0].x.set(11, 7n);
    handle(vcpus[0], { kind: 'ecall', extension: 1n, fn: 99n, args: [0x141n, 0n, 0n, 0n, 0n, 0n], length: 4 });
    expect([printed(), vcpus[0].x.get(10), vcpus[0].x.get(11)]).toEqual(['A', 0n, 7n]);
  });
});
