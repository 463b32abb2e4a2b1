/** All measurements, one after the other: `npm run bench [-- section ...] [-- --rounds=n]`. */
import { speed } from './sections/speed';

const [root, ...words] = process.argv.slice(2);
const rounds = Number(words.find((word) => word.startsWith('--rounds='))?.slice('--rounds='.length) ?? 3);
const wanted = words.filter((word) => !word.startsWith('--'));

const SECTIONS: Readonly<Record<string, () => void | Promise<void>>> = {
  speed: () => speed(root, rounds),
};

async function main(): Promise<void> {
  for (const name of wanted.length > 0 ? wanted : Object.keys(SECTIONS)) {
    const section = SECTIONS[name];
    if (!section) throw new Error(`there is no section ${name}: ${Object.keys(SECTIONS).join(', ')}`);
    await section();
  }
}

void main();
