/** The board's device tree says what QEMU's says of the same devices. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine, initrdImage, loadImage, readFdt, type FdtNode } from '#machine';

function find(root: FdtNode, path: string): FdtNode {
  return path
    .split('/')
    .filter(Boolean)
    .reduce((at, name) => {
      const child = at.children.find((node) => node.name === name);
      if (!child) throw new Error(`${path}: no ${name}`);
      return child;
    }, root);
}

const words = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, i) => Buffer.from(bytes).readUInt32BE(4 * i));
const string = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1').replace(/\0$/, '');

const tree = (ramMib = 256, harts = 1, bootargs?: string): FdtNode => {
  const machine = createMachine({ ramBytes: ramMib * 2 ** 20, harts, engine: 'step' });
  machine.load({ bootargs });
  return readFdt(machine.fdt());
};

/** /chosen of a board with a raw kernel and a first file system of so many bytes. */
function chosenWithInitrd(ramMib: number, initrdBytes: number): FdtNode {
  const machine = createMachine({ ramBytes: ramMib * 2 ** 20, engine: 'step' });
  const kernel = loadImage(new Uint8Array(64), 'kernel', { ram: machine.ram });
  const initrd = initrdImage(new Uint8Array(initrdBytes), 'initrd', kernel, machine.ram);
  machine.load({ kernel, initrd, bootargs: 'a b' });
  return find(readFdt(machine.fdt()), 'chosen');
}

test('memory, time base and console', () => {
  const root = tree(256);
  expect(words(find(root, 'memory@80000000').properties.reg)).toEqual([0, 0x8000_0000, 0, 0x1000_0000]);
  expect(words(find(root, 'cpus').properties['timebase-frequency'])).toEqual([10_000_000]);
  expect(string(find(root, 'chosen').properties['stdout-path'])).toBe('/soc/serial@10000000');
  expect(find(root, 'chosen').properties.bootargs).toBeUndefined();
});

test('the command line is in /chosen', () => {
  expect(string(find(tree(128, 1, 'console=ttyS0 quiet'), 'chosen').properties.bootargs)).toBe('console=ttyS0 quiet');
});

test('each hart has its node, and interrupts from PLIC and CLINT in order', () => {
  const root = tree(128, 3);
  const controllers = [0, 1, 2].map(
    (hart) => words(find(root, `cpus/cpu@${hart}/interrupt-controller`).properties.phandle)[0],
  );
  expect(new Set(controllers).size).toBe(3);
  const [a, b, c] = controllers;
  expect(words(find(root, 'soc/plic@c000000').properties['interrupts-extended'])).toEqual([
    a,
    11,
    a,
    9,
    b,
    11,
    b,
    9,
    c,
    11,
    c,
    9,
  ]);
  expect(words(find(root, 'soc/clint@2000000').properties['interrupts-extended'])).toEqual([
    a,
    3,
    a,
    7,
    b,
    3,
    b,
    7,
    c,
    3,
    c,
    7,
  ]);
});

test('references lead somewhere', () => {
  const root = tree();
  const plic = words(find(root, 'soc/plic@c000000').properties.phandle);
  const testDevice = words(find(root, 'soc/test@100000').properties.phandle);
  expect(words(find(root, 'soc/serial@10000000').properties['interrupt-parent'])).toEqual(plic);
  expect(words(find(root, 'poweroff').properties.regmap)).toEqual(testDevice);
  expect(words(find(root, 'reboot').properties.regmap)).toEqual(testDevice);
});

test('the real-time clock is where QEMU has it, with source 11 of the PLIC', () => {
  const root = tree();
  const { compatible, reg, interrupts } = find(root, 'soc/rtc@101000').properties;
  expect([string(compatible), words(reg), words(interrupts)]).toEqual([
    'google,goldfish-rtc',
    [0, 0x10_1000, 0, 0x1000],
    [11],
  ]);
});

const TOOLS = ['qemu-system-riscv64', 'dtc'];
const missing = TOOLS.find((tool) => spawnSync(tool, ['--version']).error);
if (missing && process.env.CI) throw new Error(`${missing} is missing: .ci/run installs it`);
if (missing) console.warn(`the comparison with QEMU's device tree is skipped: ${missing} is missing`);

(missing ? describe.skip : describe)('against QEMU and dtc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'worldswitch-fdt-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('dtc takes our blob without a complaint', () => {
    const dtc = spawnSync('dtc', ['-I', 'dtb', '-O', 'dts', '-'], { input: createMachine({ engine: 'step' }).fdt() });
    expect([dtc.status, dtc.stderr.toString()]).toEqual([0, '']);
  });

  test.each([64, 100, 256, 512])('with %i MiB the first file system is where QEMU puts it', (ramMib) => {
    const [kernel, initrd, blob] = ['kernel', 'initrd', 'initrd.dtb'].map((name) => join(folder, name));
    writeFileSync(kernel, new Uint8Array(64));
    writeFileSync(initrd, new Uint8Array(1_000_001));
    const files = ['-bios', 'none', '-kernel', kernel, '-initrd', initrd, '-append', 'a b'];
    spawnSync('qemu-system-riscv64', ['-M', `virt,dumpdtb=${blob}`, '-m', `${ramMib}M`, '-display', 'none', ...files]);
    const theirs = find(readFdt(readFileSync(blob)), 'chosen').properties;
    const ours = chosenWithInitrd(ramMib, 1_000_001).properties;
    for (const name of ['linux,initrd-start', 'linux,initrd-end', 'bootargs'])
      expect([name, [...ours[name]]]).toEqual([name, [...theirs[name]]]);
  });

  test("all that we say of a device, QEMU's virt says too", () => {
    const blob = join(folder, 'virt.dtb');
    spawnSync('qemu-system-riscv64', ['-M', `virt,dumpdtb=${blob}`, '-m', '256M', '-display', 'none']);
    const theirs = readFdt(readFileSync(blob));
    const ours = tree(256);
    // phandles are free to choose; the processor has other extensions; and it is our board.
    const free = new Set([
      'phandle',
      'interrupt-parent',
      'regmap',
      'cpu',
      'interrupts-extended',
      'riscv,isa',
      'mmu-type',
      'model',
    ]);
    // QEMU has them from version 8 on; their names are from Linux's Documentation/devicetree/bindings/riscv/cpus.yaml.
    const newer = ['riscv,cbom-block-size', 'riscv,cboz-block-size'];
    const compare = (path: string): void => {
      const [mine, qemus] = [find(ours, path), find(theirs, path)];
      for (const [name, value] of Object.entries(mine.properties)) {
        if (path.endsWith('/interrupt-controller') && name === '#address-cells') continue; // dtc misses it in QEMU's
        if (newer.includes(name)) continue;
        expect(`${path} ${name}: ${name in qemus.properties}`).toBe(`${path} ${name}: true`);
        if (!free.has(name)) expect([path, name, [...value]]).toEqual([path, name, [...qemus.properties[name]]]);
      }
      for (const child of mine.children) compare(`${path}/${child.name}`);
    };
    compare('');
  });
});
