/** The quiz in a real terminal: choosing, ticking, typing, Ctrl-C; what was answered is kept. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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
});
