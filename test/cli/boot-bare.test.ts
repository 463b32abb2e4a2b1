/** `hv boot --bare` on streams of our own: what goes in, what comes out, how it ends, and what is refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { UsageError } from '#course';
import { assemble } from '#machine';
import { installedFirmware } from '../../src/cli/bare-software';
import { bootBare, type BareOptions } from '../../src/cli/boot-bare';
import { makeElf } from '../machine/elf-maker';
import { ECHO, SLEEPER } from './bare-guests';

jest.setTimeout(30_000); // guests that poll are slow, and so is a busy host

const folder = mkdtempSync(join(tmpdir(), 'worldswitch-bare-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, source: string): string {
  const path = join(folder, name);
  writeFileSync(path, assemble(source, { origin: 0x8000_0000n }).bytes);
  return path;
}

interface Run {
  readonly stdin: PassThrough & { isTTY?: boolean; setRawMode?: (raw: boolean) => void };
  readonly raw: boolean[];
  readonly code: Promise<number>;
  out(): string;
  err(): string;
  /** Resolves when the output contains `text`. */
  shows(text: string): Promise<void>;
}

function boot(options: BareOptions, terminal = false): Run {
  const stdin: Run['stdin'] = new PassThrough();
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const raw: boolean[] = [];
  if (terminal) Object.assign(stdin, { isTTY: true, setRawMode: (on: boolean) => void raw.push(on) });
  let [out, err] = ['', ''];
  stdout.on('data', (chunk: Buffer) => (out += chunk.toString('latin1')));
  stderr.on('data', (chunk: Buffer) => (err += chunk.toString('latin1')));
  const code = bootBare({ memory: '1M', bios: 'none', ...options }, { stdin, stdout, stderr });
  let ended = false;
  const end = (): void => void (ended = true);
  code.then(end, end); // a failure is reported where the test awaits `code`
  const shows = async (text: string): Promise<void> => {
    while (!out.includes(text) && !ended) await new Promise((resolve) => setTimeout(resolve, 5));
    if (!out.includes(text)) throw new Error(`the guest ended without saying ${text}; it said ${out}`);
  };
  return { stdin, raw, code, out: () => out, err: () => err, shows };
}

describe('input from a pipe', () => {
  test.each(['step', 'interpret', 'compile'])(
    'goes to the guest in order; its code is the exit code (%s)',
    async (engine) => {
      const run = boot({ kernel: file('echo', ECHO), engine });
      run.stdin.end('HAL\x10');
      expect([await run.code, run.out(), run.err()]).toEqual([5, 'IBM', '']);
    },
  );

  test('arrives whole, however much it is', async () => {
    const run = boot({ kernel: file('echo', ECHO) });
    const text = 'a'.repeat(20_000);
    run.stdin.end(`${text}\x10`);
    expect([await run.code, run.out()]).toEqual([5, 'b'.repeat(20_000)]);
  });

  test('ends the run when it ends and the guest polls for more', async () => {
    const run = boot({ kernel: file('echo', ECHO) });
    run.stdin.end('a');
    expect([await run.code, run.out(), run.err()]).toEqual([
      0,
      'b',
      '\nhv: the guest waits for input, and standard input has ended.\n',
    ]);
  });

  test('ends the run when it ends and nothing can wake the guest', async () => {
    const run = boot({ kernel: file('sleeper', SLEEPER) });
    run.stdin.end();
    expect([await run.code, run.out()]).toEqual([0, 'z']);
  });

  test('ends the run when the guest takes no notice of it and waits for ever', async () => {
    const run = boot({ kernel: file('sleeper', SLEEPER) });
    run.stdin.write('typed in vain\nand again\n');
    await run.shows('z');
    run.stdin.end('and again\n');
    expect([await run.code, run.out()]).toEqual([0, 'z']);
  });
});

describe('on a terminal', () => {
  test('keys go to the guest, Ctrl-A x leaves, and the terminal is what it was', async () => {
    const run = boot({ kernel: file('echo', ECHO) }, true);
    run.stdin.write('H');
    await run.shows('I');
    run.stdin.write('\x03');
    await run.shows('\x04');
    expect(run.raw).toEqual([true]);
    run.stdin.write('\x01x');
    expect([await run.code, run.out(), run.raw]).toEqual([0, 'I\x04', [true, false]]);
  });

  test('Ctrl-A h helps', async () => {
    const run = boot({ kernel: file('sleeper', SLEEPER) }, true);
    await run.shows('z');
    run.stdin.write('\x01h\x01x');
    await run.code;
    expect(run.err()).toContain('Ctrl-A x     leave');
  });

  test('Ctrl-A p tells where each hart is', async () => {
    const run = boot({ kernel: file('sleeper', SLEEPER), harts: '2' }, true);
    await run.shows('z');
    run.stdin.write('\x01p\x01x');
    await run.code;
    expect(run.err()).toMatch(/hart 0 {2}M {2}0x800000[01][0-9a-f]\r\nhart 1 {2}M {2}0x800000[01][0-9a-f]\r\n/);
  });

  test('a terminal that goes away ends the run', async () => {
    const run = boot({ kernel: file('echo', ECHO) }, true);
    run.stdin.end();
    expect(await run.code).toBe(0);
  });

  test('no listener stays behind', async () => {
    const count = (): number =>
      ['exit', 'SIGTERM', 'SIGHUP'].reduce((sum, name) => sum + process.listenerCount(name), 0);
    const before = count();
    const run = boot({ kernel: file('sleeper', SLEEPER) }, true);
    expect(count()).toBe(before + 3);
    run.stdin.write('\x01x');
    await run.code;
    expect(count()).toBe(before);
  });
});

