/** `hv boot FILE.yaml`: what a file of machines may say, what is refused at which line, and several machines on one terminal. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { UsageError } from '#course';
import { bootVms } from '../../src/cli/boot-vms';
import { parseVms } from '../../src/cli/vms/parse';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'worldswitch-vms-'));
afterAll(() => rmSync(folder, { recursive: true }));
const EXAMPLES = join(__dirname, '../../vms');

const file = (text: string): string => {
  const path = join(folder, 'm.yaml');
  writeFileSync(path, text);
  return path;
};
writeFileSync(join(folder, 'disk.img'), Buffer.alloc(8192));
writeFileSync(join(folder, 'odd.img'), Buffer.alloc(100));

async function run(text: string, input = ''): Promise<{ code: number; out: string; err: string }> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const written = [stdout, stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString('latin1');
  });
  stdin.end(input);
  const code = await bootVms({ file: file(text) }, { stdin, stdout, stderr });
  return { code, out: written[0](), err: written[1]() };
}

describe('what is refused, in a sentence with the line', () => {
  const A = 'vms:\n  a:\n    guest: hello\n';
  test.each([
    ['no file of machines', 'hello', 'm.yaml:1: a file of machines has a key "vms".'],
    ['no machine', 'vms: {}', 'm.yaml:1: "vms": there is no machine to run.'],
    ['broken YAML', 'vms:\n  a: {guest: hello', 'm.yaml:2: this is not YAML: '],
    ['a key twice', `${A}    guest: hello\n`, 'm.yaml:4: this is not YAML: Map keys must be unique'],
    ['an unknown key', `${A}    hart: 2\n`, 'm.yaml:4: unknown key "hart". Did you mean "harts"?'],
    ['an unknown key above', `slize: 5\n${A}`, 'm.yaml:1: unknown key "slize". Did you mean "slice"?'],
    ['an unknown device', `${A}    devices:\n      dsk: x\n`, 'm.yaml:5: unknown key "dsk". Did you mean "disk"?'],
    ['an unknown key of a disk', `${A}    devices:\n      disk: { file: x, quoat: 3M }\n`, 'm.yaml:5: unknown key "quoat". Did you mean "quota"?'],
    ['a name that is none', 'vms:\n  "A b":\n    guest: hello\n', 'm.yaml:2: "vms.A b" is no name: lower-case words joined by hyphens.'],
    ['a size that is none', `${A}    memory: 12Q\n`, 'm.yaml:4: "vms.a.memory" must be a size, as 128M, or a list of { at, size }.'],
    ['an address that is none', `${A}    memory:\n      - { at: here, size: 4M }\n`, 'm.yaml:5: "vms.a.memory.0.at" must be an address, as 0x80000000.'],
    ['nine harts', `${A}    harts: 9\n`, 'm.yaml:4: "vms.a.harts" must be a number of harts, 1 to 8.'],
    ['half a hart', `${A}    harts: 1.5\n`, 'm.yaml:4: "vms.a.harts" must be a number of harts, 1 to 8.'],
    ['another scheduler', `scheduler: lottery\n${A}`, 'm.yaml:1: "scheduler" must be round-robin; others come with lesson 17.'],
    ['a device of the host', `${A}    devices:\n      pass: uart\n`, 'm.yaml:5: "vms.a.devices.pass" gives a device of the host to the VM, and comes with lesson 11.'],
    ['a date that is none', `${A}    devices:\n      rtc: tomorrow\n`, 'm.yaml:5: "vms.a.devices.rtc" must be a date and time, as "2026-01-01T00:00:00Z".'],
    ['neither guest nor kernel', 'vms:\n  a:\n    harts: 1\n', 'm.yaml:2: "vms.a": give either a guest of the course or a kernel.'],
    ['both', `${A}    kernel: Image\n`, 'm.yaml:2: "vms.a": give either a guest of the course or a kernel.'],
    ['an initrd for a guest', `${A}    initrd: x\n`, 'm.yaml:4: "vms.a.initrd": a guest of the course takes none.'],
    ['a guest that is not there', 'vms:\n  a:\n    guest: helo\n', 'm.yaml:3: There is no guest "helo". Did you mean "hello"?'],
    ['a kernel that is not there', 'vms:\n  a:\n    kernel: no/Image\n', /m\.yaml:3: .*no\/Image does not exist/],
    ['a disk that is not there', `${A}    devices:\n      disk: no.img\n`, /m\.yaml:5: .*no\.img does not exist/],
    ['a disk that is none', `${A}    devices:\n      ata: odd.img\n`, /m\.yaml:5: .*odd\.img has 100 bytes; a disk is made of sectors/],
    ['two writers of one file', `${A}    devices:\n      disk: [{ file: disk.img, write: true }, disk.img]\n`, 'm.yaml:5: "disk.img" is written to, so only one disk may use it.'],
    ['too many virtio devices', `${A}    devices:\n      net: [a, b, c, d, e, f, g, h, i]\n`, /m\.yaml:1: 9 virtio devices are not possible: the board has 8 slots/],
    ['ranges that overlap', `${A}    memory:\n      - { at: 0x80000000, size: 8M }\n      - { at: 0x80400000, size: 8M }\n`,
      'm.yaml:4: VM "a": RAM at 0x80000000-0x807fffff and RAM at 0x80400000-0x80bfffff claim the same addresses.'],
    ['RAM over a device', `${A}    memory:\n      - { at: 0x80000000, size: 8M }\n      - { at: 0x10000000, size: 8M }\n`,
      /m\.yaml:4: VM "a": .*claim the same addresses\./],
    ['RAM with a gap where the guest lies', `${A}    memory:\n      - { at: 0x80000000, size: 1M }\n      - { at: 0x80300000, size: 8M }\n`,
      /m\.yaml:4: .*needs 0x80200000-0x[0-9a-f]+, but RAM of VM "a" is 0x80000000-0x800fffff and 0x80300000-0x80afffff\./],
    ['RAM that is not whole pages', `${A}    memory:\n      - { at: 0x80000100, size: 8M }\n`, /m\.yaml:4: .*(whole pages|RAM of VM)/],
    ['too little memory', `${A}    memory: 1M\n`, /m\.yaml:4: VM "a": RAM of 1048576 bytes is not possible/],
    ['too much memory', `${A}    memory: 900G\n`, /m\.yaml:1: The VMs need 921\d{3} MiB/],
    ['an unknown technique', `technique: magic\n${A}`, /There is no technique "magic"; choose trap-and-emulate/],
  ])('%s', async (_, text, sentence) => {
    const booted = run(text);
    await expect(booted).rejects.toBeInstanceOf(UsageError);
    await expect(booted).rejects.toThrow(sentence);
  }); // prettier-ignore

  test('all faults of a file at once, in the order of their lines', () => {
    expect(() => parseVms(`slize: 1\n${A}    harts: 9\n`, 'm.yaml')).toThrow(
      'm.yaml:1: unknown key "slize". Did you mean "slice"?\nm.yaml:5: "vms.a.harts" must be a number of harts, 1 to 8.',
    );
  });

  test('a file that names itself without end', () => {
    const bomb = 'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n';
    expect(() => parseVms(bomb, 'm.yaml')).toThrow(UsageError);
  }); // prettier-ignore
});

test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml')))('the example %s is in order', (name) => {
  expect(() => parseVms(readFileSync(join(EXAMPLES, name), 'utf8'), name)).not.toThrow();
});

describe('several machines on a pipe', () => {
  test('all that they write, line by line with their names; the largest exit code', async () => {
    const text = 'vms:\n  one: { guest: hello, memory: 4M }\n  two: { guest: crasher, memory: 4M }\n';
    const { code, out } = await run(text);
    expect(out).toContain('one: Hello from S-mode, hart 0\n');
    expect(out).toContain('two: about to crash\n');
    expect(code).toBe(1);
  });

  test('input goes to the first, and when that is over to the next', async () => {
    const text = 'vms:\n  left: { guest: kernel, memory: 16M, append: shell }\n  right: { guest: kernel, memory: 16M, append: shell }\n';
    const { code, out } = await run(text, 'echo L\npoweroff\necho R\npoweroff\n');
    expect(out).toContain('left: L\n');
    expect(out).toContain('right: R\n');
    expect(code).toBe(0);
  }); // prettier-ignore
});

describe('several machines before a person', () => {
  /** Types each text when the output shows what stands before it. */
  async function dialogue(text: string, ...turns: readonly (readonly [shown: string | RegExp, typed: string])[]) {
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    let seen = '';
    for (const stream of [stdout, stderr]) stream.on('data', (chunk: Buffer) => (seen += chunk.toString('latin1')));
    let over = false;
    const code = bootVms({ file: file(text) }, { stdin, stdout, stderr }).finally(() => (over = true));
    for (const [shown, typed] of turns) {
      while (!over && !new RegExp(shown).test(seen)) await new Promise((resolve) => setTimeout(resolve, 5));
      if (over) throw new Error(`over before it showed ${shown}: ${seen}`);
      seen = '';
      stdin.write(typed);
    }
    return { code: await code, seen };
  }
  const TWO =
    'vms:\n  left: { guest: kernel, memory: 16M, append: shell }\n  right: { guest: kernel, memory: 16M, append: shell }\n';

  test('Ctrl-A n shows the next one with what it wrote meanwhile, and the keys are its own', async () => {
    const { code } = await dialogue(
      TWO,
      [/\$ $/, 'echo in-left\r'],
      [/in-left\r?\n\$ $/, '\x01n'],
      [/--- right \(running\) ---[^]*\$ $/, 'echo in-right\r'],
      [/in-right\r?\n\$ $/, '\x01n'],
      [/--- left \(running\) ---/, '\x01x'],
    );
    expect(code).toBe(0);
  });

  test('Ctrl-A z pauses, r resets, k kills the one in front; h says so', async () => {
    const { code } = await dialogue(
      TWO,
      [/\$ $/, '\x01h'],
      [/Ctrl-A k +kill it/, '\x01z'],
      [/left: paused/, '\x01p'],
      [/left {2}VCPU 0 {2}0x[0-9a-f]+ {2}paused[^]*right {2}VCPU 0 {2}0x[0-9a-f]+ {2}running/, '\x01z'],
      [/left: running/, '\x01r'],
      [/left: reset[^]*\$ $/, '\x01k'],
      [/left: it was killed from outside/, '\x01n\x01k'],
    );
    expect(code).toBe(1);
  });

  test('Ctrl-A s keeps the one in front as it is, and b goes back to that, even when it was killed', async () => {
    const { code } = await dialogue(
      TWO,
      [/\$ $/, '\x01b'],
      [/left: nothing is kept; Ctrl-A s keeps it/, '\x01s'],
      [/left: kept as it is now/, '\x01k'],
      [/left: it was killed from outside/, '\x01b'],
      [/left: back where it was kept \(running\)/, 'echo alive again\r'],
      [/alive again\r?\n\$ $/, '\x01x'],
    );
    expect(code).toBe(0);
  });
});
