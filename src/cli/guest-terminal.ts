/** A guest on this terminal: keys go in, bytes come out, and the host rests while the guest does. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ESCAPE_HELP, EscapeKeys, VM_HELP, type VmCommand } from './escape-keys';

/** What a guest was doing at the end of a slice. `slept`: seconds of its own time that it passed in wfi during the slice. */
export type GuestState =
  /** It computes, and does not look at its input. */
  | { readonly state: 'busy'; readonly slept: number }
  /** Input would interrupt it, or it looks for input now and then. */
  | { readonly state: 'listening'; readonly slept: number }
  /** It has asked its port for input over and over, for so long that it does nothing else. */
  | { readonly state: 'idle'; readonly slept: number }
  /** Nothing but input can wake it. */
  | { readonly state: 'waiting' }
  /** It is off; `code` is this command's exit code. */
  | { readonly state: 'over'; readonly code: number };

/** Why a run ended: the guest is off, a person left it, or it waits for input and none can come. */
export type Ending = 'off' | 'left' | 'waits for input';

export interface TerminalGuest {
  /** Runs for some milliseconds of host time. */
  run(): GuestState;
  /** Types. */
  input(bytes: readonly number[]): void;
  /** True when it has taken all that was typed. */
  readonly drained: boolean;
  /** Where each of its processors is, a line each. */
  where(): readonly string[];
  /** Does something to the virtual machine in front, and says what. Missing where there is none. */
  command?(command: VmCommand): string;
}

/** The three streams of a process; tests give their own. */
export interface Streams {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Milliseconds that the host sleeps between two slices of an idle guest; a key ends the nap. */
const NAP = 25;
/** The longest that the host sleeps for a guest that sleeps. */
const LONGEST_NAP = 1000;
/** Input is handed on a line at a time, and a line in pieces of so many bytes; the pipe is read while less than STOCK is here. */
const PIECE = 4096;
const STOCK = 65536;
const LINE_ENDS = [0x0a, 0x0d];
const NO_KEYS = { leave: false, help: false, where: false, commands: [] };

export class GuestTerminal {
  readonly #streams: Streams;
  /** A person sits there: every key goes to the guest at once, and the guest's pauses are real ones. */
  readonly #person: boolean;
  readonly #escape = new EscapeKeys();
  #output: number[] = [];
  #typed: number[] = [];
  #ended = false;
  #left = false;
  #asked = false;
  #helpWanted = false;
  #commands: VmCommand[] = [];
  #wake: () => void = () => undefined;
  #ending: Ending = 'off';

  constructor(streams: Streams) {
    this.#streams = streams;
    this.#person = streams.stdin.isTTY === true;
  }

  /** Takes a byte that the guest sends; shown at the end of the slice. */
  readonly send = (byte: number): void => {
    this.#output.push(byte);
  };

