/** What a comparison comes to: tables of numbers, each with what it says and, for some, the picture that it is drawn as. Text, page and JSON are made from this. */

export interface Comparison {
  readonly kind: 'cpu' | 'paging' | 'io' | 'time';
  readonly title: string;
  /** What ran, and what differs from column to column. */
  readonly about: string;
  /** Prints every number of this comparison again. */
  readonly command: string;
  readonly sections: readonly Section[];
  /** Who was left out, and why: a sentence each. */
  readonly leftOut: readonly string[];
}

export interface Section {
  readonly title: string;
  /** What the numbers are, and what they show. */
  readonly text: string;
  readonly table: Table;
  /** How the page draws the table: a bar for each column, made of its rows; or a line for each column over the rows. */
  readonly drawnAs?: 'bars' | 'lines';
  /** The lines' heights are from 0 on, however far apart the values are. */
  readonly scale?: 'linear';
  /** Measured with a clock: different on every run. Everything else is counted, and the same each time. */
  readonly measured?: true;
}

export interface Table {
  /** What the rows are. */
  readonly head: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** Unit of all values, if they have one in common. */
  readonly unit?: string;
}

export interface Row {
  readonly label: string;
  /** A part of the last row that is none. */
  readonly part?: true;
  /** One a column; undefined where there is no such number. */
  readonly values: readonly (number | undefined)[];
  /** Digits behind the point; default 0. */
  readonly digits?: number;
}

/** 1204.5 -> `1,204.5` on every machine, whatever its language; nothing is a dash. */
export function numberText(value: number | undefined, digits = 0): string {
  if (value === undefined) return '-';
  const [whole, rest] = value.toFixed(digits).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return rest === undefined ? grouped : `${grouped}.${rest}`;
}
