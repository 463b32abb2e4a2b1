/** A page table as a tree of which some parts are open: the rows that a person sees, top to bottom (Privileged, "Addressing and Memory Protection"). */
import { PteBit, type Pte } from '#machine';
import type { Stage } from './sight';

export interface TreeRow {
  /** Names the row among all rows of the stage, whatever is open. */
  readonly key: string;
  /** 0 for entries of the root. */
  readonly depth: number;
  readonly kind: 'table' | 'leaf' | 'invalid';
  /** The first and last address that it translates. */
  readonly from: bigint;
  readonly to: bigint;
  /** Index of the entry in its table; of several alike, which follow each other, the first and last. */
  readonly index: number;
  readonly lastIndex: number;
  /** Physical address that the (first) entry leads to. */
  readonly target: number;
  /** `rwxugad`, a dash for each bit that is 0. */
  readonly rights: string;
  /** Bytes that each leaf maps. */
  readonly span: bigint;
  /** Of a table: its rows follow. */
  readonly open: boolean;
}

const RIGHTS = [
  ['r', PteBit.R],
  ['w', PteBit.W],
  ['x', PteBit.X],
  ['u', PteBit.U],
  ['g', PteBit.G],
  ['a', PteBit.A],
  ['d', PteBit.D],
] as const;
const POINTS = PteBit.R | PteBit.W | PteBit.X;
const PAGE_BITS = 12;
const INDEX_BITS = 9;

/** The rows of a stage in which the tables with the keys `open` are open. A stage without a scheme has none. */
export function treeRows(stage: Stage, open: ReadonlySet<string>): TreeRow[] {
  const { scheme, root } = stage;
  if (!scheme) return [];
  return rowsOf({ stage, open, at: root, entries: 1 << scheme.rootBits, level: scheme.levels - 1, from: 0n, path: '' });
}

/** The keys of the tables on the way to an address. */
export function pathTo({ scheme, kind }: Stage, address: bigint): string[] {
  if (!scheme) return [];
  const keys: string[] = [];
  let path = '';
  for (let level = scheme.levels - 1; level > 0; level--) {
    const bits = level === scheme.levels - 1 ? scheme.rootBits : INDEX_BITS;
    const index = (address >> BigInt(PAGE_BITS + INDEX_BITS * level)) & ((1n << BigInt(bits)) - 1n);
    path += `/${index}`;
    keys.push(`${kind}${path}`);
  }
  return keys;
}

interface Table {
  readonly stage: Stage;
  readonly open: ReadonlySet<string>;
  readonly at: number;
  readonly entries: number;
  readonly level: number;
  readonly from: bigint;
  readonly path: string;
}

function rowsOf(table: Table): TreeRow[] {
  const rows: TreeRow[] = [];
  for (let index = 0; index < table.entries; index++) {
    const pte = table.stage.read(table.at + 8 * index);
    if (!pte || (pte.low === 0 && pte.high === 0)) continue;
    const row = rowFor(table, index, pte);
    const last = rows.at(-1);
    if (last && isNext(last, row)) rows[rows.length - 1] = { ...last, to: row.to, lastIndex: index };
    else rows.push(row);
    if (row.open) rows.push(...rowsOf(below(table, index, row)));
  }
  return rows;
}

/** A leaf that goes on where the last one ended, with the same rights. */
const isNext = (last: TreeRow, { kind, depth, index, target, rights, span }: TreeRow): boolean =>
  kind === 'leaf' &&
  last.kind === 'leaf' &&
  last.depth === depth &&
  last.lastIndex === index - 1 &&
  last.rights === rights &&
  last.target + Number(span) * (index - last.index) === target;

function rowFor({ stage, open, level, from, path }: Table, index: number, { low, high }: Pte): TreeRow {
  const span = 1n << BigInt(PAGE_BITS + INDEX_BITS * level);
  const start = extended(stage, from + BigInt(index) * span);
  const key = `${stage.kind}${path}/${index}`;
  const kind = !(low & PteBit.V) ? 'invalid' : low & POINTS ? 'leaf' : level > 0 ? 'table' : 'invalid';
  return {
    key,
    depth: stage.scheme!.levels - 1 - level,
    kind,
    from: start,
    to: start + span - 1n,
    index,
    lastIndex: index,
    target: ((low >>> 10) + (high & 0x3f_ffff) * 2 ** 22) * 2 ** PAGE_BITS,
    rights: RIGHTS.map(([letter, bit]) => (low & bit ? letter : '-')).join(''),
    span,
    open: kind === 'table' && open.has(key),
  };
}

function below({ stage, open, level, path }: Table, index: number, { from, target }: TreeRow): Table {
  return { stage, open, at: target, entries: 1 << INDEX_BITS, level: level - 1, from, path: `${path}/${index}` };
}

/** Bits above the scheme's width equal its highest; guest-physical addresses have none. */
function extended({ scheme, kind }: Stage, address: bigint): bigint {
  const width = PAGE_BITS + INDEX_BITS * scheme!.levels;
  return kind === 'g-stage' ? address : BigInt.asUintN(64, BigInt.asIntN(width, address));
}
