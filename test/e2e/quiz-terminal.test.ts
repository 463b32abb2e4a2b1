/** The quiz in a real terminal: choosing, ticking, typing, Ctrl-C; what was answered is kept. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { course } from '#lessons';
import { afterAnswer, ProgressFile } from '#course';
import { instantiate, readQuiz, rightAnswer, shownOrder, type Question } from '#course/quiz';
import { describeTerminal, root, Terminal } from './terminal';

const SEED = 'tmux';
const questions: Question[] = readQuiz(root, '01-event-handler').items.map((item) => instantiate(item, SEED));

describeTerminal('hv quiz in a terminal', () => {
  let home: string;
  let terminal: Terminal;
  beforeEach(() => {
    home = fs.mkdtempSync(path.join(os.tmpdir(), 'quiz-tmux-'));
    terminal = new Terminal(`node bin/hv.cjs quiz 01 --seed ${SEED}`, { HV_HOME: home }, 100, 60);
  });
  afterEach(() => {
    terminal.close();
    fs.rmSync(home, { recursive: true, force: true });
  });

  const kept = (): string[] =>
    Object.keys(
      (JSON.parse(fs.readFileSync(path.join(home, '.hv/progress.json'), 'utf8')) as { progress: { questions: object } })
        .progress.questions,
    );
  /** Moves to a choice of a list, from the top. */
  const moveTo = (question: Question, index: number): void => {
    for (let place = shownOrder(question, SEED).indexOf(index); place > 0; place--) terminal.type('Down');
  };

  it('a choice is made with the arrows, boxes are ticked with the space bar, Ctrl-C leaves and loses nothing', async () => {
    await terminal.shows('1 of 12');
    await terminal.shows('Choose one');
    moveTo(questions[0], rightAnswer(questions[0]) as number);
    terminal.type('Enter');
    await terminal.shows('✓ Right.');

    await terminal.shows('Choose all that apply');
    // Only one of several right ones.
    moveTo(questions[1], (rightAnswer(questions[1]) as number[])[0]);
    terminal.type('Space');
    terminal.type('Enter');
    await terminal.shows('✗ Not yet.');
    await terminal.shows('In the lesson: "Where the pc goes"');

    await terminal.shows('3 of 12');
    await terminal.shows(/3 of 12[^]*Choose one/);
    terminal.type('C-c');
    await terminal.shows('Left after 2 of 12. Your answers are kept.');
    expect(await terminal.shows('left with 0')).not.toMatch(/internal error|at .*\.ts:/);
    await terminal.shows(/^icanon echo/m);
    expect(kept()).toEqual(['event-handler/who-runs', 'event-handler/pc-moves']);
  }, 60_000);

  it('what cannot be read as an answer is asked again, with what to type', async () => {
    await terminal.shows(/1 of 12[^]*Choose one/);
    terminal.type('Enter');
    await terminal.shows(/2 of 12[^]*Choose all/);
    terminal.type('Enter');
    await terminal.shows(/3 of 12[^]*Choose one/);
    terminal.type('Enter');
    await terminal.shows(/4 of 12[^]*letters in their order/);
    terminal.type('abc');
    terminal.type('Enter');
    await terminal.shows('Type every letter from a to f once, in order.');
    terminal.type('C-u');
    const shown = shownOrder(questions[3], SEED);
    terminal.type((rightAnswer(questions[3]) as number[]).map((index) => 'abcdef'[shown.indexOf(index)]).join(''));
    terminal.type('Enter');
    await terminal.shows(/4 of 12[^]*✓ Right/);
    terminal.type('C-c');
    await terminal.shows('Left after 4 of 12');
  }, 60_000);

  it('a quiz that was left goes on where it was, and --anew begins again', async () => {
    await terminal.shows(/1 of 12[^]*Choose one/);
    moveTo(questions[0], rightAnswer(questions[0]) as number);
    terminal.type('Enter');
    await terminal.shows(/2 of 12[^]*Choose all/);
    terminal.type('C-c');
    await terminal.shows('left with 0');
    terminal.close();

    terminal = new Terminal('node bin/hv.cjs quiz 01', { HV_HOME: home }, 100, 60);
    await terminal.shows('You left this quiz after 1 of 12; here is the rest (--anew begins again).');
    await terminal.shows(/1 of 11[^]*Choose all/);
    terminal.type('C-c');
    await terminal.shows('left with 0');
    terminal.close();

    terminal = new Terminal('node bin/hv.cjs quiz 01 --anew', { HV_HOME: home }, 100, 60);
    await terminal.shows(/1 of 12[^]*Choose one/);
    expect(terminal.screen()).not.toContain('You left');
  }, 90_000);

  it('pairs are matched by letters, and a gap is filled in', async () => {
    terminal.close();
    const asked: Question[] = readQuiz(root, '06-guest-memory').items.map((item) => instantiate(item, SEED));
    const [pairs, gap] = asked;
    terminal = new Terminal(`node bin/hv.cjs quiz 06 --seed ${SEED}`, { HV_HOME: home }, 100, 60);
    await terminal.shows(/1 of 11[^]*4\. [^]*The letters for 1 to 4/);
    const shown = shownOrder(pairs, SEED);
    terminal.type((rightAnswer(pairs) as number[]).map((index) => 'abcd'[shown.indexOf(index)]).join(''));
    terminal.type('Enter');
    await terminal.shows(/✓ Right[^]*2 of 11[^]*const overlap = a < bEnd && ___;[^]*___ is/);
    terminal.type('-l', 'b<=aEnd');
    terminal.type('Enter');
    await terminal.shows(/✗ Not yet[^]*only touch/);
    expect(gap.kind).toBe('fill');
    terminal.type('C-c');
    await terminal.shows('Left after 2 of 11');
  }, 60_000);

  it('what went wrong is offered once more, in another variant; a review asks only what is due', async () => {
    terminal.close();
    // One question of lesson 03 was answered wrong, long ago.
    const progress = new ProgressFile(path.join(home, '.hv'), course.id);
    progress.update((before) => afterAnswer(before, 'trap-and-emulate', 'decode', false, new Date('2020-01-01')));
    const item = readQuiz(root, '03-trap-and-emulate').items.find(({ id }) => id === 'decode')!;
    const [first, again] = [SEED, `${SEED} again`].map((seed) => instantiate(item, seed));
    expect(again.ask).not.toBe(first.ask);

    terminal = new Terminal(`node bin/hv.cjs quiz --review --seed ${SEED}`, { HV_HOME: home }, 100, 60);
    await terminal.shows(/1 of 1[^]*A number/);
    terminal.type('-l', '123456');
    terminal.type('Enter');
    await terminal.shows(/✗ Not yet[^]*Once more now: the 1 that went wrong\?/);
    terminal.type('Enter');
    await terminal.shows(/Once more now[^]*1 of 1[^]*A number/);
    terminal.type('-l', String(rightAnswer(again)));
    terminal.type('Enter');
    await terminal.shows(/Once more now[^]*✓ Right[^]*1 of 1 right/);
    await terminal.shows('left with 0');
    expect(progress.read().questions['trap-and-emulate/decode']).toMatchObject({ asked: 3, streak: 1 });
  }, 60_000);

  it('a number is taken with its unit, and what is no number is asked again', async () => {
    terminal.close();
    const progress = new ProgressFile(path.join(home, '.hv'), course.id);
    const items = readQuiz(root, '08-two-stage-paging').items;
    const asked = items.map((item) => instantiate(item, SEED)).find((one) => one.kind === 'number' && one.unit)!;
    progress.update((before) => afterAnswer(before, 'two-stage-paging', asked.id, false, new Date('2020-01-01')));
    const unit = asked.kind === 'number' ? asked.unit! : '';

    terminal = new Terminal(`node bin/hv.cjs quiz 08 --review --seed ${SEED}`, { HV_HOME: home }, 100, 60);
    await terminal.shows(`A number (${unit})`);
    terminal.type('-l', `some ${unit}`);
    terminal.type('Enter');
    await terminal.shows('Type a number');
    terminal.type('C-u');
    terminal.type('-l', `${rightAnswer(asked) as number} ${unit}`);
    terminal.type('Enter');
    await terminal.shows('✓ Right');
  }, 60_000);
});
