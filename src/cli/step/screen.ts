/** The screen of the stepper: where we are, the code, the registers where there is room, one view, and the keys. */
import { clip, flow, padEnd, plain, widthOf, wrap, type Style } from '../style';
import { codeLines } from './code-pane';
import { csrLines } from './csr-view';
import { deviceLines, exitLines, helpLines, outputLines, tlbLines } from './lists';
import { registerLines, widthOfCells } from './registers';
import type { StepSession, ViewName } from './session';
import { tableLines } from './table-view';
import { grouped, type Drawn, type View } from './view';

const VIEWS: Readonly<Record<ViewName, View>> = {
  registers: registerLines,
  csrs: csrLines,
  tables: tableLines,
  tlb: tlbLines,
  exits: exitLines,
  devices: deviceLines,
  output: outputLines,
  help: helpLines,
};

const TABS: readonly (readonly [key: string, view: ViewName, title: string])[] = [
  ['x', 'registers', 'registers'],
  ['c', 'csrs', 'CSRs'],
  ['t', 'tables', 'tables'],
  ['l', 'tlb', 'TLB'],
  ['e', 'exits', 'exits'],
  ['d', 'devices', 'devices'],
  ['o', 'output', 'output'],
  ['h', 'help', 'help'],
];

const KEYS: readonly (readonly [key: string, text: string])[] = [
  ['s', 'step'],
  ['b', 'back'],
  ['n', 'next exit'],
  ['p', 'previous'],
  ['g', 'go to'],
  ['/', 'search'],
  ['f', 'difference'],
  ['q', 'leave'],
];

/** From so many columns on the registers stand beside the code. */
const WIDE = 124;
const REGISTERS_BESIDE = widthOfCells(2);
const CODE_ROWS_BESIDE = 16;
/** From so many rows on they stand below it. */
const HIGH = 44;
const MOST_MESSAGES = 6;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** At most `rows` lines of at most `columns`. `busy`: a long way is being gone. */
export function screenLines(session: StepSession, { columns, rows }: Size, style: Style, busy = false): string[] {
  const drawn: Drawn = { session, now: session.now, style, columns, rows };
  const head = headLines(drawn);
  const foot = footLines(session, { columns, rows }, style, busy);
  const left = rows - head.length - foot.length - 1;
  const above = upperLines(drawn, left);
  const below = VIEWS[session.view]({ ...drawn, rows: left - above.length }).slice(0, left - above.length);
  const body = [...above, tabLine(session, columns, style), ...below];
  const blank = Array.from({ length: Math.max(0, left + 1 - body.length) }, () => '');
  return [...head, ...body, ...blank, ...foot].slice(0, rows).map((line) => cut(line, columns));
}

/** A line that is too long loses its colours with its end. */
const cut = (line: string, columns: number): string => (widthOf(line) <= columns ? line : clip(plain(line), columns));

function headLines({ session: { walk, subject }, now, style, columns }: Drawn): string[] {
  const mode = now.hartMode === now.mode ? `${now.mode}-mode` : `${now.mode}-mode, really ${now.hartMode}`;
  const place = `instruction ${grouped(walk.instruction)}  step ${grouped(walk.step)}  exit ${grouped(walk.exitCount)}  ${mode}`;
  const full = `${subject.title}   ${place}`;
  if (full.length <= columns) return [style.strong(full)];
  return [style.strong(clip(subject.title, columns)), clip(place, columns)];
}

/** Code, and the registers beside or below it where they are not what the view shows. */
function upperLines(drawn: Drawn, rows: number): string[] {
  const { columns } = drawn;
  if (columns >= WIDE && rows >= CODE_ROWS_BESIDE + 8) {
    const width = columns - REGISTERS_BESIDE - 2;
    const code = codeLines({ ...drawn, columns: width, rows: CODE_ROWS_BESIDE });
    const registers = registerLines({ ...drawn, columns: REGISTERS_BESIDE });
    return registers.map((line, i) => `${padEnd(code[i] ?? '', width)}  ${line}`);
  }
  if (rows >= HIGH) return [...codeLines({ ...drawn, rows: CODE_ROWS_BESIDE }), '', ...registerLines(drawn)];
  const view = Math.min(Math.max(11, Math.ceil(rows / 2)), rows - 1);
  return codeLines({ ...drawn, rows: Math.max(1, rows - view) });
}

function tabLine({ view }: StepSession, columns: number, style: Style): string {
  const texts = TABS.map(([key, name, title]) => (name === view ? `[${title}]` : `${key} ${title}`));
  return style.dim(clip(`── ${texts.join('  ')} ${'─'.repeat(columns)}`, columns));
}

function footLines(session: StepSession, { columns }: Size, style: Style, busy: boolean): string[] {
  const message = session.message.flatMap((line) => wrap(line, columns)).slice(0, MOST_MESSAGES);
  const said = message.map((line) => style.bad(line));
  if (busy) return [...said, style.dim('on the way; any key stops here')];
  if (session.prompt) return [...said, `${session.prompt.label}: ${session.prompt.text}▏`];
  if (session.count !== '') return [...said, `${session.count} times: s, b, n or p`];
  return [
    ...said,
    flow(
      KEYS.map(([key, text]) => `${style.key(key)} ${text}`),
      columns,
      0,
    )[0],
  ];
}
