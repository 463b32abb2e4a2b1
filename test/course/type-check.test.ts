/** The type checker beside the suite: the student's file and words, nobody else's. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkTypes, problemsIn } from '../../src/course/grading/type-check';

const root = path.join(__dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'types-'));
const file = path.join(folder, 'virtual-supervisor.ts');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

test("only the student's file is told, with continuation lines", () => {
  const output = [
    `${file}(3,7): error TS2322: Type 'string' is not assignable to type 'bigint'.`,
    "  The expected type comes from property 'x'.",
    `src/vmm/run.ts(1,1): error TS2304: Cannot find name 'ours'.`,
    '  not this either',
    `${file}(9,1): error TS1005: ';' expected.`,
  ].join('\n');
  expect(problemsIn(output, file, root)).toEqual([
    {
      line: 3,
      column: 7,
      code: 'TS2322',
      text: "Type 'string' is not assignable to type 'bigint'.\n  The expected type comes from property 'x'.",
    },
    { line: 9, column: 1, code: 'TS1005', text: "';' expected." },
  ]);
});

test('a wrong return type in a file outside the package is found where it is', async () => {
  fs.writeFileSync(
    file,
    "import type { Parts } from '#vmm';\n\nexport const virtualSupervisor: Parts['virtualSupervisor'] = () => 'advanced';\n",
  );
  const problems = await checkTypes(root, folder, file);
  expect(problems).toHaveLength(1);
  // TS2820: not assignable, and which of the allowed ones it is nearest to.
  expect(problems[0]).toMatchObject({ line: 3, code: 'TS2820' });
  expect(problems[0].text).toContain('Did you mean \'"advance"\'?');
  expect(problems[0].advice).toContain("Did you mean 'advance'?");
}, 60_000);

test('a checker that cannot run says nothing', async () => {
  expect(await checkTypes('/nowhere', folder, file)).toEqual([]);
});
