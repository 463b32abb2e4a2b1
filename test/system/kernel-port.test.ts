/** The paravirtual port of our kernel (src/guests/kernel/pv) is small: that it is must not depend on who counts. */
import fs from 'node:fs';
import path from 'node:path';

const MOST_LINES = 200;
const kernel = path.join(__dirname, '../../src/guests/kernel');

/** Lines of code: without blank ones and those that are all comment. */
function code(text: string): string[] {
  const lines = text.replaceAll(/\/\*[^]*?\*\//g, '').split('\n');
  return lines.map((line) => line.replace(/^\s*#\s.*$/, '').trim()).filter((line) => line !== '');
}

/** What only the port gets of a file that both have. */
function guarded(text: string): string[] {
  let inPort = false;
  return code(text).filter((line) => {
    const directive = /^[#.](ifdef|ifndef|else|endif)\b(?: PARAVIRTUAL)?/.exec(line);
    if (directive?.[1] === 'ifdef') inPort = line.includes('PARAVIRTUAL');
    else if (directive) inPort = false;
    return inPort && !directive;
  });
}

const files = (folder: string) =>
  fs
    .readdirSync(path.join(kernel, folder))
    .filter((name) => /\.[chs]$/.test(name))
    .map((name) => fs.readFileSync(path.join(kernel, folder, name), 'utf8'));

test(`the port is at most ${MOST_LINES} lines of code, those in files of its own and those in files that it shares`, () => {
  const own = files('pv').flatMap(code);
  const shared = files('.').flatMap(guarded);
  expect(own.length).toBeGreaterThan(100); // the counting works
  expect(shared.length).toBeGreaterThan(10);
  expect(own.length + shared.length).toBeLessThanOrEqual(MOST_LINES);
});