  /** Runs the guest until it is off, the person leaves, or it waits for input that cannot come. Gives the exit code. */
  async run(guest: TerminalGuest): Promise<number> {
    const close = this.#open();
    try {
      for (;;) {
        const state = guest.run();
        await this.#flush();
        const isNew = this.#answer(guest);
        if (this.#left) return this.#end('left');
        if (state.state === 'over') return state.code;
        if (isNew) continue; // what the guest was doing may not be so any more
        const passed = this.#pass(guest, state);
        if (!passed && this.#stuck(state)) return this.#end('waits for input');
        await (passed ? nextTurn() : this.#rest(state));
      }
    } finally {
      close();
    }
  }

  /** Why the last run ended. */
  get ending(): Ending {
    return this.#ending;
  }

  /** The exit code of a run that the guest did not end. */
  #end(ending: Ending): 0 {
    this.#ending = ending;
    return 0;
  }

  /** Connects the streams; the result disconnects them. Whatever happens to this process, the terminal is usable afterwards. */
  #open(): () => void {
    const { stdin, stderr } = this.#streams;
    const raw = (on: boolean) => (this.#person ? void stdin.setRawMode?.(on) : undefined);
    const restore = (): void => raw(false);
    const killed = (signal: NodeJS.Signals): void => {
      restore();
      process.exit(signal === 'SIGHUP' ? 129 : 143);
    };
    const typed = (chunk: Buffer): void => this.#take(chunk);
    const ended = (): void => {
      this.#ended = true;
      this.#left ||= this.#person; // the terminal is gone
      this.#wake();
    };
    raw(true);
    process.once('exit', restore).once('SIGTERM', killed).once('SIGHUP', killed);
    stdin.on('data', typed).on('end', ended).on('error', ended);
    stdin.resume();
    if (this.#person) stderr.write('Ctrl-A x leaves, Ctrl-A h helps.\r\n');
    return () => {
      restore();
      if (this.#left) stderr.write('\r\n');
      process.off('exit', restore).off('SIGTERM', killed).off('SIGHUP', killed);
      stdin.off('data', typed).off('end', ended).off('error', ended);
      stdin.pause();
    };
  }

  #take(chunk: Buffer): void {
    const keys = this.#person ? this.#escape.sort(chunk) : { ...NO_KEYS, forGuest: chunk };
    for (const byte of keys.forGuest) this.#typed.push(byte);
    this.#helpWanted ||= keys.help;
    this.#commands.push(...keys.commands);
    this.#asked ||= keys.where;
    this.#left ||= keys.leave;
    if (this.#typed.length > STOCK) this.#streams.stdin.pause();
    this.#wake();
  }

  /** Does what the person asked of us; true if that changed something. */
  #answer(guest: TerminalGuest): boolean {
    if (this.#helpWanted) this.#tell((ESCAPE_HELP + (guest.command ? VM_HELP : '')).split('\n'));
    if (this.#asked) this.#tell(guest.where());
    const commands = guest.command ? this.#commands.splice(0) : [];
    for (const command of commands) this.#tell([guest.command!(command)]);
    return commands.length > 0;
  }

  /** Lines beside what the guest says. */
  #tell(lines: readonly string[]): void {
    this.#asked = this.#helpWanted = false;
    this.#streams.stderr.write(`\r\n${lines.join('\r\n')}\r\n`);
  }

  /** Hands input on. From a pipe only when the guest asks for it: firmware, and a guest that resets, throw away what came too early. */
  #pass(guest: TerminalGuest, { state }: GuestState): boolean {
    if (this.#typed.length === 0) return false;
    if (!this.#person && (state === 'busy' || !guest.drained)) return false;
    const lineEnd = this.#typed.findIndex((byte) => LINE_ENDS.includes(byte));
    guest.input(this.#typed.splice(0, Math.min(PIECE, lineEnd < 0 ? PIECE : lineEnd + 1)));
    if (!this.#ended) this.#streams.stdin.resume();
    return true;
  }

  /** No more input will come, and what there was does not move the guest. */
  #stuck({ state }: GuestState): boolean {
    const over = this.#ended && (state === 'waiting' || state === 'idle');
    if (over) this.#streams.stderr.write('\nhv: the guest waits for input, and standard input has ended.\n');
    return over;
  }

  /** Lets the host do other things: as long as the guest has nothing to do if a person watches, else just for input to arrive. */
  async #rest(state: GuestState): Promise<void> {
    if (state.state === 'waiting') return this.#input(Infinity);
    if (this.#person && 'slept' in state && state.slept > 0)
      return this.#input(Math.min(1000 * state.slept, LONGEST_NAP));
    if (this.#person && state.state === 'idle') return this.#input(NAP);
    await nextTurn();
  }

  /** Waits for more input, or the end of it, at most so many milliseconds. */
  #input(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds < Infinity ? setTimeout(resolve, milliseconds) : undefined;
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Shows what the guest sent; waits when the reader is slower than the guest. */
  async #flush(): Promise<void> {
    if (this.#output.length === 0) return;
    const { stdout } = this.#streams;
    const taken = stdout.write(Buffer.from(this.#output));
    this.#output = [];
    if (!taken) await new Promise<void>((resolve) => stdout.once('drain', resolve));
  }
}
