/** The stepper on a terminal: raw keys in, whole screens out, and a terminal that is given back as it was, whatever happens. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Way } from '#course/step';
import { keysIn } from '../keys';
import type { Style } from '../style';
import { withPatience } from './patience';
import { screenLines } from './screen';
import type { StepSession } from './session';

const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const REST_OF_SCREEN = '\x1b[J';
/** A screen is not drawn more often than this while a way is long, in milliseconds. */
const PATIENCE = 100;

/** Stays until the person leaves. `keys` are as if pressed first. */
export async function runOnTerminal(session: StepSession, style: Style, keys: readonly string[]): Promise<void> {
  const screen = new Screen(session, style, keys);
  try {
    await screen.serve();
  } finally {
    screen.close();
  }
}

class Screen {
  readonly #session: StepSession;
  readonly #style: Style;
  readonly #keys: string[];
  #wake: () => void = () => undefined;

  constructor(session: StepSession, style: Style, keys: readonly string[]) {
    this.#keys = [...keys];
    this.#session = session;
    this.#style = style;
    const { stdin, stdout } = process;
    process.once('exit', this.#giveBack).once('SIGTERM', this.#killed).once('SIGHUP', this.#killed);
    stdin.setRawMode(true);
    stdin.on('data', this.#take).on('end', this.#hangUp);
    stdin.resume();
    stdout.on('resize', this.#resized);
    stdout.write(ENTER);
  }

  async serve(): Promise<void> {
    while (!this.#session.left) {
      this.draw();
      const key = this.#keys.shift();
      if (key === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else {
        const way = this.#session.press(key);
        if (way) await this.#follow(way);
      }
    }
  }

  /** Any key that is pressed meanwhile ends the way where it is, and does nothing else. */
  async #follow(way: Way): Promise<void> {
    for (let drawn = Date.now(); !withPatience(() => way.next()).done; await nextTurn()) {
      if (Date.now() - drawn < PATIENCE) continue;
      this.draw(true);
      drawn = Date.now();
      await nextTurn(); // keys arrive now
      const key = this.#keys.shift();
      if (key === undefined) continue;
      if (key === 'ctrl-c') this.#session.press(key);
      return void way.return();
    }
  }

  draw(busy = false): void {
    const { columns = 80, rows = 24 } = process.stdout;
    const lines = screenLines(this.#session, { columns, rows }, this.#style, busy);
    process.stdout.write(`${HOME}${lines.map((line) => line + REST_OF_LINE).join('\r\n')}${REST_OF_SCREEN}`);
  }

  close(): void {
    const { stdin, stdout } = process;
    stdin.off('data', this.#take).off('end', this.#hangUp);
    stdout.off('resize', this.#resized);
    process.off('exit', this.#giveBack).off('SIGTERM', this.#killed).off('SIGHUP', this.#killed);
    this.#giveBack();
    stdin.pause();
  }

  readonly #take = (data: Buffer): void => {
    this.#keys.push(...keysIn(data.toString(), true));
    this.#wake();
  };
  readonly #resized = (): void => this.#wake();
  readonly #hangUp = (): void => this.#take(Buffer.from('\x03'));
  readonly #giveBack = (): void => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    process.stdout.write(LEAVE);
  };
  readonly #killed = (signal: NodeJS.Signals): void => {
    process.exit(signal === 'SIGHUP' ? 129 : 143);
  };
}
