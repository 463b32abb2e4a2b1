/** Many short lines into a file or onto a stream, in large pieces. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '#course';

const PIECE = 2 ** 16;

export class LineFile {
  readonly #put: (bytes: Buffer) => void;
  readonly #lineEnd: string;
  readonly close: () => void;
  #waiting: string[] = [];
  #letters = 0;

  private constructor(put: (bytes: Buffer) => void, lineEnd: string, close: () => void) {
    this.#put = put;
    this.#lineEnd = lineEnd;
    this.close = () => {
      this.flush();
      close();
    };
  }

  /** Begins a file anew. Throws UsageError. */
  static file(name: string): LineFile {
    try {
      const descriptor = openSync(name, 'w');
      const put = (bytes: Buffer): void => {
        for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
      };
      return new LineFile(put, '\n', () => closeSync(descriptor));
    } catch (error) {
      throw new UsageError(`${name} cannot be written to (${(error as NodeJS.ErrnoException).code}).`);
    }
  }

  /** A stream that stays open. `lineEnd`: a terminal in raw mode needs a carriage return too. */
  static stream(stream: NodeJS.WritableStream, lineEnd: '\n' | '\r\n'): LineFile {
    return new LineFile(
      (bytes) => void stream.write(bytes),
      lineEnd,
      () => undefined,
    );
  }

  readonly write = (line: string): void => {
    this.#waiting.push(line, this.#lineEnd);
    this.#letters += line.length;
    if (this.#letters > PIECE) this.flush();
  };

  flush(): void {
    if (this.#waiting.length === 0) return;
    this.#put(Buffer.from(this.#waiting.join('')));
    this.#waiting = [];
    this.#letters = 0;
  }
}
