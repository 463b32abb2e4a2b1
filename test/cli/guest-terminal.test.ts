/** The loop between a guest and a terminal: when the guest runs, when the host rests, when input is handed on. */
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { GuestTerminal, type GuestState, type Streams } from '../../src/cli/guest-terminal';

/** A guest that plays a list of states, then is over with code 0, and remembers what happened to it and when. */
class Script {
  readonly log: string[] = [];
  readonly times: number[] = [];
  drained = true;
  readonly #states: GuestState[];
  constructor(...states: GuestState[]) {
    this.#states = states;
  }
  run(): GuestState {
    this.log.push('run');
    this.times.push(performance.now());
    return this.#states.shift() ?? { state: 'over', code: 0 };
  }
  input(bytes: readonly number[]): void {
    this.log.push(`input ${String.fromCharCode(...bytes)}`);
  }
  where(): string[] {
    return ['hart 0  S  0x80200000'];
  }
}

const busy: GuestState = { state: 'busy', slept: 0 };
const listening: GuestState = { state: 'listening', slept: 0 };
const idle: GuestState = { state: 'idle', slept: 0 };
const waiting: GuestState = { state: 'waiting' };

function streams(terminal: boolean): Streams & { readonly stdin: PassThrough; readonly stdout: PassThrough } {
  const stdin = Object.assign(new PassThrough(), { isTTY: terminal, setRawMode: () => undefined });
  return { stdin, stdout: new PassThrough(), stderr: new PassThrough() };
}

test('a waiting guest is not run before a key comes', async () => {
  const [guest, io] = [new Script(waiting, waiting), streams(true)];
  const code = new GuestTerminal(io).run(guest);
  await sleep(50);
  expect(guest.log).toEqual(['run']);
  io.stdin.write('k');
  await sleep(50);
  expect(guest.log).toEqual(['run', 'run', 'input k', 'run']);
  expect(await code).toBe(0);
});

test('an idle guest is run a few times in a second, and at once when a key comes', async () => {
  const [guest, io] = [new Script(...Array.from({ length: 1000 }, () => idle)), streams(true)];
  const code = new GuestTerminal(io).run(guest);
  await sleep(300);
  expect(guest.log.length).toBeLessThan(20);
  io.stdin.write('k');
  await sleep(5);
  expect(guest.log).toContain('input k');
  io.stdin.write('\x01x');
  expect(await code).toBe(0);
});

test('a person sees the pauses that a guest makes; a pipe does not wait for them', async () => {
  const pause: GuestState = { state: 'busy', slept: 0.2 };
  for (const [terminal, least, most] of [
    [true, 190, 2000],
    [false, 0, 150],
  ] as const) {
    const guest = new Script(pause);
    await new GuestTerminal(streams(terminal)).run(guest);
    const [first, second] = guest.times;
    expect(second - first).toBeGreaterThanOrEqual(least);
    expect(second - first).toBeLessThan(most);
  }
});

test('piped input is kept until the guest asks, and given on when the last of it is taken', async () => {
  const [guest, io] = [new Script(busy, busy, listening, listening, listening), streams(false)];
  io.stdin.write('abc');
  const code = new GuestTerminal(io).run(guest);
  await code;
  expect(guest.log).toEqual(['run', 'run', 'run', 'input abc', 'run', 'run', 'run']);
});

test('piped lines are given on one at a time', async () => {
  const [guest, io] = [new Script(busy, listening, listening, listening), streams(false)];
  io.stdin.end('ls\nreset\nrest');
  await new GuestTerminal(io).run(guest);
  expect(guest.log.filter((entry) => entry.startsWith('input'))).toEqual(['input ls\n', 'input reset\n', 'input rest']);
});

test('keys of a person are given to a busy guest too', async () => {
  const [guest, io] = [new Script(...Array.from({ length: 10 }, () => busy)), streams(true)];
  io.stdin.write('abc');
  await new GuestTerminal(io).run(guest);
  expect(guest.log).toContain('input abc');
});

test('output is shown after each slice, byte for byte', async () => {
  const io = streams(false);
  const terminal = new GuestTerminal(io);
  const guest = new Script(busy);
  for (const byte of [0, 10, 13, 0xff]) terminal.send(byte);
  await terminal.run(guest);
  expect([...(io.stdout.read() as Buffer)]).toEqual([0, 10, 13, 0xff]);
});

test('a slow reader holds the guest back', async () => {
  const io = { ...streams(false), stdout: new PassThrough({ highWaterMark: 4 }) };
  const terminal = new GuestTerminal(io);
  const guest = new Script(busy, busy);
  for (let i = 0; i < 100; i++) terminal.send(i);
  const code = terminal.run(guest);
  await sleep(30);
  expect(guest.log).toEqual(['run']);
  io.stdout.resume();
  expect(await code).toBe(0);
});
