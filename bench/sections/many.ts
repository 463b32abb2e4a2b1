/** Many VMs: what each costs beside its RAM, and the memory of the process with several Linux machines in it. */
import { BOARD, initrdImage, loadImage } from '#machine';
import { bootReference } from '#reference';
import { TECHNIQUES, type TechniqueName, type VmConfig } from '#vmm';
import { readFileSync } from 'node:fs';
import { systemFiles } from '../../src/cli/systems';
import { userSeconds } from '../clock';
import { overheadOf } from '../overhead';
import { PROMPT } from '../prompt';
import { fixed, printTable } from '../table';

const TINY = 64;
const MOST_KB = 64;
const LINUXES = Number(process.env.WORLDSWITCH_LINUXES ?? 16);
const LINUX_MIB = 112;
const MOST_MIB = 2048;
const SLICE = 1_000_000;
/** After so many exits without all prompts something is wrong. */
const MOST_EXITS = 10_000_000;

export async function many(root: string): Promise<void> {
  linuxes(root); // first: the memory of the process is its figure, and machines that were released leave theirs to the next
  await tiny();
}

async function tiny(): Promise<void> {
  const rows: string[][] = [];
  for (const technique of (Object.keys(TECHNIQUES) as TechniqueName[]).filter((each) => each !== 'bare')) {
    const { objects, tables } = await overheadOf(technique, TINY);
    const sum = objects + tables;
    rows.push([
      technique,
      ...[objects, tables, sum].map((each) => fixed(each / 1000, 1)),
      sum / 1000 <= MOST_KB ? 'reached' : 'MISSED',
    ]);
  }
  printTable(
    `${TINY} tiny VMs: kB that each costs beside its RAM; at most ${MOST_KB}`,
    ['technique', 'objects', 'tables, caches', 'together', ''],
    rows,
  );
}

function linuxes(root: string): void {
  const files = systemFiles(root).filter(({ name }) => name === 'Image' || name === 'initrd.gz');
  const missing = files.filter(({ there }) => !there);
  if (missing.length > 0) {
    for (const { path, get } of missing) console.log(`\nLinux machines are not counted: ${path} is not there; ${get}.`);
    return;
  }
  const [kernel, initrd] = ['Image', 'initrd.gz'].map((name) => files.find((file) => file.name === name)!.path);
  const ram = { base: BOARD.ram.base, size: LINUX_MIB * 2 ** 20 };
  const image = loadImage(readFileSync(kernel), kernel, { ram, rawAddress: ram.base + 2 ** 21 });
  const file = initrdImage(readFileSync(initrd), initrd, image, ram); // one for all, as under `hv boot`
  const output = Array.from({ length: LINUXES }, () => '');
  const vms = output.map((_, i): VmConfig => ({
    name: `linux${i}`,
    image,
    initrd: file,
    memoryBytes: ram.size,
    append: 'console=ttyS0 quiet hv.shell',
    console: (byte) => (output[i] = (output[i] + String.fromCharCode(byte)).slice(-100)),
  }));
  const { isa } = TECHNIQUES.hardware;
  const host = bootReference({ vms, technique: 'hardware', isa, engine: 'compile', scheduled: true, slice: SLICE });
  let most = 0;
  const seconds = userSeconds(() => {
    for (let exits = 0; !output.every((text) => PROMPT.test(text)); exits += 1000) {
      if (host.run(1000) !== 'out-of-budget' || exits > MOST_EXITS)
        throw new Error(`not all Linux machines came to their shell: ${output[0]}`);
      most = Math.max(most, process.memoryUsage().rss);
    }
  });
  host.release();
  const mib = most / 2 ** 20;
  printTable(
    `${LINUXES} Linux machines of ${LINUX_MIB} MiB under hardware, each to its shell`,
    ['memory of the process (MiB)', 'at most', '', 'seconds'],
    [[fixed(mib, 0), String(MOST_MIB), mib <= MOST_MIB ? 'reached' : 'MISSED', fixed(seconds, 0)]],
  );
}
