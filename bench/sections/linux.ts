/** Debian's kernel and busybox on QEMU and here, alternately: from power-on through a loop of its shell to power-off. */
import { createMachine, initrdImage, loadImage, type Engine } from '#machine';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemFiles } from '../../src/cli/systems';
import { best, userSeconds } from '../clock';
import { hasQemu } from '../qemu';
import { PROMPT } from '../prompt';
import { fixed, printTable } from '../table';

const MEMORY_MIB = 512;
const ARGUMENTS = 'console=ttyS0 quiet';
/** Ours may take so many times QEMU's user time. */
const GOAL = 1.5;
const ENGINES: readonly Engine[] = ['compile', 'interpret'];

/** What is typed at the shell's prompt. */
const COMMANDS = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo LOOP-DONE $i; poweroff -f\n';
const DONE = 'LOOP-DONE 20000';

/** After so many instructions without the loop's end something is wrong. */
const MOST_INSTRUCTIONS = 20e9;
const BETWEEN_LOOKS = 5e6;

interface Files {
  readonly firmware: string;
  readonly kernel: string;
  readonly initrd: string;
}

/** Types the commands as soon as the prompt is there. `typeIn` gets them once. */
function typist(typeIn: (text: string) => void): (output: string) => void {
  let typed = false;
  return (output) => {
    if (typed || !PROMPT.test(output)) return;
    typed = true;
    typeIn(COMMANDS);
  };
}

function check(output: string): void {
  if (!output.includes(DONE)) throw new Error(`Linux did not come to the end of the loop: ${output.slice(-400)}`);
}

function runOnMachine({ firmware, kernel, initrd }: Files, engine: Engine): { seconds: number; instructions: number } {
  let output = '';
  let instructions = 0;
  const seconds = userSeconds(() => {
    const machine = createMachine({
      engine,
      ramBytes: MEMORY_MIB * 2 ** 20,
      console: (byte) => (output += String.fromCharCode(byte)),
    });
    const image = loadImage(readFileSync(kernel), kernel);
    machine.load({
      firmware: loadImage(readFileSync(firmware), firmware, { rawAddress: machine.ram.base }),
      kernel: image,
      initrd: initrdImage(readFileSync(initrd), initrd, image, machine.ram),
      bootargs: ARGUMENTS,
    });
    const look = typist((text) => machine.input(Buffer.from(text)));
    const [hart] = machine.harts;
    while (machine.run(BETWEEN_LOOKS).why !== 'halted' && hart.begun < MOST_INSTRUCTIONS) look(output);
    instructions = hart.begun;
  });
  check(output);
  return { seconds, instructions };
}

/** User seconds of the whole process. */
function runOnQemu({ firmware, kernel, initrd }: Files): Promise<number> {
  const qemu = [
    `qemu-system-riscv64 -M virt -m ${MEMORY_MIB} -accel tcg,thread=single -bios '${firmware}'`,
    `-kernel '${kernel}' -initrd '${initrd}' -append '${ARGUMENTS}' -display none -serial stdio -monitor none`,
  ].join(' ');
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', `TIMEFORMAT=%U; time ${qemu}`]);
    let [output, errors] = ['', ''];
    const look = typist((text) => child.stdin.write(text));
    child.stdout.on('data', (data) => look((output += String(data))));
    child.stderr.on('data', (data) => (errors += String(data)));
    child.on('close', () => {
      try {
        check(output);
        resolve(Number(errors.trim().split('\n').at(-1)));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}

export async function linux(root: string, rounds: number): Promise<void> {
  const [firmware, kernel, initrd] = ['OpenSBI', 'Image', 'initrd.gz'].map((name) =>
    systemFiles(root).find((file) => file.name === name)!,
  );
  const missing = [firmware, kernel, initrd].filter((file) => !file.there);
  if (missing.length > 0) {
    for (const file of missing) console.log(`\nLinux is not measured: ${file.path} is not there; ${file.get}.`);
    return;
  }
  const files = { firmware: firmware.path, kernel: kernel.path, initrd: initrd.path };
  const qemu = hasQemu();
  const runs: { qemu: number; engines: { seconds: number; instructions: number }[] }[] = [];
  for (let round = 0; round < rounds; round++) {
    runs.push({
      qemu: qemu ? await runOnQemu(files) : NaN,
      engines: ENGINES.map((engine) => runOnMachine(files, engine)),
    });
  }
  const anchor = best(runs.map((run) => run.qemu));
  const rows = ENGINES.map((engine, i) => {
    const seconds = best(runs.map(({ engines }) => engines[i].seconds));
    const ratio = seconds / anchor;
    const goal = qemu && engine === 'compile' ? [String(GOAL), ratio <= GOAL ? 'reached' : 'MISSED'] : [];
    const millions = fixed(runs[0].engines[i].instructions / 1e6, 0);
    return [engine, `${millions} M`, fixed(seconds, 1), fixed(anchor, 1), qemu ? fixed(ratio, 2) : '-', ...goal];
  });
  printTable(
    'Debian Linux, from power-on through a loop of its shell: seconds of user CPU time',
    ['engine', 'instructions', 'seconds', "QEMU's", "of QEMU's time", 'at most', ''],
    rows,
  );
}
