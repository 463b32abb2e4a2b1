/** What the type checker says about one student's file. Runs beside the suite and never holds it back. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export interface TypeProblem {
  readonly line: number;
  readonly column: number;
  /** As `TS2322`. */
  readonly code: string;
  /** One or more lines. */
  readonly text: string;
  /** What to do about it, if it is one of the common mistakes (type-advice). */
  readonly advice?: string;
}

/** What a part may import. */
const DOORS = ['vmm', 'machine', 'popek-goldberg'];

/** Longer than any check of one file takes; then there is no verdict on types. */
const PATIENCE_MS = 20_000;

/**
 * Checks `file` with the package's compiler settings. `folder` is a place for the settings of this one check.
 * An empty list also when the checker could not run: types are a service, points come from the suite.
 */
export async function checkTypes(root: string, folder: string, file: string): Promise<readonly TypeProblem[]> {
  return (await checkTypesOf(root, folder, [file]))[0];
}

/** Of several files in one run of the checker: a list for each. While any of them has an error of syntax, only those are told. */
export async function checkTypesOf(
  root: string,
  folder: string,
  files: readonly string[],
): Promise<(readonly TypeProblem[])[]> {
  const output = await checkerOutput(root, folder, files);
  const problems = files.map((file) => problemsIn(output, file, root));
  if (problems.every((one) => one.length === 0)) return problems;
  // Loaded only where there is something to advise on: it brings a parser with it.
  const { Adviser } = await import('#course/type-advice');
  const adviser = new Adviser(root);
  return problems.map((all, i) => {
    const advice = adviser.on(all, fs.readFileSync(files[i], 'utf8'));
    return all.map((problem, k) => (advice[k] === undefined ? problem : { ...problem, advice: advice[k] }));
  });
}

async function checkerOutput(root: string, folder: string, files: readonly string[]): Promise<string> {
  try {
    const config = writeConfig(root, folder, files);
    const checker = path.join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
    return await outputOf([checker, '-p', config, '--pretty', 'false'], root);
  } catch {
    return '';
  }
}

function writeConfig(root: string, folder: string, files: readonly string[]): string {
  fs.mkdirSync(folder, { recursive: true });
  const config = path.join(folder, `tsconfig.${path.basename(files[0], '.ts')}.json`);
  const door = (name: string) => [path.join(root, 'src', name, 'index.ts')];
  const settings = {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      rootDir: path.parse(root).root,
      typeRoots: [path.join(root, 'node_modules', '@types')],
      paths: Object.fromEntries(DOORS.map((name) => [`#${name}`, door(name)])),
    },
    files,
    include: [],
  };
  fs.writeFileSync(config, JSON.stringify(settings, undefined, 2));
  return config;
}

function outputOf(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    child.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on('close', () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

const PROBLEM = /^(.+)\((\d+),(\d+)\): error (TS\d+): (.*)$/;

/** Reads `file(line,column): error TSnnnn: text`, with its indented continuation lines; other files' problems are not the student's. */
export function problemsIn(output: string, file: string, cwd: string): TypeProblem[] {
  const problems: TypeProblem[] = [];
  let open = false;
  for (const line of output.split(/\r?\n/)) {
    const found = PROBLEM.exec(line);
    if (found) {
      open = path.resolve(cwd, found[1]) === path.resolve(file);
      if (open) problems.push({ line: Number(found[2]), column: Number(found[3]), code: found[4], text: found[5] });
    } else if (open && /^\s+\S/.test(line)) {
      const last = problems[problems.length - 1];
      problems[problems.length - 1] = { ...last, text: `${last.text}\n${line}` };
    }
  }
  return problems;
}
