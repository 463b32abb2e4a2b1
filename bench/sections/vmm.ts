/** What a hypervisor costs: the same guests on the bare machine and in VMs, and single exits. */
import { assemble, BOARD, initrdImage, loadImage, type Isa } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type Host, type TechniqueName, type VmConfig } from '#vmm';
import { readFileSync } from 'node:fs';
import { systemFiles } from '../../src/cli/systems';
import { best, times, userSeconds } from '../clock';
import { PROMPT } from '../prompt';
import { fixed, printTable } from '../table';

const ORIGIN = 0x8020_0000n;
const MIB = 2 ** 20;
const SHUTDOWN = 'li a7, 8\n ecall';

/** With what the figures are compared: parts of bare speed, of bare time, and microseconds. */
const GOALS = {
  compute: { hardware: 0.97, 'trap-and-emulate': 0.97 },
  linux: { hardware: 1.25, 'trap-and-emulate': 2.5 },
  call: 2,
  firstTouch: 5,
} as const;

const HOSTED = ['hardware', 'trap-and-emulate'] as const;
type Hosted = (typeof HOSTED)[number];

/** 3,000 million instructions: sums and products over 256 KiB, all of it in registers and in the TLB. */
const COMPUTE = `
    li s0, 7500
    la s1, data
outer:
    mv t0, s1
    li t1, 32768
inner:
    ld t2, 0(t0)
    mul t3, t2, t1
    add t2, t2, t3
    xor t2, t2, s0
    sd t2, 0(t0)
    addi t0, t0, 8
    addi t1, t1, -1
    slli t4, t2, 3
    add a3, a3, t4
    srli t4, a3, 7
    xor a3, a3, t4
    bnez t1, inner
    addi s0, s0, -1
    bnez s0, outer
    ${SHUTDOWN}
    .balign 4096
data:
`;

/** One call a round; the SBI implementation's version is the shortest answer that there is. */
const CALLS = (count: number): string => `
    li s0, ${count}
loop: li a7, 0x10
    li a6, 2
    ecall
    addi s0, s0, -1
    bnez s0, loop
    ${SHUTDOWN}`;

/** Guest RAM comes in two pieces of this size. The second one does not lie where a leaf of 2 MiB could map it. */
const PIECE = 64 * MIB + 4096;

/** A store to each of so many pages of the second piece. */
const TOUCH = (pages: number): string => `
    li s0, ${pages}
    li s1, 0x80000000 + ${PIECE}
    li s2, 4096
loop: sd s0, 0(s1)
    add s1, s1, s2
    addi s0, s0, -1
    bnez s0, loop
    ${SHUTDOWN}`;

interface Setting extends Partial<VmConfig> {
  readonly technique: TechniqueName;
  readonly source: string;
}

function boot({ technique, source, ...config }: Setting): Host {
  const program = assemble(`_start: ${source}`, { origin: ORIGIN });
  const vm: VmConfig = { name: 'bench', image: imageOf('bench', program), memoryBytes: 64 * MIB, ...config };
  return bootReference({ vms: [vm], technique, engine: 'compile', slice: 1_000_000 });
}

/** User seconds to the guest's end. */
function secondsToEnd(setting: Setting): number {
  const host = boot(setting);
  const seconds = userSeconds(() => {
    host.run(100_000_000);
  });
  if (host.vms[0].stop?.why !== 'shutdown') throw new Error(`the guest did not end: ${host.vms[0].stop?.detail}`);
  host.release();
  return seconds;
}

function compute(rounds: number): void {
  const runs = times(rounds, () =>
    Object.fromEntries(
      (['bare', ...HOSTED] as const).map((technique) => [technique, secondsToEnd({ technique, source: COMPUTE })]),
    ),
  );
  const bare = best(runs.map((run) => run.bare));
  const rows = HOSTED.map((technique) => {
    const seconds = best(runs.map((run) => run[technique]));
    const speed = bare / seconds;
    const goal = GOALS.compute[technique];
    return [
      technique,
      fixed(seconds, 2),
      fixed(bare, 2),
      fixed(speed, 3),
      String(goal),
      speed >= goal ? 'reached' : 'MISSED',
    ];
  });
  printTable('Compute: seconds of user CPU time', ['', 'seconds', "bare's", 'of bare speed', 'at least', ''], rows);
}

/** Microseconds of one exit: the difference of a long and a short run, so that what is not the exits falls out. */
function microseconds(
  setting: Omit<Setting, 'source'>,
  source: (count: number) => string,
  [few, many]: [number, number],
): number {
  const of = (count: number): number => secondsToEnd({ ...setting, source: source(count) });
  return ((of(many) - of(few)) / (many - few)) * 1e6;
}

