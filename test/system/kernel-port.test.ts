/** The paravirtual port of our kernel (src/guests/kernel/pv): how large it is, that it works like the kernel, and what it saves. */
import fs from 'node:fs';
import path from 'node:path';
import { bootReference } from '#reference';
import { imageOf, type Counters, type TechniqueName } from '#vmm';
import { readGuest } from '../../src/course/lab';
import { forThisTest } from '../for-this-test';

jest.setTimeout(60_000);

const MOST_LINES = 200;
const kernel = path.join(__dirname, '../../src/guests/kernel');

/** Lines of code: without blank ones and those that are all comment. */
function code(text: string): string[] {
  const lines = text.replaceAll(/\/\*[^]*?\*\//g, '').split('\n');
  return lines.map((line) => line.replace(/^\s*#\s.*$/, '').trim()).filter((line) => line !== '');
}

/** What only the port gets of a file that both have. */
function guarded(text: string): string[] {
  let inPort = false;
  return code(text).filter((line) => {
    const directive = /^[#.](ifdef|ifndef|else|endif)\b(?: PARAVIRTUAL)?/.exec(line);
    if (directive?.[1] === 'ifdef') inPort = line.includes('PARAVIRTUAL');
    else if (directive) inPort = false;
    return inPort && !directive;
  });
}

const files = (folder: string) =>
  fs
    .readdirSync(path.join(kernel, folder))
    .filter((name) => /\.[chs]$/.test(name))
    .map((name) => fs.readFileSync(path.join(kernel, folder, name), 'utf8'));

test(`the port is at most ${MOST_LINES} lines of code, those in files of its own and those in files that it shares`, () => {
  const own = files('pv').flatMap(code);
  const shared = files('.').flatMap(guarded);
  expect(own.length).toBeGreaterThan(100); // the counting works
  expect(shared.length).toBeGreaterThan(10);
  expect(own.length + shared.length).toBeLessThanOrEqual(MOST_LINES);
});

function run(guest: string, technique: TechniqueName, commands: string): { console: string; counters: Counters } {
  const append = `run="${commands}; poweroff"`;
  const image = imageOf(guest, readGuest(guest));
  const host = forThisTest(
    bootReference({
      vms: [{ name: guest, image, memoryBytes: 16 * 2 ** 20, append }],
      technique,
      engine: 'compile',
    }),
  );
  expect(host.run(500_000)).toBe('all-stopped');
  const [{ console, counters, stop }] = host.results();
  expect(stop).toMatchObject({ why: 'shutdown' });
  return { console, counters };
}

const total = (table: Record<string, number>): number => Object.values(table).reduce((sum, each) => sum + each, 0);

describe('a fork storm', () => {
  const commands = 'forkstorm 20';
  const port = run('kernel-pv', 'paravirtual', commands);
  const unported = run('kernel', 'trap-and-emulate', commands);

  test('prints the same as the kernel under trap-and-emulate', () => {
    expect(port.console).toBe(unported.console);
    expect(port.console).toContain('20 at once, exit codes add up to 210');
  });

  test('takes fewer exits than the kernel under trap-and-emulate, less than a quarter', () => {
    expect(4 * port.counters.exits).toBeLessThan(unported.counters.exits);
  });

  test('changes several entries of page tables in one exit (Barham et al. 2003, 3.3.3: "batched updates")', () => {
    const { entriesUpdated, hypercalls, byKind, entriesRefused } = port.counters;
    expect(entriesUpdated).toBeGreaterThan(2 * hypercalls.update);
    expect(total(hypercalls)).toBeGreaterThan(2 * byKind.ecall);
    expect(entriesRefused).toEqual({});
  });
});

test.each([
  'forkstorm 40; spin 6; sleep 30; mmaptest; selfmap',
  'fstest 2; echo kept here > note; ls; cat note; rm note; fsck; nonsense',
])('the port does as the kernel does: %s', (commands) => {
  expect(run('kernel-pv', 'paravirtual', commands).console).toBe(run('kernel', 'bare', commands).console);
});

test('the port waits for its serial port, with its events masked by a store, and answers', () => {
  const image = imageOf('kernel-pv', readGuest('kernel-pv'));
  const host = forThisTest(
    bootReference({
      vms: [{ name: 'kernel-pv', image, memoryBytes: 8 * 2 ** 20, append: 'shell console=uart' }],
      technique: 'paravirtual',
    }),
  );
  expect(host.run(100_000)).toBe('deadlock'); // nothing will wake it but input
  for (const line of ['echo one two > f\r', 'cat f\r', 'poweroff\r']) {
    host.vms[0].input(Buffer.from(line));
    host.run(100_000);
  }
  const [{ console, stop, counters }] = host.results();
  expect(stop).toMatchObject({ why: 'shutdown' });
  expect(console).toContain('$ cat f\none two\n$ poweroff');
  expect(counters.hypercalls.block).toBeGreaterThan(0);
});
