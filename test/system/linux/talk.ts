/** A system that a test talks to over its serial port: it waits for words, and the measure of waiting is what the system did. */

/** A prompt of busybox's shell, and the line editor's question for the cursor behind it. */
const PROMPT = /# (?:\x1b\[6n)?$/; // oxlint-disable-line no-control-regex

export abstract class Talk {
  #printed = '';
  #looked = 0;

  /** Hears one byte of what the system prints. */
  protected hear(byte: number): void {
    this.#printed += String.fromCharCode(byte);
  }

  /** Goes on for a while; says why not if the system cannot. */
  protected abstract goOn(): string | undefined;

  abstract type(text: string): void;

  /** All that it printed, without the carriage returns. */
  get printed(): string {
    return this.#printed.replaceAll('\r', '');
  }

  /** Runs until what was printed since the last call matches, and gives that. Throws after `patience` whiles. */
  waitFor(pattern: RegExp, patience = 30_000): string {
    let end: string | undefined;
    for (let left = patience; ; left--) {
      const text = this.#printed.slice(this.#looked);
      if (pattern.test(text)) {
        this.#looked = this.#printed.length;
        return text.replaceAll('\r', '');
      }
      if (left <= 0 || end) throw new Error(`${pattern} did not come; ${this.tail(end)}`);
      end = this.goOn();
    }
  }

  /** Waits for a shell's prompt. */
  shell(): void {
    this.waitFor(PROMPT);
  }

  /** Types a command at the prompt, and gives what it printed. Throws if it fails. */
  run(command: string): string {
    this.type(`echo B''EGIN; ${command}; echo E''ND $?\n`);
    const text = this.waitFor(/END \d+\s[\s\S]*# (?:\x1b\[6n)?$/); // oxlint-disable-line no-control-regex
    const [, output, status] = /BEGIN\n([\s\S]*)END (\d+)/.exec(text) ?? [];
    if (status !== '0') throw new Error(`${command}: status ${status}; ${this.tail()}`);
    return output;
  }

  protected tail(end = 'running'): string {
    return `it is ${end}, and said:\n${this.printed.slice(-3000)}`;
  }
}