function exits(rounds: number): void {
  const row = (label: string, technique: Hosted, most: number | undefined, measure: () => number): string[] => {
    const found = best(times(rounds, measure));
    const goal = most === undefined ? [] : [String(most), found < most ? 'reached' : 'MISSED'];
    return [label, technique, fixed(found, 2), ...goal];
  };
  const rows = HOSTED.flatMap((technique) => [
    row('null hypercall, there and back', technique, GOALS.call, () =>
      microseconds({ technique }, CALLS, [50_000, 450_000]),
    ),
    row('first touch of a page', technique, technique === 'hardware' ? GOALS.firstTouch : undefined, () =>
      microseconds({ technique, memoryBytes: 2 * PIECE, pieceBytes: PIECE }, TOUCH, [500, 15_500]),
    ),
  ]);
  printTable('Exits: microseconds of user CPU time', ['', 'technique', 'µs', 'below', ''], rows);
}

/** The price of sensitive operations: so many in a run that is otherwise the same. */
function growth(rounds: number): void {
  const seconds = (technique: Hosted, count: number): number =>
    best(times(rounds, () => secondsToEnd({ technique, source: CALLS(count) })));
  const rows = [0, 1, 2, 4, 8].map((step) => {
    const count = 1 + step * 100_000;
    return [String(count), ...HOSTED.map((technique) => fixed(1000 * seconds(technique, count), 0))];
  });
  printTable('Calls in one run, and milliseconds of user CPU time', ['calls', ...HOSTED], rows);
}

interface LinuxFiles {
  readonly kernel: string;
  readonly initrd: string;
}

/** From power-on to the shell and off. */
function linuxSeconds({ kernel, initrd }: LinuxFiles, technique: TechniqueName, isa: Isa): number {
  const memoryBytes = 256 * MIB;
  const ram = { base: BOARD.ram.base, size: memoryBytes };
  const image = loadImage(readFileSync(kernel), kernel, { rawAddress: Number(ORIGIN), ram });
  const file = initrdImage(readFileSync(initrd), initrd, image, ram);
  let [output, typed] = ['', false];
  const append = 'console=ttyS0 quiet panic=-1 hv.shell';
  const console = (byte: number): void => void (output += String.fromCharCode(byte));
  const vms = [{ name: 'linux', image, initrd: file, memoryBytes, append, console }];
  const host = bootReference({ vms, technique, isa, engine: 'compile', slice: 1_000_000 });
  const seconds = userSeconds(() => {
    while (host.run(200) === 'out-of-budget') {
      if (typed || !PROMPT.test(output)) continue;
      typed = true;
      host.vms[0].input(Buffer.from('poweroff -f\n'));
    }
  });
  if (host.vms[0].stop?.why !== 'shutdown')
    throw new Error(`Linux did not switch its machine off: ${output.slice(-500)}`);
  host.release();
  return seconds;
}

function linux(root: string, rounds: number): void {
  const [kernel, initrd] = ['Image', 'initrd.gz'].map((name) => systemFiles(root).find((file) => file.name === name)!);
  const missing = [kernel, initrd].filter((file) => !file.there);
  for (const file of missing) console.log(`\nLinux is not measured: ${file.path} is not there; ${file.get}.`);
  if (missing.length > 0) return;
  const { isa } = TECHNIQUES['trap-and-emulate']; // the same for all: what the least of them can give
  const files = { kernel: kernel.path, initrd: initrd.path };
  const runs = times(rounds, () =>
    Object.fromEntries(
      (['bare', ...HOSTED] as const).map((technique) => [technique, linuxSeconds(files, technique, isa)]),
    ),
  );
  const bare = best(runs.map((run) => run.bare));
  const rows = HOSTED.map((technique) => {
    const seconds = best(runs.map((run) => run[technique]));
    const goal = GOALS.linux[technique];
    return [
      technique,
      fixed(seconds, 1),
      fixed(bare, 1),
      fixed(seconds / bare, 2),
      String(goal),
      seconds / bare <= goal ? 'reached' : 'MISSED',
    ];
  });
  printTable(
    "Debian's Linux to its shell and off: seconds of user CPU time",
    ['', 'seconds', "bare's", 'of bare time', 'at most', ''],
    rows,
  );
}

export function vmm(root: string, rounds: number): void {
  compute(rounds);
  exits(rounds);
  growth(rounds);
  linux(root, rounds);
}
