/**
 * What a lesson's tests are written with: three groups, points in the titles, and a part that is loaded anew for each run.
 *
 *     const { equivalence, safety, efficiency } = suite('virtualSupervisor', referenceParts, require);
 *     equivalence(2, 'a kernel that reads back sstatus sees what it wrote', 'Privileged, "Supervisor Status"', (lab) => { ... });
 *
 * The part comes from the file that HV_PART names, or is the reference's own. A test fails with a sentence for the part's author.
 */
import type { Program } from '#machine';
import { guardParts, type Parts } from '#vmm';
import { loadPart } from '../parts/part-file';
import type { Comparison } from './bare-metal';
import { sameAsBareMetal } from './equivalence';
import { exitsBeside } from './exits-beside';
import { readGuest } from './guest-source';
import { releaseHosts, runBare, runTogether, type Outcome, type RunOptions } from './run';

export type Group = 'Equivalence' | 'Safety' | 'Efficiency';

/** Declares a test. `source` is what the requirement rests on: a section of a manual, or of the lesson. */
export type Declare<K extends keyof Parts> = (
  points: number,
  title: string,
  source: string,
  check: (lab: Lab<K>) => void,
) => void;

export interface Suite<K extends keyof Parts> {
  readonly equivalence: Declare<K>;
  readonly safety: Declare<K>;
  readonly efficiency: Declare<K>;
}

/** What a test works with. */
export interface Lab<K extends keyof Parts> {
  /** The part that is graded, behind the wall of vmm/guarded.ts. */
  readonly part: Parts[K];
  /** The reference's parts with the graded one among them. */
  readonly parts: Parts;
  /** Compares a guest on bare metal and in a VM, instruction by instruction; a string names a guest of the course. */
  sameAsBareMetal(guest: string | Program, options?: Comparison): Outcome;
  /** Runs guests at once, each in a VM of its own. */
  run(guests: readonly (string | Program)[], options?: RunOptions): Outcome[];
  /** Runs a guest with nothing between it and the machine. */
  bare(guest: string | Program, options?: RunOptions): Outcome;
  /** Shows a figure beside the group's points, also when the test passes. */
  measure(text: string): void;
}

/** A requirement that is not met; `message` is the sentence for the part's author. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** Fails with `sentence` unless `condition` holds. */
export function requires(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new Unmet(sentence);
}

/** The suite of one part. `load` runs a TypeScript file: jest's `require`. */
export function suite<K extends keyof Parts>(key: K, reference: Parts, load: (file: string) => unknown): Suite<K> {
  let parts: Parts | undefined;
  const graded = (): Parts => (parts ??= guardParts({ ...reference, [key]: partOf(key, reference, load) }));
  const group =
    (name: Group): Declare<K> =>
    (points, title, source, check) => {
      describe(name, () => {
        test(`${title} [${points} ${points === 1 ? 'point' : 'points'}]`, () => {
          const bench = new Bench(key, name, reference, graded());
          citing(source, bench, () => check(bench));
        });
      });
    };
  return { equivalence: group('Equivalence'), safety: group('Safety'), efficiency: group('Efficiency') };
}

function partOf<K extends keyof Parts>(key: K, reference: Parts, load: (file: string) => unknown): Parts[K] {
  const file = process.env.HV_PART;
  return file ? loadPart(key, file, load) : reference[key];
}

/** What the suite's own checks throw ends with the source of the requirement; a missed budget also with where the exits went. */
function citing(source: string, bench: { costs(): readonly string[] }, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof Error && error.name === 'Unmet')
      error.message += bench
        .costs()
        .map((line) => `\n${line}`)
        .join('');
    if (error instanceof Error && ['Unmet', 'Divergence'].includes(error.name)) error.message += `\n  ${source}`;
    throw error;
  } finally {
    releaseHosts();
  }
}

class Bench<K extends keyof Parts> implements Lab<K> {
  readonly part: Parts[K];
  readonly parts: Parts;
  readonly #group: Group;
  readonly #reference: Parts;
  #last:
    { readonly programs: readonly Program[]; readonly options?: RunOptions; readonly outcomes: Outcome[] } | undefined;

  constructor(key: K, group: Group, reference: Parts, parts: Parts) {
    this.part = parts[key];
    this.parts = parts;
    this.#group = group;
    this.#reference = reference;
  }

  sameAsBareMetal(guest: string | Program, options: Comparison = {}): Outcome {
    const name = typeof guest === 'string' ? guest : 'kernel';
    return sameAsBareMetal(this.parts, this.#reference, programOf(guest), { name, ...options });
  }

  run(guests: readonly (string | Program)[], options?: RunOptions): Outcome[] {
    const programs = guests.map(programOf);
    const outcomes = runTogether(this.parts, programs, options);
    this.#last = { programs, options, outcomes };
    return outcomes;
  }

  /** The exits of the last run by cause, beside the reference's; nothing outside Efficiency, and where nothing ran. */
  costs(): readonly string[] {
    if (this.#group !== 'Efficiency' || !this.#last) return [];
    const { programs, options, outcomes } = this.#last;
    const par = runTogether(this.#reference, programs, options);
    return exitsBeside(
      outcomes.map(({ counters }) => counters),
      par.map(({ counters }) => counters),
    );
  }

  bare(guest: string | Program, options?: RunOptions): Outcome {
    return runBare(this.#reference, programOf(guest), options);
  }

  measure(text: string): void {
    (globalThis as { hvMeasure?: (measure: { group: Group; text: string }) => void }).hvMeasure?.({
      group: this.#group,
      text,
    });
  }
}

const programOf = (guest: string | Program): Program => (typeof guest === 'string' ? readGuest(guest) : guest);