test('a guest that asks for a reset starts again', async () => {
  const run = boot({
    kernel: file(
      'resetter',
      `
      la t0, count
      csrr t1, mscratch
      li s0, 0x10000000
      li t2, '.'
      sb t2, 0(s0)
      li s1, 0x801ffff0   # outside the image: survives a reset
      lw t3, 0(s1)
      addi t3, t3, 1
      sw t3, 0(s1)
      li t4, 3
      li t0, 0x100000
      li t1, 0x7777
      bne t3, t4, end
      li t1, 0x5555
    end:
      sw t1, 0(t0)
    count: .word 0`,
    ),
    memory: '4M',
  });
  run.stdin.end();
  expect([await run.code, run.out()]).toEqual([0, '...']);
});

describe('refused in one sentence', () => {
  const bad = join(folder, 'pc.elf');
  writeFileSync(
    bad,
    Buffer.concat([
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]),
      Buffer.alloc(11),
      Buffer.from([62, 0]),
      Buffer.alloc(100),
    ]),
  );
  const empty = join(folder, 'empty');
  writeFileSync(empty, '');
  const large = join(folder, 'large');
  writeFileSync(large, Buffer.alloc(2 ** 20 + 1));

  test.each<[string, BareOptions, RegExp]>([
    ['nothing to boot', {}, /^Nothing to boot: give --bios FILE, --kernel FILE or both\.$/],
    ['bios none alone', { bios: 'none' }, /^Nothing to boot/],
    ['a missing file', { kernel: join(folder, 'none') }, /none does not exist\.$/],
    ['a folder', { bios: folder }, /is a folder, not an image file\.$/],
    [
      'a program for a PC',
      { kernel: bad },
      /pc\.elf is for x86-64 \(e_machine 62\); this machine runs RISC-V \(243\)\.$/,
    ],
    ['an empty file', { kernel: empty }, /empty is empty\.$/],
    [
      'more than RAM',
      { kernel: large },
      /large needs 0x80000000-0x80100000, but RAM is 0x80000000-0x800fffff \(1 MiB\)\.$/,
    ],
    [
      'an unknown engine',
      { kernel: empty, engine: 'jit' },
      /^There is no engine "jit"; choose step, interpret or compile\.$/,
    ],
    ['odd memory', { kernel: empty, memory: 'lots' }, /^"lots" is not an amount of memory/],
    [
      'too much memory',
      { kernel: empty, memory: '64G' },
      /^RAM of 65536 MiB is not possible: give a multiple of 4 KiB between 64 KiB and \d+ MiB\.$/,
    ],
  ])('%s', async (_, options, sentence) => {
    const { code } = boot(options);
    const error: unknown = await code.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(sentence);
  });
});

const firmware = installedFirmware();
const withFirmware = firmware === undefined ? test.skip : test;
withFirmware('a kernel linked for the place of the firmware, as xv6 is, is refused with what to give', async () => {
  const kernel = join(folder, 'first.elf');
  writeFileSync(kernel, makeElf({ entry: 0x8000_0000n, parts: [{ address: 0x8000_0000n, bytes: Buffer.alloc(4) }] }));
  const error: unknown = await boot({ kernel, bios: undefined, memory: '4M' }).code.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toMatch(
    /first\.elf lies at 0x80000000, where OpenSBI would be; give --bios none if it starts in M-mode, without firmware\.$/,
  );
});

