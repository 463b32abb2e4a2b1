/** Guests that store to each page of some memory and look whether each still holds its own value afterwards: they print "ok", or give up. */
import type { Program } from '#machine';
import { kernel } from '../../../src/course/lab';

/** Guest-physical, whole pages. */
interface Touched {
  readonly from: number;
  readonly bytes: number;
}

/** All of the 4 MiB that a guest of the course has, but the 64 KiB where it lies itself. */
const ITS_RAM: readonly Touched[] = [
  { from: 0x8021_0000, bytes: 0x1f_0000 },
  { from: 0x8000_0000, bytes: 0x20_0000 },
];

/** From the last page down, so that no block is entered at its beginning. The values depend on `seed` and on the page. */
export function toucher(seed: number, memory: readonly Touched[] = ITS_RAM): Program {
  const pages = (work: string): string =>
    memory
      .map(
        ({ from, bytes }) => `
    li t0, ${from + bytes - 4096}
    li t1, ${from}
1:  add t2, t0, s2
${work}
    sub t0, t0, s3
    bgeu t0, t1, 1b`,
      )
      .join('\n');
  return kernel(`
    li s2, ${seed}
    li s3, 4096
${pages('    sd t2, 8(t0)')}
${pages('    ld t3, 8(t0)\n    bne t2, t3, wrong')}
    li a0, 0x6f
    call putc
    li a0, 0x6b
    call putc
    li a0, 0
    j shutdown
wrong:
    li a0, 1
    j shutdown`);
}
