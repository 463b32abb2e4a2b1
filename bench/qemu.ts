/** QEMU's TCG as the yardstick: the same guest on qemu-system-riscv64. */
import { spawnSync } from 'node:child_process';

export const hasQemu = (): boolean => spawnSync('qemu-system-riscv64', ['--version']).status === 0;

/** Runs a raw image in M-mode from the start of RAM to its end; user seconds of the whole process. */
export function runOnQemu(image: string): { seconds: number; output: string } {
  const qemu = [
    'qemu-system-riscv64 -M virt -m 128 -accel tcg,thread=single -bios none',
    '-display none -serial stdio -monitor none',
    `-device loader,file='${image}',addr=0x80000000`,
  ].join(' ');
  const { stdout, stderr } = spawnSync('bash', ['-c', `TIMEFORMAT=%U; time ${qemu} < /dev/null`], { encoding: 'utf8' });
  const seconds = Number(stderr.trim().split('\n').at(-1));
  if (!(seconds > 0)) throw new Error(`QEMU did not run: ${stderr}`);
  return { seconds, output: stdout };
}
