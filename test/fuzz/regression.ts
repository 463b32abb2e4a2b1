/** Cases that failed once, as files: each says what was wrong with the hypervisor then, and is run for ever after. */
import fs from 'node:fs';
import path from 'node:path';
import { parseCase, printCase } from './case';
import type { Failure } from './runner';

const FOLDER = path.join(__dirname, 'regressions');

interface Regression extends Failure {
  /** What was wrong, or the seed that found it. */
  readonly because: string;
}

/** Names of all files. */
export const regressions = (): string[] => fs.readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

export function readRegression(name: string): Regression {
  const { because, message, cases } = JSON.parse(fs.readFileSync(path.join(FOLDER, name), 'utf8')) as Regression;
  return { because, message, cases: cases.map((each) => parseCase(JSON.stringify(each))) };
}

/** The path of the new file. */
export function writeRegression(name: string, { because, message, cases }: Regression): string {
  const file = path.join(FOLDER, `${name}.json`);
  const data = { because, message, cases: cases.map((each) => JSON.parse(printCase(each)) as unknown) };
  fs.writeFileSync(file, `${JSON.stringify(data, undefined, 2)}\n`);
  return path.relative(process.cwd(), file);
}
