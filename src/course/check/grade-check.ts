/** Proves a lesson's suite: stubs get nothing, correct solutions everything, and every wrong one loses points where its mistake is. */
import fs from 'node:fs';
import path from 'node:path';
import { folderOf, type WrittenLesson } from '../manifest';
import { pristineStubFile } from '../exercise-files';
import { messageOf } from '../errors';
import { formatSignatures, type Signature } from '../grading/signatures';
import { GROUPS, type Group, type TestId } from '../grading/protocol';
import type { Run, Runner } from '../grading/runner';
import { checkTypes } from '../grading/type-check';
import { verdictOf, type Verdict } from '../grading/verdict';
import { shownPath, solutionFile, suiteFile, type Workspace } from '../workspace';
import type { Finding } from './finding';
import type { Pool } from './pool';

/** What is graded, and what it must get. */
type Candidate =
  | { readonly kind: 'stub' | 'solution' | 'second'; readonly file: string }
  | { readonly kind: 'mutant'; readonly file: string; readonly sentence: string; readonly group: Group };

export interface GradeCheck {
  readonly findings: readonly Finding[];
  /** Of the lesson's wrong solutions, in the order of their names. */
  readonly signatures: readonly Signature[];
  /** Of the suite, in its order; empty if no run of it came to its tests. */
  readonly tests: readonly TestId[];
}

/** A course whose suite cannot tell six mistakes apart has not been thought through. */
const FEWEST_MUTANTS = 6;

/** All gradings of one lesson, in turn with those that others have asked of the pool before. `load` runs a TypeScript file (part-loader.ts). */
export async function checkGrading(
  workspace: Workspace,
  lesson: WrittenLesson,
  runners: Pool<Runner>,
  load: (file: string) => unknown,
): Promise<GradeCheck> {
  const { candidates, problems } = candidatesOf(workspace, lesson, load);
  const graded = await Promise.all(
    candidates.map((candidate) => runners.lend((runner) => gradeOne(workspace, lesson, runner, candidate))),
  );
  const signatures = graded.flatMap(({ run }, i) => {
    const candidate = candidates[i];
    return run !== undefined && candidate.kind === 'mutant' ? [signatureOf(candidate, run)] : [];
  });
  const tests = graded.find(({ run }) => run && run.tests.length > 0)?.run?.tests ?? [];
  const findings = [...problems, ...graded.map(({ finding }) => finding), await stubTypes(workspace, lesson)];
  return { findings, signatures, tests };
}

export function signaturesFile(workspace: Workspace, lesson: WrittenLesson): string {
  return path.join(mutantsFolder(workspace, lesson), 'signatures.json');
}

/** The committed signatures are what students get; they must be those of today's suite. */
export function checkSignatures(
  workspace: Workspace,
  lesson: WrittenLesson,
  signatures: readonly Signature[],
): Finding {
  const file = signaturesFile(workspace, lesson);
  const committed = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  const fresh = committed === formatSignatures(signatures);
  return {
    what: 'signatures',
    ok: fresh,
    detail: fresh
      ? `${signatures.length} known mistakes`
      : `${shownPath(workspace, file)} is out of date; run \`npx hv check --write\``,
  };
}

function mutantsFolder(workspace: Workspace, lesson: WrittenLesson): string {
  return path.join(workspace.root, 'test', 'mutants', folderOf(lesson));
}

function candidatesOf(
  workspace: Workspace,
  lesson: WrittenLesson,
  load: (file: string) => unknown,
): { candidates: Candidate[]; problems: Finding[] } {
  const problems: Finding[] = [];
  const candidates: Candidate[] = [
    { kind: 'stub', file: pristineStubFile(workspace, lesson) },
    { kind: 'solution', file: solutionFile(workspace, lesson) },
  ];
  const seconds = typeScriptIn(path.join(workspace.root, 'test', 'second', folderOf(lesson)));
  if (seconds.length === 0)
    problems.push({ what: 'second solution', ok: false, detail: `there is none in test/second/${folderOf(lesson)}` });
  candidates.push(...seconds.map((file) => ({ kind: 'second' as const, file })));
  const mutants = typeScriptIn(mutantsFolder(workspace, lesson));
  if (mutants.length < FEWEST_MUTANTS)
    problems.push({
      what: 'wrong solutions',
      ok: false,
      detail: `there are ${mutants.length}; a lesson has at least ${FEWEST_MUTANTS}`,
    });
  for (const file of mutants) {
    const { mutant, problem } = readMutant(file, load);
    if (mutant) candidates.push(mutant);
    else problems.push({ what: nameOf(file), ok: false, detail: problem });
  }
  return { candidates, problems };
}

function typeScriptIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** A wrong solution says what it gets wrong: `export const group = ...; export const sentence = ...`. */
function readMutant(
  file: string,
  load: (file: string) => unknown,
): { readonly mutant?: Candidate; readonly problem: string } {
  let exported: { group?: unknown; sentence?: unknown };
  try {
    exported = load(file) as typeof exported;
  } catch (error) {
    return { problem: `cannot be loaded: ${messageOf(error)}` };
  }
  const group = GROUPS.find((candidate) => candidate === exported.group);
  if (group === undefined) return { problem: `has no \`export const group\` that is one of ${GROUPS.join(', ')}` };
  if (typeof exported.sentence !== 'string' || exported.sentence.trim() === '')
    return { problem: 'has no `export const sentence`' };
  return { mutant: { kind: 'mutant', file, group, sentence: exported.sentence }, problem: '' };
}

async function gradeOne(
  workspace: Workspace,
  lesson: WrittenLesson,
  runner: Runner,
  candidate: Candidate,
): Promise<{ finding: Finding; run?: Run }> {
  const what =
    candidate.kind === 'second'
      ? `second: ${nameOf(candidate.file)}`
      : candidate.kind === 'mutant'
        ? nameOf(candidate.file)
        : candidate.kind;
  try {
    const run = await runner.grade(
      { suite: suiteFile(workspace, lesson), part: candidate.file },
      `your \`${lesson.part}\``,
    );
    const verdict = verdictOf(lesson, candidate.file, run, [], []);
    return { finding: { what, ...judge(lesson, candidate, verdict) }, run };
  } catch (error) {
    return { finding: { what, ok: false, detail: messageOf(error).split('\n').slice(0, 4).join('\n') } };
  }
}

function judge(
  lesson: WrittenLesson,
  candidate: Candidate,
  verdict: Verdict,
): { readonly ok: boolean; readonly detail: string } {
  const score = `${verdict.points} of ${verdict.outOf} points`;
  if (candidate.kind === 'mutant') return judgeMutant(candidate.group, verdict);
  if (candidate.kind === 'stub')
    return {
      ok: verdict.points === 0,
      detail: verdict.points === 0 ? score : `${score}, without a line written: ${passedTitles(verdict)}`,
    };
  const measures = verdict.groups.flatMap((group) => group.measures).join('; ');
  if (verdict.state !== 'passed') return { ok: false, detail: `${score}: ${firstFailure(verdict)}` };
  const sum = verdict.outOf === lesson.points;
  return {
    ok: sum,
    detail: sum
      ? [score, measures].filter(Boolean).join(', ')
      : `the suite is worth ${verdict.outOf} points, the manifest says ${lesson.points}`,
  };
}

function judgeMutant(group: Group, verdict: Verdict): { readonly ok: boolean; readonly detail: string } {
  const lost = verdict.groups
    .filter((one) => one.points < one.outOf)
    .map((one) => `${one.group} ${one.outOf - one.points}`);
  const where = lost.length === 0 ? 'nothing' : lost.join(', ');
  const ok = verdict.groups.some((one) => one.group === group && one.points < one.outOf);
  return { ok, detail: ok ? `loses ${where}` : `must lose points in ${group}, but loses ${where}` };
}

function passedTitles(verdict: Verdict): string {
  return verdict.groups
    .flatMap((group) => group.tests)
    .filter((test) => test.outcome === 'passed')
    .map((test) => `"${test.title}"`)
    .join(', ');
}

function firstFailure(verdict: Verdict): string {
  const test = verdict.groups.flatMap((group) => group.tests).find((one) => one.outcome !== 'passed');
  return verdict.problem ?? [test?.title, ...(test?.lines ?? [])].join(' | ');
}

function signatureOf(candidate: Extract<Candidate, { kind: 'mutant' }>, run: Run): Signature {
  const failing = run.tests.filter((test) => run.ends.get(test.name)?.failure).map((test) => test.name);
  return { file: path.basename(candidate.file), group: candidate.group, sentence: candidate.sentence, failing };
}

async function stubTypes(workspace: Workspace, lesson: WrittenLesson): Promise<Finding> {
  const problems = await checkTypes(
    workspace.root,
    path.join(workspace.cache, 'types'),
    pristineStubFile(workspace, lesson),
  );
  const first = problems[0];
  return {
    what: 'stub types',
    ok: first === undefined,
    detail: first === undefined ? 'compile' : `line ${first.line}: ${first.text}`,
  };
}

function nameOf(file: string): string {
  return path.basename(file, '.ts');
}
