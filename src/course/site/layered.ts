/**
 * Lays out a graph of prerequisites in columns (Sugiyama, Tagawa and Toda 1981, simplified): a node's column is the length of
 * the longest way to it, a line that crosses a column gets a place of its own there, and a few sweeps untangle the rest.
 */

/** In units of one column and one row; y may be a fraction. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly places: ReadonlyMap<string, Point>;
  /** `via`: the places that were kept free for the line in the columns between. */
  readonly edges: readonly { readonly from: Point; readonly to: Point; readonly via: readonly Point[] }[];
  readonly columns: number;
  readonly rows: number;
}

/** A box, or a point of a long line (which is `thin`). */
interface Slot {
  readonly name: string;
  readonly thin: boolean;
  readonly before: Slot[];
  readonly after: Slot[];
}

/** How much room a line takes where a box takes 1. */
const THIN = 0.32;
const SWEEPS = 8;

/** `needs`: node -> the nodes that come before it. Every need must itself be a key, listed earlier. */
export function layered(needs: ReadonlyMap<string, readonly string[]>): Layout {
  const depth = new Map<string, number>();
  for (const [name, before] of needs)
    depth.set(name, before.length === 0 ? 0 : 1 + Math.max(...before.map((one) => depth.get(one) ?? 0)));
  const columns: Slot[][] = [];
  const slots = new Map<string, Slot>();
  const add = (name: string, thin: boolean, column: number): Slot => {
    const slot: Slot = { name, thin, before: [], after: [] };
    (columns[column] ??= []).push(slot);
    return slot;
  };
  for (const [name, column] of depth) slots.set(name, add(name, false, column));
  const chains: Slot[][] = [];
  for (const [name, before] of needs) {
    for (const need of before) chains.push(connect(slots.get(need) as Slot, slots.get(name) as Slot, depth, add));
  }
  untangle(columns);
  const rows = Math.max(...columns.map(heightOf));
  const at = place(columns, rows);
  const point = (slot: Slot): Point => at.get(slot) as Point;
  return {
    places: new Map([...slots].map(([name, slot]) => [name, point(slot)])),
    edges: chains.map((chain) => ({
      from: point(chain[0]),
      to: point(chain[chain.length - 1]),
      via: chain.slice(1, -1).map(point),
    })),
    columns: columns.length,
    rows,
  };
}

/** The slots of one line, with thin ones made for the columns between its ends. */
function connect(
  from: Slot,
  to: Slot,
  depth: ReadonlyMap<string, number>,
  add: (name: string, thin: boolean, column: number) => Slot,
): Slot[] {
  const chain = [from];
  for (let column = (depth.get(from.name) ?? 0) + 1; column < (depth.get(to.name) ?? 0); column++) {
    chain.push(add(`${from.name} to ${to.name}`, true, column));
  }
  chain.push(to);
  for (let index = 1; index < chain.length; index++) {
    chain[index].before.push(chain[index - 1]);
    chain[index - 1].after.push(chain[index]);
  }
  return chain;
}

/** Sorts each column by the average place of its neighbours, from left to right and back, a few times. */
function untangle(columns: Slot[][]): void {
  const order = new Map<Slot, number>();
  const remember = (column: readonly Slot[]): void =>
    column.forEach((slot, index) => order.set(slot, (index + 0.5) / column.length));
  columns.forEach(remember);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const leftToRight = sweep % 2 === 0;
    for (const column of leftToRight ? columns : [...columns].reverse()) {
      const wanted = new Map(column.map((slot) => [slot, wish(slot, leftToRight ? slot.before : slot.after, order)]));
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      remember(column);
    }
  }
}

function wish(slot: Slot, neighbours: readonly Slot[], order: ReadonlyMap<Slot, number>): number {
  if (neighbours.length === 0) return order.get(slot) ?? 0;
  return neighbours.reduce((sum, one) => sum + (order.get(one) ?? 0), 0) / neighbours.length;
}

function heightOf(column: readonly Slot[]): number {
  return column.reduce((sum, slot) => sum + (slot.thin ? THIN : 1), 0);
}

/** Columns stand centred; a thin slot's point is its middle, as if a box were there. */
function place(columns: readonly Slot[][], rows: number): ReadonlyMap<Slot, Point> {
  const at = new Map<Slot, Point>();
  columns.forEach((column, x) => {
    let y = (rows - heightOf(column)) / 2;
    for (const slot of column) {
      at.set(slot, { x, y: slot.thin ? y - (1 - THIN) / 2 : y });
      y += slot.thin ? THIN : 1;
    }
  });
  return at;
}
