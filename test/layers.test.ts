/** The import rules of the house, enforced: each folder sees only what its rule in .dependency-cruiser.cjs allows. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** Names of the rules that `paths` break, with the imports that break them. */
function violations(paths: string[]): string[] {
  const run = spawnSync(process.execPath, [depcruise, '--output-type', 'json', ...paths], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const report = JSON.parse(run.stdout) as {
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return report.summary.violations.map((v) => `${v.rule.name}: ${v.from} -> ${v.to}`);
}

/** All TypeScript sources of the tree that git knows or would add. */
function sources(...folders: string[]): string[] {
  const out = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...folders], {
    cwd: root,
    encoding: 'utf8',
  });
  return out.split('\n').filter((f) => f.endsWith('.ts'));
}

describe('import rules (docs: ARCHITECTURE.md, "Who may import whom")', () => {
  test('no file of the tree breaks a rule', () => {
    expect(violations(['src', 'solutions', 'lessons', 'test/mutants', 'test/second'])).toEqual([]);
  });

  test('violations planted in the tree are found, each by its rule', () => {
    const planted = [
      ['src/machine', "import { todo } from '#vmm';\nexport const planted = todo;\n", 'machine-imports-nothing'],
      [
        'src/guests',
        "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
        'machine-is-pure',
      ],
      [
        'src/vmm',
        "import { referenceParts } from '../../reference';\nexport const planted = referenceParts;\n",
        'vmm-sees-the-machine',
      ],
      [
        'src/cli',
        "import { decode } from '../../machine/isa/decode';\nexport const planted = decode;\n",
        'cli-uses-doors',
      ],
      [
        'src/course',
        "import { course } from '#lessons';\nexport const planted = course;\n",
        'course-gets-its-manifest',
      ],
    ].map(([folder, text, rule]) => ({ folder: join(folder, 'planted-for-layers-test'), text, rule }));
    try {
      for (const { folder, text } of planted) {
        mkdirSync(join(root, folder), { recursive: true });
        writeFileSync(join(root, folder, 'planted.ts'), text);
      }
      const found = violations(planted.map(({ folder }) => folder));
      for (const { folder, rule } of planted)
        expect(found.filter((v) => v.includes(`: ${folder}/`)).join()).toContain(rule);
    } finally {
      for (const { folder } of planted) rmSync(join(root, folder), { recursive: true, force: true });
    }
  });
});

describe('shape of the sources', () => {
  const files = sources('src', 'solutions').map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

  test('only index.ts files re-export', () => {
    const re = /^export (\*|\{[^}]*\}|type \{[^}]*\}) from /m;
    expect(
      files
        .filter((f) => !f.path.endsWith('index.ts') && f.path !== 'src/reference.ts' && re.test(f.text))
        .map((f) => f.path),
    ).toEqual([]);
  });

  test('every file opens with a sentence that names its subject', () => {
    expect(files.filter((f) => !/^(#!.*\n)?(\/\*\*\s+(\* )?|\/\/ )\S/.test(f.text)).map((f) => f.path)).toEqual([]);
  });

  test('no default exports, enums or namespaces: a student can run every file by stripping its types', () => {
    const bad = /^export default |^(export )?(const )?enum |^(export )?namespace /m;
    expect(files.filter((f) => bad.test(f.text)).map((f) => f.path)).toEqual([]);
  });

  test('files stay short: tables 400 lines, others 300, half of them under 120', () => {
    const lines = files
      .map((f) => ({ path: f.path, count: f.text.split('\n').length }))
      .sort((a, b) => a.count - b.count);
    expect(lines.filter((f) => f.count > 400)).toEqual([]);
    expect(lines[lines.length >> 1].count).toBeLessThan(120);
  });
});
