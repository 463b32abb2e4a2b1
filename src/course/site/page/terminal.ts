/** The console of a guest in a page: xterm, loaded when the first guest is. */
import { Terminal } from '@xterm/xterm';

export interface Console {
  write(text: string): void;
  clear(): void;
}

/** What `assets/terminal.js` leaves for the page's script. */
export interface TerminalScript {
  open(place: HTMLElement, typed: (text: string) => void): Console;
}

const COLUMNS = 80;
const ROWS = 12;
const NARROWEST = 40;

function open(place: HTMLElement, typed: (text: string) => void): Console {
  const css = getComputedStyle(place);
  const terminal = new Terminal({
    cols: COLUMNS,
    rows: ROWS,
    convertEol: true,
    fontSize: 13,
    fontFamily: css.fontFamily,
    scrollback: 2000,
    screenReaderMode: true,
    theme: { background: css.backgroundColor, foreground: css.color, cursor: css.color },
  });
  terminal.open(place);
  // As many columns as there is room for: a phone has half of them.
  const width = place.querySelector('.xterm-screen')?.getBoundingClientRect().width ?? 0;
  if (width > place.clientWidth)
    terminal.resize(Math.max(NARROWEST, Math.floor((COLUMNS * place.clientWidth) / width) - 1), ROWS);
  terminal.onData(typed);
  // The Tab key goes on to the next control, as everywhere in the page; no guest needs it.
  terminal.attachCustomKeyEventHandler((event) => event.key !== 'Tab');
  return { write: (text) => terminal.write(text), clear: () => terminal.reset() };
}

(globalThis as { worldswitchTerminal?: TerminalScript }).worldswitchTerminal = { open };
