/** Debian's U-Boot in a virtual machine: unchanged, in its S-mode, under the techniques that run kernels as they are. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImage, parseIsa, type Isa } from '#machine';
import { bootReference } from '#reference';
import type { BootOptions, VmResult } from '#vmm';
import { hasTmux, Terminal } from './tmux';

const ROOT = join(__dirname, '../..');
const U_BOOT = '/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin';
const KERNEL_ADDRESS = 0x8020_0000;

const missing = [...(existsSync(U_BOOT) ? [] : [U_BOOT]), ...(hasTmux ? [] : ['tmux'])];
if (missing.length > 0 && process.env.CI) throw new Error(`missing: ${missing.join(', ')}; .ci/run installs them`);
if (missing.length > 0)
  console.warn(`vm-uboot.test.ts is skipped: ${missing.join(', ')} missing (Debian: u-boot-qemu tmux)`);
const real = missing.length > 0 ? describe.skip : describe;

jest.setTimeout(120_000);

/** Types each line when what it answers has appeared, until the guest is off. */
function session(technique: BootOptions['technique'], isa?: Isa): { result: VmResult; time: bigint } {
  const image = loadImage(readFileSync(U_BOOT), 'u-boot.bin', { rawAddress: KERNEL_ADDRESS });
  let printed = '';
  const host = bootReference({
    vms: [
      {
        name: 'u-boot',
        image,
        memoryBytes: 128 * 2 ** 20,
        console: (byte) => void (printed += String.fromCharCode(byte)),
      },
    ],
    technique,
    isa,
    slice: 10_000,
  });
  const typing: [RegExp, string][] = [
    [/stop autoboot/, ' '],
    [/=> $/, 'version\r'],
    [/GNU ld[^\n]*\n=> $/, 'poweroff\r'],
  ];
  for (;;) {
    const end = host.run(500);
    if (end !== 'out-of-budget') return { result: host.results()[0], time: host.now() };
    if (typing.length > 0 && typing[0][0].test(printed)) host.vms[0].input(Buffer.from(typing.shift()![1]));
  }
}

/** What it printed, less what depends on where it was interrupted by a key. */
const text = ({ console }: VmResult): string => console.replaceAll('\r', '').replace(/(autoboot:)[ \d\x08]*/, '$1');

real.each([
  ['trap-and-emulate', undefined],
  ['binary-translation', parseIsa('rv64imac_xleaky')],
  ['hardware', undefined],
] as const)("Debian's U-Boot under %s", (technique, isa) => {
  let inVm: ReturnType<typeof session>;
  beforeAll(() => {
    inVm = session(technique, isa);
  });

  test('finds the board, reaches its prompt, and `version` and `poweroff` work', () => {
    expect(text(inVm.result)).toMatch(
      /^\n\nU-Boot 20\d\d[\s\S]*DRAM: {2}128 MiB[\s\S]*=> version\nU-Boot[\s\S]*=> poweroff\npoweroff \.\.\.\n/,
    );
    expect(inVm.result.stop).toEqual({ why: 'shutdown', code: 0, detail: 'the guest switched its machine off' });
  });

  test('prints in a VM what it prints on the bare machine', () => {
    expect(text(inVm.result)).toBe(text(session('bare', isa).result));
  });

  test('costs exactly the same exits when it is typed at in the same way', () => {
    const again = session(technique, isa);
    expect(again.result.counters).toEqual(inVm.result.counters);
    expect(again.result.digest).toBe(inVm.result.digest);
    expect(again.time).toBe(inVm.time);
  });

  test('runs nearly all of its instructions directly', () => {
    const { instructionsDirect, exits } = inVm.result.counters;
    expect(instructionsDirect / exits).toBeGreaterThan(20);
  });
});

real('hv boot --kernel u-boot.bin', () => {
  test('a person reaches the prompt and switches the VM off', async () => {
    const terminal = new Terminal(`node bin/hv.cjs boot --kernel ${U_BOOT} --memory 64M`, ROOT);
    try {
      const banner = await terminal.shows(/Hit any key to stop autoboot/);
      expect(banner).toContain('DRAM:  64 MiB');
      terminal.type('Enter');
      await terminal.shows(/^=> *$/m);
      terminal.type('version', 'Enter');
      await terminal.shows(/=> version\s+U-Boot 20[\s\S]*GNU ld/);
      terminal.type('poweroff', 'Enter');
      const end = await terminal.shows(/\[end \d+\][\s\S]*echo/);
      expect(end).toContain('poweroff ...');
      expect(end).toContain('[end 0]');
    } finally {
      terminal.close();
    }
  });
});
