// npm run lint: eslint, which takes longest, beside the other three one after another. Each prints what it has to say in one piece; exits with 1
// if one of them found something.
import { spawn } from 'node:child_process';

const FOLDERS = ['src', 'solutions', 'lessons', 'test', 'bench'];
const LANES = [
  [['eslint', ...FOLDERS]],
  [['oxlint', ...FOLDERS], ['prettier', '--check', '--log-level', 'warn', '.'], ['knip']],
];

/** npm has put node_modules/.bin on the path. */
function run([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => said.push(data));
    child.on('error', (error) => said.push(Buffer.from(`${command}: ${error.message}\n`)));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

async function runInTurn(commands) {
  const results = [];
  for (const command of commands) results.push(await run(command));
  return results.every(Boolean);
}

const clean = await Promise.all(LANES.map(runInTurn));
process.exitCode = clean.every(Boolean) ? 0 : 1;
