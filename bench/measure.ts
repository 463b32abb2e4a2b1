/** All measurements, one after the other: `npm run bench`, or `npm run bench -- speed trace --rounds=5` for some of them. */
import { linux } from './sections/linux';
import { many } from './sections/many';
import { roundTrips } from './sections/round-trips';
import { sensitive } from './sections/sensitive';
import { speed } from './sections/speed';
import { start } from './sections/start';
import { trace } from './sections/trace';
import { verdicts } from './sections/verdicts';
import { vmm } from './sections/vmm';

/** Each gets the repository's root, how often to measure (the best of all rounds counts), and whether to draw what it can draw. */
type Section = (root: string, rounds: number, draws: boolean) => void | Promise<void>;

const SECTIONS: Readonly<Record<string, Section>> = {
  speed,
  linux,
  'round-trips': roundTrips,
  vmm,
  sensitive,
  many,
  trace,
  start,
  verdicts,
};

async function main([root, ...words]: readonly string[]): Promise<void> {
  const rounds = Number(words.find((word) => word.startsWith('--rounds='))?.slice('--rounds='.length) ?? 3);
  const names = words.filter((word) => !word.startsWith('--'));
  const unknown = names.find((name) => !(name in SECTIONS));
  if (unknown !== undefined || !(rounds >= 1)) {
    console.error(`Usage: npm run bench -- [${Object.keys(SECTIONS).join('] [')}] [--rounds=n] [--plot]`);
    process.exitCode = 2;
    return;
  }
  console.log(`Node ${process.version}, best of ${rounds}`);
  for (const name of names.length > 0 ? names : Object.keys(SECTIONS))
    await SECTIONS[name](root, rounds, words.includes('--plot'));
}

void main(process.argv.slice(2));