describe('a trace', () => {
  /** Calls a function that reads a CSR which is not there; its handler switches off. */
  const FAULTY = assemble(
    `
    _start: la t0, handler
      csrw mtvec, t0
      call inner
    inner:
      nop
    faulty:
      csrr a0, 0x8ff
    handler:
      li t0, 0x100000
      li t1, 0x5555
      sw t1, 0(t0)`,
    { origin: 0x8000_0000n },
  );
  const kernel = join(folder, 'faulty');
  writeFileSync(kernel, FAULTY.bytes);
  const systemMap = join(folder, 'System.map');
  writeFileSync(
    systemMap,
    [...FAULTY.labels].map(([name, at]) => `${at.toString(16).padStart(16, '0')} T ${name}\n`).join(''),
  );
  const traced = async (trace: string, more: BareOptions = {}): Promise<string> => {
    const run = boot({ kernel, symbols: systemMap, trace, ...more });
    run.stdin.end();
    expect(await run.code).toBe(0);
    return run.err();
  };
  const at = (label: string): string => `0x${FAULTY.labels.get(label)!.toString(16)} <${label}>`;

  test.each(['step', 'interpret'])('of traps names cause, function and instruction (%s)', async (engine) => {
    expect(await traced('traps', { engine })).toMatch(
      new RegExp(`^ +\\d+  hart 0  M -> M  illegal instruction at ${at('faulty')}  csrr a0,0x8ff\n$`),
    );
  });

  test('of functions has a line whenever another one goes on', async () => {
    expect((await traced('functions')).match(/-> \w+/g)).toEqual(['-> _start', '-> inner', '-> handler']);
  });

  test('of instructions has each that retired, with what it wrote', async () => {
    expect(await traced('instructions')).toContain(`hart 0  M  ${at('handler')}  lui t0,0x100  t0 = 0x100000\n`);
  });

  test('goes to a file if one is named', async () => {
    const into = join(folder, 'trace.txt');
    expect(await traced(`traps,${into}`)).toBe('');
    expect(readFileSync(into, 'utf8')).toContain('illegal instruction');
  });

  test.each<[BareOptions, RegExp]>([
    [{ trace: 'everything' }, /^--trace everything: choose traps, functions or instructions; a file may follow/],
    [{ trace: 'functions', engine: 'interpret' }, /^--trace functions needs --engine step\.$/],
    [{ trace: `traps,${folder}` }, /cannot be written to \(EISDIR\)\.$/],
    [{ symbols: kernel }, /faulty is no System\.map: line 1 /],
  ])('%j is refused', async (options, sentence) => {
    await expect(boot({ kernel, ...options }).code).rejects.toThrow(sentence);
  });
});

describe('a snapshot', () => {
  /** Prints a to i, with a long pause behind each letter, then switches off with code 7. */
  const COUNTER = `
    li s0, 0x10000000
    li s1, 0x60
    li s2, 'i'
  next:
    addi s1, s1, 1
    sb s1, 0(s0)
    li t0, 100000
  pause:
    addi t0, t0, -1
    bnez t0, pause
    bne s1, s2, next
    li t0, 0x100000
    li t1, 0x73333
    sw t1, 0(t0)`;
  const saved = join(folder, 'snapshot');
  const counted = async (options: BareOptions): Promise<[number, string, string]> => {
    const run = boot(options);
    run.stdin.end();
    const code = await run.code;
    return [code, run.out(), run.err()];
  };

  test.each([
    ['after a number of instructions', '500000', 'defghi'],
    ['at a time', '5ms', 'defghi'],
    ['at a text on the console', 'de', 'f?ghi'],
  ])('%s is taken while the run goes on, and a restored run prints the rest', async (_, at, rest) => {
    const kernel = file('counter', COUNTER);
    const [code, out, err] = await counted({ kernel, snapshot: saved, snapshotAt: at });
    expect([code, out]).toEqual([7, 'abcdefghi']);
    expect(err).toMatch(/^hv: snapshot: .*snapshot, after \d+ instructions\n$/);
    for (const engine of ['step', 'interpret'])
      expect(await counted({ restore: saved, engine })).toEqual([
        7,
        expect.stringMatching(new RegExp(`^${rest}$`)),
        '',
      ]);
  });

  test('after 500000 instructions is taken after just as many', async () => {
    const [, , err] = await counted({ kernel: file('counter', COUNTER), snapshot: saved, snapshotAt: '500000' });
    expect(err).toContain('after 500000 instructions');
  });

  test('that is not due before the end is not taken, and the person is told', async () => {
    const [, , err] = await counted({ kernel: file('counter', COUNTER), snapshot: saved, snapshotAt: 'no such text' });
    expect(err).toBe('hv: no snapshot: the run ended before that\n');
  });

  test.each<[BareOptions, RegExp]>([
    [{ snapshotAt: '5' }, /^--snapshot-at says when; --snapshot FILE must say where to\.$/],
    [{ restore: join(folder, 'none') }, /none does not exist\.$/],
    [{ restore: file('counter', COUNTER) }, /./],
  ])('%j is refused', async (options, sentence) => {
    const error: unknown = await boot({ kernel: file('counter', COUNTER), ...options }).code.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(sentence);
  });

  test('of a machine with other hardware is refused', async () => {
    await counted({ kernel: file('counter', COUNTER), snapshot: saved, snapshotAt: '1000' });
    await expect(boot({ restore: saved, harts: '2' }).code).rejects.toThrow(/^The snapshot is of another machine: /);
  });
});
