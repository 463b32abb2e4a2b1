/** What a page sees of a guest: run, pause, steps in both directions, and input that is repeated when the guest goes back and on again. */
import { GUEST_ORIGIN } from '#guests';
import { assemble } from '#machine';
import { referenceParts } from '#reference';
import { GuestSession, packGuest, serve, type Order, type Picture, type Report } from '#course/browser';
import { readGuest } from '#course/lab';

const hello = () => packGuest('hello', 'hello.s', readGuest('hello'));

/** Asks the firmware for characters (SBI, ch. 5: legacy console getchar is -1 if there is none) and gives each back; ends with a `.`. */
const ECHO = `
_start:
    li a7, 2
    ecall
    bltz a0, _start
    mv s0, a0
    li a7, 1
    ecall
    li t0, '.'
    bne s0, t0, _start
    li a7, 8
    ecall
`;
const echo = () => packGuest('echo', 'echo.s', assemble(ECHO, { origin: GUEST_ORIGIN, file: 'echo.s' }));

/** Of one order: the guests here need one or two. */
const MOST_TURNS = 50;

/** A session, and the console as a page would show it. */
class Page {
  console = '';
  picture!: Picture;
  constructor(readonly session: GuestSession) {
    this.look();
  }

  order(...orders: readonly Exclude<Order, { kind: 'boot' }>[]): this {
    for (const order of orders) {
      this.session.take(order);
      // A guest that asks for input again and again comes to no end: that is a failure here, and no reason to wait.
      for (let turns = 0; this.session.turn(); turns++)
        if (turns === MOST_TURNS)
          throw new Error(`no end after ${MOST_TURNS} turns; it printed ${this.session.picture().console.text}`);
    }
    this.look();
    return this;
  }

  /** Back by one exit after the other, until the console is empty. */
  toTheStart(): this {
    for (let { exits } = this.picture; this.console !== '' && exits > 0; exits--) this.order(back);
    expect(this.console).toBe('');
    return this;
  }

  private look(): void {
    this.picture = this.session.picture();
    const { again, text } = this.picture.console;
    this.console = again ? text : this.console + text;
  }
}

const back = { kind: 'step', unit: 'exit', back: true } as const;
const on = { kind: 'step', unit: 'exit', back: false } as const;
const type = (text: string) => ({ kind: 'input', text }) as const;
const one = { kind: 'step', unit: 'instruction', back: false } as const;

describe('hello in a page', () => {
  const page = () => new Page(new GuestSession(hello(), 'trap-and-emulate', referenceParts));

  test('runs to its end, with the exits that `hv trace hello` shows', () => {
    const { picture, console } = page().order({ kind: 'run' });
    expect(console).toBe('Hello from S-mode, hart 0\n');
    expect(picture).toMatchObject({ running: false, exits: 28, end: 'the guest switched its machine off' });
    expect(picture.counts).toEqual([
      ['ecall', 27],
      ['shadow-miss', 1],
    ]);
    expect(picture.last.at(-1)).toMatchObject({ number: 28, why: 'SBI system reset, function 0' });
  });

  test('back over two exits, what it printed between them is not there any more; on again it is', () => {
    const end = page().order({ kind: 'run' });
    expect(end.order(back, back, back).console).toBe('Hello from S-mode, hart ');
    expect(end.order(on, on).console).toBe('Hello from S-mode, hart 0\n');
  });

  test('one instruction on shows the next one, with its line of the source', () => {
    const start = page();
    expect(start.picture.at).toMatchObject({ pc: '0x80200000', label: '_start' });
    const { at } = start.order(one, one).picture;
    expect(at.source).toMatch(/^hello\.s:\d+: /);
    expect(at.pc).not.toBe('0x80200000');
  });
});

describe('a guest that is typed at', () => {
  test('gets the same characters again at the same places when it goes back and on', () => {
    const page = new Page(new GuestSession(echo(), 'trap-and-emulate', referenceParts));
    page.order(on, on, type('a'), on, on, on, on, on, type('b'), on, on, on, on, on, type('.'), { kind: 'run' });
    expect(page.console).toBe('ab.');
    const { instructions } = page.picture;
    page.toTheStart().order({ kind: 'run' });
    expect([page.console, page.picture.instructions]).toEqual(['ab.', instructions]);
  });

  test('what was typed later than the place that it is typed at now never was', () => {
    const page = new Page(new GuestSession(echo(), 'trap-and-emulate', referenceParts));
    page.order(on, on, type('a'), on, on, type('b.'), { kind: 'run' });
    expect(page.console).toBe('ab.');
    page.toTheStart().order(type('x.'), { kind: 'run' });
    expect(page.console).toBe('ax.');
  });
});

describe('the worker', () => {
  function worker() {
    const reports: Report[] = [];
    const soon: (() => void)[] = [];
    let hear!: (order: Order) => void;
    serve(referenceParts, {
      listen: (to) => (hear = to),
      tell: (report) => reports.push(report),
      soon: (action) => soon.push(action),
    });
    const settle = () => {
      for (let action = soon.shift(); action; action = soon.shift()) action();
    };
    return { reports, soon, settle, hear: (order: Order) => hear(order) };
  }

  test('hears an order between two turns of a guest that never ends', () => {
    const { hear, soon, reports, settle } = worker();
    hear({ kind: 'boot', guest: packGuest('spinner', 'spinner.s', readGuest('spinner')), technique: 'bare' });
    hear({ kind: 'run' });
    for (let i = 0; i < 3; i++) soon.shift()?.();
    expect(reports.at(-1)).toMatchObject({ picture: { running: true } });
    hear({ kind: 'pause' });
    settle();
    expect(reports.at(-1)).toMatchObject({ picture: { running: false } });
  });

  test('tells what is wrong with a guest that it cannot boot, in a sentence', () => {
    const { hear, settle, reports } = worker();
    hear({ kind: 'boot', guest: { ...hello(), origin: '0x1000', entry: '0x1000' }, technique: 'bare' });
    settle();
    expect(reports).toEqual([{ failure: expect.stringMatching(/^[^\n]+\.$/) as string }]);
  });
});
