/** Single keys from the terminal, and a terminal that is always given back as it was. */

/** A key as people name it: `a`, `?`, `up`, `down`, `enter`, `ctrl-c`. */
export type Key = string;

const NAMES: Readonly<Record<string, Key>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\x03': 'ctrl-c',
  '\x04': 'ctrl-d',
  '\x1b': 'escape',
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[5~': 'page-up',
  '\x1b[6~': 'page-down',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[Z': 'back-tab',
  '\t': 'tab',
  '\x7f': 'backspace',
  '\b': 'backspace',
  '\f': 'ctrl-l',
};

/** What was typed at once, split into keys: a fast typist's letters arrive together, an arrow is one sequence. Letters are small, unless `asTyped`. */
export function keysIn(data: string, asTyped = false): Key[] {
  // oxlint-disable-next-line no-control-regex
  const parts = data.match(/\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])?|[^\x1b]/gu) ?? [];
  return parts.map((part) => NAMES[part] ?? (asTyped ? part : part.toLowerCase()));
}

export interface Keyboard {
  /** The next key; keys pressed while nobody waited are kept. */
  next(): Promise<Key>;
  /** Gives the terminal back, as for a command that wants it; `resume` takes it again. */
  pause(): void;
  resume(): void;
}

/** Reads keys until `pause`. Ctrl-C arrives as a key: whoever reads decides, and must leave. */
export function openKeyboard(stdin: NodeJS.ReadStream = process.stdin): Keyboard {
  const pressed: Key[] = [];
  let waiting: ((key: Key) => void) | undefined;
  const take = (data: Buffer | string) => {
    for (const key of keysIn(data.toString())) {
      if (waiting) {
        const give = waiting;
        waiting = undefined;
        give(key);
      } else {
        pressed.push(key);
      }
    }
  };
  const keyboard: Keyboard = {
    next: () => {
      const key = pressed.shift();
      return key === undefined ? new Promise((resolve) => (waiting = resolve)) : Promise.resolve(key);
    },
    pause: () => {
      stdin.off('data', take);
      stdin.off('end', hangUp);
      stdin.setRawMode(false);
      stdin.pause();
    },
    resume: () => {
      stdin.setRawMode(true);
      stdin.on('data', take);
      stdin.on('end', hangUp);
      stdin.resume();
    },
  };
  function hangUp(): void {
    take('\x03');
  }
  keyboard.resume();
  return keyboard;
}
