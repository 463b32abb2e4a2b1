/** Whatever a part throws or returns becomes one sentence about the part. */
import { decode } from '#machine';
import { bootReference, referenceParts } from '#reference';
import { guardParts, NotWritten, PartFailure, todo, type Parts, type RunLoopContext, type Vcpu } from '#vmm';
import { describe as inWords } from '../../src/vmm/part-failure';
import { image } from './images';

const MRET = decode(0x3020_0073)!;
const nothing = undefined as never;

/** The parts with one replaced by something that need not be right. */
const withPart = (part: Partial<Record<keyof Parts, unknown>>): Parts =>
  guardParts({ ...referenceParts, ...part } as unknown as Parts);

const failure = (call: () => unknown): Error => {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
};

describe('guardParts', () => {
  test.each([
    [undefined, 'undefined'], [NaN, 'NaN'], [null, 'null'], [7n, '7n'], ['done', "'done'"], [{}, 'an object'],
    [() => 1, 'a function'], [Promise.resolve('advance'), 'a Promise'], [Symbol('x'), 'Symbol(x)'],
    ['x'.repeat(1000), `'${'x'.repeat(60)}…'`],
    [Object.create(null), 'an object'],
    [{ toString: () => 'advance', valueOf: () => 'advance' }, 'an object'],
  ])('a virtual supervisor that returns %p', (value, words) => {
    const error = failure(() => withPart({ virtualSupervisor: () => value }).virtualSupervisor(MRET, nothing));
    expect(error).toBeInstanceOf(PartFailure);
    expect(error).toMatchObject({
      part: 'virtualSupervisor',
      message: `your \`virtualSupervisor\` returned ${words}; it must return 'advance', 'redirected', 'block' or 'illegal'.`,
    });
  }); // prettier-ignore

  test('a run loop and an owner that return something else', () => {
    expect(failure(() => withPart({ runLoop: () => 'advance' }).runLoop(nothing)).message).toBe(
      "your `runLoop` returned 'advance'; it must return 'all-stopped', 'deadlock' or 'out-of-budget'.",
    );
    expect(failure(() => withPart({ reflect: { owner: () => true } }).reflect.owner(nothing, nothing)).message).toBe(
      "your `reflect.owner` returned true; it must return 'guest' or 'vmm'.",
    );
  });

  test.each([
    [new TypeError('x is undefined'), 'TypeError: x is undefined'],
    ['text', "'text'"],
    [undefined, 'undefined'],
    [Object.create(null), 'an object'],
  ])('a part that throws %p', (thrown, words) => {
    const parts = withPart({ reflect: { deliver: () => { throw thrown; } } }); // prettier-ignore
    const error = failure(() => parts.reflect.deliver(nothing, nothing));
    expect(error).toMatchObject({
      name: 'PartFailure',
      part: 'reflect',
      message: `your \`reflect.deliver\` threw ${words}`,
    });
    expect(error.cause).toBe(thrown);
  });

  test("endless recursion is the part's failure too", () => {
    const virtualSupervisor = (): never => virtualSupervisor();
    const error = failure(() => withPart({ virtualSupervisor }).virtualSupervisor(MRET, nothing));
    expect(error.message).toMatch(/^your `virtualSupervisor` threw RangeError/);
  });

  test('todo() passes through: not written is not wrong', () => {
    const parts = withPart({ virtualSupervisor: () => todo('everything') });
    expect(failure(() => parts.virtualSupervisor(MRET, nothing))).toBeInstanceOf(NotWritten);
  });

  test('a value whose description throws', () => {
    const nasty = new Proxy({}, { get: () => { throw new Error('no'); } }); // prettier-ignore
    expect(inWords(nasty)).toBe('a value that cannot be shown');
  });
});

