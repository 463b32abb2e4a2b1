/** Runs a guest under a technique, counts and takes the time: the one place where a comparison touches the hypervisor. */
import type { Engine, Program } from '#machine';
import { bootVms, imageOf, TECHNIQUES, type Counters, type Parts, type TechniqueName, type VmConfig } from '#vmm';
import { isNamed } from '../errors';

/** The conditions that are the same for all. */
export interface Bench {
  readonly parts: Parts;
  readonly engine: Engine;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  /** How often to measure the time; the best counts. 0: no times. */
  readonly rounds: number;
}

export interface Subject extends Pick<VmConfig, 'devices' | 'pieceBytes'> {
  readonly name: string;
  readonly program: Program;
  /** What it prints when all went well. */
  readonly console?: string;
  /** Exits that are more than enough. */
  readonly exits: number;
}

export interface Ran {
  readonly counters: Counters;
  /** Instructions that the hart began for the guest. */
  readonly begun: number;
  readonly milliseconds: number;
}

/** Why a technique cannot carry a guest: one sentence. */
export class Refusal {
  constructor(readonly why: string) {}
}

const MEMORY_BYTES = 16 * 2 ** 20;

/** All techniques that there are, the one to compare with first. */
export const techniques = (): TechniqueName[] => [
  'bare',
  ...(Object.keys(TECHNIQUES) as TechniqueName[]).filter((name) => name !== 'bare'),
];

/** Boots the guest and runs it to its end. Gives a Refusal if this technique does not carry it, or not to the end that it should have. */
export function run(bench: Bench, subject: Subject, technique: TechniqueName, engine = bench.engine): Ran | Refusal {
  const { name, program, devices, pieceBytes } = subject;
  const vm = { name, image: imageOf(name, program), memoryBytes: MEMORY_BYTES, devices, pieceBytes };
  try {
    const host = bootVms({ vms: [vm], technique, parts: bench.parts, engine });
    const start = bench.now();
    host.run(subject.exits);
    const milliseconds = bench.now() - start;
    const [{ counters, console, stop }] = host.results();
    const begun = host.vms[0].vcpus.reduce((sum, { ran }) => sum + ran, 0);
    host.release();
    if (stop?.why !== 'shutdown')
      return new Refusal(stop?.detail ?? `${name} was not over after ${subject.exits} exits`);
    if (subject.console !== undefined && console !== subject.console)
      return new Refusal(`${name} did not print what it should`);
    return { counters, begun, milliseconds };
  } catch (error) {
    if (!isNamed(error, 'InputError')) throw error;
    return new Refusal(error.message);
  }
}

/** The best of several runs of each, taken in turn, so that whatever else the computer does strikes all alike. */
export function bestTimes(rounds: number, each: readonly (() => number)[]): number[] {
  const best = each.map(() => Infinity);
  for (let round = 0; round < rounds; round++) each.forEach((work, i) => (best[i] = Math.min(best[i], work())));
  return best;
}
