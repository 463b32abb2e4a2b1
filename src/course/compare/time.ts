/** `hv compare time`: what a clock that ticks costs, and what guests that share a processor have of it. Nothing is measured: time is instructions. */
import { INSTRUCTIONS_PER_TICK, type Program } from '#machine';
import { bootVms, imageOf, TECHNIQUES, type Host, type TechniqueName } from '#vmm';
import { UsageError } from '../errors';
import { findGuest, readGuest } from '../lab';
import type { Comparison, Row, Section } from './comparison';
import { causeRows } from './quantities';
import { Refusal, run, techniques, type Bench, type Ran, type Subject } from './run';

const TICKS_PER_SECOND = 10_000_000;
const INSTRUCTIONS_PER_MICROSECOND = (TICKS_PER_SECOND * INSTRUCTIONS_PER_TICK) / 1e6;

/** Interrupts of the guest's clock in a second; 0: it does not tick. */
const FREQUENCIES = [0, 100, 250, 500, 1000] as const;
const MOST_GUESTS = 4;
const EXITS_EACH = 100;
const SLICE = 10_000;
/** Instructions of a turn. */
const SLICES = [1_000, 5_000, 10_000, 20_000, 50_000, 100_000] as const;
const PIECES = 16;
const MOST_EXITS = 20_000;
/** Techniques whose guests share a processor here: one by the guest's software timer, one by the timer of the hart. */
const SHARING: readonly TechniqueName[] = ['trap-and-emulate', 'hardware'];
const MEMORY_BYTES = 4 * 2 ** 20;

/** `technique`: whose exits are shown by cause. */
export function compareTime(bench: Bench, { technique }: { technique: TechniqueName }): Comparison {
  const { clocks, leftOut } = clocksOf(bench);
  const chosen = clocks.find(({ name }) => name === technique);
  if (!chosen) throw new UsageError(leftOut.find((each) => each.startsWith(technique)) ?? `${technique} is not there.`);
  return {
    kind: 'time',
    title: 'The time of a guest, and the time of others',
    about: `The guests ticking, tickless and spinner on engine ${bench.engine}. A second has ${TICKS_PER_SECOND * INSTRUCTIONS_PER_TICK} instructions.`,
    command: `hv compare time --engine ${bench.engine} --vmm ${technique}`,
    sections: [exitsOfClocks(clocks), causesOfClocks(chosen), waiting(bench), shares(bench)],
    leftOut,
  };
}

interface Clock {
  readonly name: TechniqueName;
  /** One for each frequency. */
  readonly runs: readonly Ran[];
}

function clocksOf(bench: Bench): { clocks: Clock[]; leftOut: string[] } {
  const clocks: Clock[] = [];
  const leftOut: string[] = [];
  for (const name of techniques()) {
    const all = FREQUENCIES.map((hertz) => ticking(bench, name, hertz));
    const runs = all.filter((ran): ran is Ran => !(ran instanceof Refusal));
    const refusal = all.find((ran) => ran instanceof Refusal);
    if (refusal) leftOut.push(`${name} does not carry ticking: ${refusal.why}`);
    else clocks.push({ name, runs });
  }
  return { clocks, leftOut };
}

const hertzText = (hertz: number): string => (hertz === 0 ? '0 (tickless)' : String(hertz));

function exitsOfClocks(clocks: readonly Clock[]): Section {
  return {
    title: 'Exits of a guest that rests',
    text: `16 pieces of work with a rest of 4 to 6 ms after each, by how often the clock of the guest ticks in a second.`,
    table: {
      head: 'ticks a second',
      columns: clocks.map(({ name }) => name),
      rows: FREQUENCIES.map((hertz, i) => ({
        label: hertzText(hertz),
        values: clocks.map(({ runs }) => runs[i].counters.exits),
      })),
    },
    drawnAs: 'lines',
    scale: 'linear',
  };
}

function causesOfClocks({ name, runs }: Clock): Section {
  return {
    title: `Exits under ${name}, by cause`,
    text: 'The same runs, by what made the guest come out.',
    table: {
      head: 'cause',
      columns: FREQUENCIES.map((hertz) => (hertz === 0 ? 'tickless' : `${hertz} Hz`)),
      rows: causeRows(runs.map(({ counters }) => counters)),
    },
  };
}

/** How long tickless had to wait for the processor, beside a guest that never gives it up. */
function waiting(bench: Bench): Section {
  const rows = SLICES.map((slice): Row => {
    const values = SHARING.map((technique) => {
      const host = together(bench, [subject('tickless'), subject('spinner')], technique, slice);
      for (let exits = 0; exits < MOST_EXITS && !host.vms[0].stop; exits += 100) host.run(100);
      return released(host, stolen(host, 0) / PIECES / INSTRUCTIONS_PER_MICROSECOND);
    });
    return { label: String(slice), values, digits: 1 };
  });
  return {
    title: 'Waiting for the processor',
    text:
      'The guest tickless beside spinner, which never gives up the processor: what was stolen from tickless for each piece of work and the ' +
      'rest after it, by the length of a turn. In short turns the work is interrupted; in long ones the alarm is late.',
    table: { head: 'instructions of a turn', columns: SHARING, rows, unit: 'microseconds' },
    drawnAs: 'lines',
    scale: 'linear',
  };
}

/** What one of several guests that compute has of the processor. */
function shares(bench: Bench): Section {
  const [technique] = SHARING;
  const rows = Array.from({ length: MOST_GUESTS }, (_, i): Row => {
    const guests = Array.from({ length: i + 1 }, () => subject('spinner'));
    const host = together(bench, guests, technique, SLICE);
    host.run(EXITS_EACH * guests.length);
    return { label: String(i + 1), values: released(host, [host.passed(), host.vms[i].vcpus[0].ran, stolen(host, i)]) };
  });
  return {
    title: 'Whose time it was',
    text: `Guests that compute share one processor under ${technique}, in turns of ${SLICE} instructions; the last of them, after ${EXITS_EACH} exits for each.`,
    table: { head: 'guests', columns: ['passed', 'its own', 'stolen'], rows, unit: 'instructions' },
    drawnAs: 'lines',
    scale: 'linear',
  };
}

const stolen = ({ vms }: Host, vm: number): number => vms[vm].firmware[0].stolen.instructions;

function released<T>(host: Host, value: T): T {
  host.release();
  return value;
}

/** Guests that share a processor, loaded. */
function together(bench: Bench, guests: readonly Subject[], technique: TechniqueName, slice: number): Host {
  const vms = guests.map(({ name, program }, i) => ({
    name: `${name}-${i}`,
    image: imageOf(name, program),
    memoryBytes: MEMORY_BYTES,
  }));
  return bootVms({ vms, technique, parts: bench.parts, engine: bench.engine, slice });
}

function ticking(bench: Bench, technique: TechniqueName, hertz: number): Ran | Refusal {
  const name = hertz === 0 ? 'tickless' : 'ticking';
  if (TECHNIQUES[technique].ported) return new Refusal('it is for ported guests');
  const guest = subject(name);
  return run(bench, hertz === 0 ? guest : { ...guest, program: withPeriod(guest.program, hertz) }, technique);
}

function subject(name: string): Subject {
  const { console, budget } = findGuest(name);
  return { name, program: readGuest(name), console, exits: 10 * budget };
}

function withPeriod(program: Program, hertz: number): Program {
  const bytes = program.bytes.slice();
  const at = Number(program.symbols.get('period')! - program.origin);
  new DataView(bytes.buffer).setBigUint64(at, BigInt(TICKS_PER_SECOND / hertz), true);
  return { ...program, bytes };
}