describe('a virtual supervisor that writes nonsense', () => {
  const run = (write: (vcpu: Parameters<Parts['virtualSupervisor']>[1]) => unknown): string => {
    const virtualSupervisor: Parts['virtualSupervisor'] = (_, vcpu) => (write(vcpu), 'advance');
    const host = bootReference({ vms: [{ name: 'x', image: image('csrr a0, sstatus'), memoryBytes: 4 << 20 }], technique: 'trap-and-emulate', parts: { virtualSupervisor } });
    return failure(() => host.run(10)).message;
  }; // prettier-ignore

  test.each<[string, (vcpu: never) => unknown, string]>([
    [
      'a number in a CSR',
      (vcpu: { csr: { sepc: unknown } }) => (vcpu.csr.sepc = 5),
      'sepc holds a 64-bit bigint, not 5',
    ],
    ['nothing in a register', (vcpu: Vcpu) => vcpu.x.set(5, nothing), 'x5 holds a 64-bit bigint, not undefined'],
    ['a register that is not there', (vcpu: Vcpu) => vcpu.x.set(32, 0n), 'there is no register x32'],
    ['register NaN', (vcpu: Vcpu) => vcpu.x.get(NaN), 'there is no register xNaN'],
    ['a pc that is a number', (vcpu: { pc: unknown }) => (vcpu.pc = 4), 'pc holds a 64-bit bigint, not 4'],
    ['a mode that is none', (vcpu: { mode: unknown }) => (vcpu.mode = 'M'), "mode is 'S' or 'U'"],
  ])('%s', (_, write, words) => {
    expect(run(write as never)).toBe(`your \`virtualSupervisor\` threw TypeError: ${words}`);
  });

  test('a CSR that is not there', () => {
    expect(run((vcpu) => ((vcpu.csr as Record<string, bigint>).mstatus = 0n))).toMatch(
      /^your `virtualSupervisor` threw TypeError/,
    );
  });
});

describe('a run loop that does not keep to its limits', () => {
  const run = (runLoop: (context: RunLoopContext) => unknown, exits = 10): string => {
    const host = bootReference({ vms: [{ name: 'x', image: image('1: wfi\n j 1b'), memoryBytes: 4 << 20 }], technique: 'trap-and-emulate', parts: { runLoop: runLoop as Parts['runLoop'] } });
    return failure(() => host.run(exits)).message;
  }; // prettier-ignore

  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 31, '5', undefined])('a budget of %p', (budget) => {
    expect(run(({ vcpus }) => vcpus[0].run(budget as number))).toMatch(
      /^your `runLoop` entered a VCPU with a budget of .*; it must be a whole number from 1 to 2147483647\.$/,
    );
  });

  test('more exits than allowed', () => {
    const endless = ({ vcpus }: RunLoopContext) => { for (;;) vcpus[0].run(100); }; // prettier-ignore
    expect(run(endless, 7)).toBe(
      "your `runLoop` took more than its allowance of 7 exits; it has to return 'out-of-budget' then.",
    );
  });

  test('entering a VCPU that waits, or is over', () => {
    const enter = (prepare: (context: RunLoopContext) => void) =>
      run((context) => (prepare(context), context.vcpus[0].run(1)));
    expect(enter(({ vcpus }) => (vcpus[0].state = 'blocked'))).toBe('your `runLoop` entered a VCPU that is blocked; only a runnable one may run.');
    const reason = { why: 'killed', code: 1, detail: 'by the test' } as const;
    expect(enter(({ vcpus, stop }) => stop(vcpus[0], reason))).toMatch('a VCPU that is stopped');
    expect(enter(({ vcpus, stop }) => (stop(vcpus[0], reason), (vcpus[0].state = 'runnable')))).toMatch('a VCPU that is stopped');
  }); // prettier-ignore

  test('waiting for ever', () => {
    const patient = (context: RunLoopContext) => { context.vcpus[0].state = 'blocked'; while (!context.idle()); }; // prettier-ignore
    expect(run(patient)).toMatch(/^your `runLoop` asks `idle` again and again although nothing will ever wake a VCPU/);
  });

  test('things that it was not given', () => {
    expect(run(({ handle }) => handle({} as Vcpu, { kind: 'budget' }))).toMatch('called `handle` for something that is not one of `vcpus`');
    expect(run(({ handle, vcpus }) => handle(vcpus[0], undefined as never))).toMatch('gave `handle` something that is not an exit');
    expect(run(({ handle, vcpus }) => handle(vcpus[0], { kind: 'toString' } as never))).toMatch('not an exit');
    expect(run(({ stop, vcpus }) => stop(vcpus[0], undefined as never))).toMatch('called `stop` without a reason');
    expect(run(({ vcpus }) => (vcpus[0].pc = 4 as never))).toMatch('set a pc to 4');
    expect(run(({ vcpus }) => (vcpus[0].state = 'asleep' as never))).toMatch("set a VCPU's state to 'asleep'");
  }); // prettier-ignore
});
