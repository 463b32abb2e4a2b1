/** The place that jest runs a suite in: Node's, plus a report of every test's start, so that the parent knows what hangs. */
import { Console } from 'node:console';
import { format } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import type { Measure, RunnerMessage, TestEnd, TestId } from './protocol';
import { failureOf, testId } from './protocol';
import type { ResidentDoors } from './resident-doors';
import { residentDoors } from './resident-doors';

/** What jest-circus tells about a describe block and a test: the part of it that is used here. */
interface Block {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly parent?: Block;
  readonly children: readonly (Block | Test)[];
}
interface Test {
  readonly type: 'test';
  readonly name: string;
  readonly parent: Block;
  /** What was thrown; or pairs of it and the place where the test was declared. */
  readonly errors: readonly unknown[];
  readonly duration?: number | null;
}
type CircusEvent =
  { readonly name: 'test_start' | 'test_done'; readonly test: Test } | { readonly name: 'setup' | 'run_start' };

/** What a student may print in one run, in characters; the rest is dropped. */
const PRINTED_LIMIT = 64 * 1024;

class GradingEnvironment extends TestEnvironment {
  private printed = 0;

  /** Called by jest-circus; synchronously, so that a report leaves before its test begins. */
  handleTestEvent(event: CircusEvent, state: { readonly rootDescribeBlock: Block }): void {
    if (event.name === 'setup') this.prepareGlobals();
    else if (event.name === 'run_start') report({ kind: 'tests', tests: testsIn(state.rootDescribeBlock) });
    else if (event.name === 'test_start') report({ kind: 'start', name: fullName(event.test) });
    else if (event.name === 'test_done') report({ kind: 'end', end: endOf(event.test) });
  }

  /** A part can print, but not for ever; and it cannot end the runner, or speak in its name, by accident. */
  private prepareGlobals(): void {
    const { global } = this;
    const lines = new Console(process.stdout, process.stderr);
    for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
      lines[method] = (...values: unknown[]) => this.print(`${format(...values)}\n`);
    }
    global.console = lines;
    global.process.exit = (code) => {
      throw new Error(`process.exit(${code ?? ''}) was called`);
    };
    delete (global.process as Partial<NodeJS.Process>).send;
    const shared = global as { hvMeasure?: (measure: Measure) => void; hvDoors?: ResidentDoors };
    shared.hvMeasure = (measure) => report({ kind: 'measure', measure });
    shared.hvDoors = residentDoors();
  }

  private print(text: string): void {
    const room = PRINTED_LIMIT - this.printed;
    this.printed += text.length;
    if (room > 0) process.stdout.write(text.slice(0, room));
  }
}

function report(message: RunnerMessage): void {
  process.send?.(message);
}

function testsIn(block: Block): TestId[] {
  return block.children.flatMap((child) =>
    child.type === 'test' ? (testId(blocksOf(child), child.name) ?? []) : testsIn(child),
  );
}

/** Names of the describe blocks around a test, outermost first, without jest's own root. */
function blocksOf(test: Test): string[] {
  const blocks: string[] = [];
  for (let block: Block | undefined = test.parent; block?.parent; block = block.parent) blocks.unshift(block.name);
  return blocks;
}

function fullName(test: Test): string {
  return [...blocksOf(test), test.name].join(' ');
}

function endOf(test: Test): TestEnd {
  const end = { name: fullName(test), ms: test.duration ?? 0 };
  if (test.errors.length === 0) return end;
  const first = test.errors[0];
  return { ...end, failure: failureOf(Array.isArray(first) ? (first[0] as unknown) : first) };
}

// jest asks for the module itself to be the class.
export = GradingEnvironment;
