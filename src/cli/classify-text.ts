/** A machine's instructions and their classes, on the terminal: the table, what breaks theorem 1 with its witnesses, and the three verdicts. */
import {
  isSensitive,
  witnessText,
  type Claim,
  type Condition,
  type MachineTable,
  type TableRow,
} from '#popek-goldberg';
import { clip, wrap, type Style } from './style';

interface Words {
  readonly head: readonly string[];
  readonly location: string;
  readonly mode: string;
  readonly both: string;
}
const WIDE: Words = {
  head: ['instruction', 'privileged', 'control', 'behaviour', 'user'],
  location: 'location',
  mode: 'mode',
  both: 'location, mode',
};
const NARROW: Words = {
  head: ['', 'priv', 'ctrl', 'beh', 'user'],
  location: 'loc',
  mode: 'mode',
  both: 'both',
};
const NONE = '-';
/** Columns between five columns. */
const GAPS = 8;
const SHORTEST_NAME = 8;

/** Claims that make an instruction sensitive, and how they are called. */
const SENSITIVE: readonly (readonly [claim: Claim, name: string])[] = [
  ['control', 'control'],
  ['location', 'location'],
  ['mode', 'mode'],
];

export function classifyLines(table: MachineTable, all: boolean, columns: number, style: Style): string[] {
  const { machine, rows } = table;
  const { modes, title, resources, source, notes } = machine;
  const shown = rows.filter(({ name, classes }) =>
    all ? isSensitive(classes) : table.theorem1.against.includes(name),
  );
  const experiments = rows.reduce((sum, row) => sum + row.experiments, 0);
  return [
    ...wrap(`${title}: s is ${modes.s}, u is ${modes.u}`, columns).map(style.strong),
    ...wrap(`R: ${resources}`, columns),
    '',
    ...tableLines(rows, columns, style),
    '',
    ...witnessLines(table, shown, all, columns, style),
    ...theoremLines(table, columns, style),
    '',
    ...wrap(`${rows.length} instructions, ${experiments} experiments. After: ${source}.`, columns),
    ...notes.flatMap((note) => wrap(note, columns)),
  ];
}

function tableLines(rows: readonly TableRow[], columns: number, style: Style): string[] {
  const [wide, narrow] = [WIDE, NARROW].map((words) => cellsOf(rows, words));
  const cells = widthsOf(wide).reduce(sum) + GAPS <= columns ? wide : narrow;
  const [nameWidth, ...widths] = widthsOf(cells);
  const room = Math.max(SHORTEST_NAME, Math.min(nameWidth, columns - widths.reduce(sum) - GAPS));
  const line = ([name, ...texts]: readonly string[]): string =>
    [clip(name, room).padEnd(room), ...texts.map((text, i) => text.padEnd(widths[i]))].join('  ').trimEnd();
  const [head, ...body] = cells;
  return [style.dim(line(head)), ...body.map(line)];
}

const sum = (a: number, b: number): number => a + b;
const widthsOf = (cells: readonly (readonly string[])[]): number[] =>
  cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));

function cellsOf(rows: readonly TableRow[], { head, location, mode, both }: Words): string[][] {
  return [
    [...head],
    ...rows.map(({ name, classes }) => [
      name,
      classes.privileged ? 'yes' : NONE,
      classes.control ? 'yes' : NONE,
      classes.location ? (classes.mode ? both : location) : classes.mode ? mode : NONE,
      classes.user ? 'yes' : NONE,
    ]),
  ];
}

function witnessLines(
  table: MachineTable,
  rows: readonly TableRow[],
  all: boolean,
  columns: number,
  style: Style,
): string[] {
  if (rows.length === 0) return [];
  const { machine } = table;
  const title = all ? 'Sensitive, with states that show it' : 'Sensitive and not privileged, with states that show it';
  const lines = rows.flatMap(({ instruction, classes }) =>
    SENSITIVE.flatMap(([claim, name]) => {
      const witness = classes[claim];
      return witness
        ? wrap(`${instruction.name}  ${name}  ${witnessText(machine, instruction, claim, witness)}`, columns, 2)
        : [];
    }),
  );
  return [...wrap(title, columns).map(style.strong), ...lines, ''];
}

function theoremLines({ theorem1, theorem2, theorem3 }: MachineTable, columns: number, style: Style): string[] {
  const line = (name: string, what: string, { holds }: Condition, why: string): string[] =>
    wrap(`${name}  ${what}: ${holds ? style.good('condition met') : style.bad(`condition not met, ${why}`)}`, columns);
  return [
    ...line('Theorem 1', 'a monitor can be constructed', theorem1, culprits(theorem1)),
    ...line('Theorem 2', 'it can run under itself, if it does not depend on timing', theorem2, 'as for theorem 1'),
    ...line('Theorem 3', 'a hybrid monitor can be constructed', theorem3, culprits(theorem3)),
  ];
}

const culprits = ({ against }: Condition): string =>
  `by ${against.length} ${against.length === 1 ? 'instruction' : 'instructions'}: ${against.join('; ')}`;

/** What there is to classify. */
export function machinesLines(tables: readonly MachineTable[], columns: number, style: Style): string[] {
  const verdict = ({ holds }: Condition): string => (holds ? 'met' : NONE);
  const head = ['machine', 'instructions', 'theorem 1', 'theorem 3', ''];
  const cells = tables.map(({ machine, rows, theorem1, theorem3 }) => [
    machine.name,
    String(rows.length),
    verdict(theorem1),
    verdict(theorem3),
    machine.title,
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...cells].map((row) => row[i].length)));
  const line = (texts: readonly string[]): string =>
    clip(
      texts
        .map((text, i) => text.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
      columns,
    );
  return [
    style.dim(line(head)),
    ...cells.map(line),
    '',
    ...wrap('`hv classify x86` shows a table, with the states that prove it.', columns),
  ];
}
