/**
 * Random kernels on bare metal and under trap-and-emulate, instruction by instruction: every value and every trap, the memory and
 * the console at the end. HV_KERNELS=n runs n of them, HV_KERNELS_SEED=s begins with that one.
 */
import { referenceParts } from '../../src/reference';
import { sameAsBareMetal } from '../../src/course/lab';
import { releaseHosts } from '../../src/course/lab/run';
import { randomKernel } from './random-kernel';

const KERNELS = Number(process.env.HV_KERNELS ?? 24);
const FIRST = Number(process.env.HV_KERNELS_SEED ?? 1);
/** Instructions and traps that are compared of each. */
const EVENTS = 4000;

jest.setTimeout(60_000 + 1000 * KERNELS);

const seeds = Array.from({ length: KERNELS }, (_, i) => FIRST + i);

afterEach(releaseHosts);

test.each(seeds)('kernel %i', (seed) => {
  sameAsBareMetal(referenceParts, referenceParts, randomKernel(seed), { name: `${seed}`, events: EVENTS });
});
