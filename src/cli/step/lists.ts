/** The views that are lists: translations in the TLB, the last exits, devices, what the guest wrote, the keys. */
import type { CachedTranslation, Saved } from '#machine';
import { clip, flow, wrap } from '../style';
import { tracedExits } from '#course/trace';
import { grouped, hex, windowAround, type Drawn } from './view';

const ACCESSES = ['load', 'store', 'fetch'] as const;

/** Pages that the TLB holds, each with the accesses that need no walk. */
export function tlbLines({ session, style, columns, rows }: Drawn): string[] {
  const [hart] = session.walk.host.harts;
  const pages = new Map<string, { first: CachedTranslation; accesses: Set<string> }>();
  for (const entry of hart.executor.translations()) {
    const key = `${entry.mode} ${entry.asid} ${entry.page} ${entry.physical}`;
    const known = pages.get(key) ?? { first: entry, accesses: new Set() };
    pages.set(key, known);
    known.accesses.add(entry.access);
  }
  const head = `${pages.size} pages; page tables were read ${grouped(hart.mmu.references)} times so far`;
  const lines = [...pages.values()].map(({ first: { mode, asid, page, physical }, accesses }) => {
    const whose = asid === undefined ? mode : `${mode}, ASID ${asid}`;
    const kinds = ACCESSES.map((access) => (accesses.has(access) ? access : '').padEnd(6)).join('');
    return clip(`  ${whose.padEnd(12)}  ${hex(page).padEnd(18)}  -> ${hex(physical).padEnd(12)}  ${kinds}`, columns);
  });
  return [style.dim(head), ...windowAround(lines, session.cursor, rows - 1)];
}

/** The last exits before this place, the last one at the bottom. */
export function exitLines({ session: { walk }, style, columns, rows }: Drawn): string[] {
  const last = walk.exits.last(walk.step, rows - 1);
  const lines = last.map(({ number, step, events }) => {
    const [{ pc, why, did }] = tracedExits(events);
    return clip(
      `${String(number).padStart(6)} ${String(step).padStart(8)}  ${hex(pc).padEnd(12)}  ${why}  -> ${did.join(', ')}`,
      columns,
    );
  });
  const none = last.length === 0 ? ['  none yet'] : [];
  return [style.dim('  exit     step  pc            why  -> what the hypervisor did'), ...lines, ...none];
}

/** Each device of the board with what it holds. */
export function deviceLines({ session, style, columns, rows }: Drawn): string[] {
  const lines = session.walk.vm.bus.claims.flatMap(({ base, device }) => {
    const saved = device.save();
    const state = saved === null ? [] : fieldsOf(saved);
    return [style.strong(clip(`${device.name} at ${hex(base)}`, columns)), ...flow(state, columns, 4)];
  });
  return [...windowAround(lines, session.cursor, rows)];
}

const LONGEST = 40;

function fieldsOf(saved: Saved, name = ''): string[] {
  if (saved instanceof Uint8Array || ArrayBuffer.isView(saved)) return [`${name}=${saved.byteLength} bytes`];
  if (typeof saved === 'bigint' || typeof saved === 'number') return [`${name}=${saved < 10 ? saved : hex(saved)}`];
  if (saved === null || typeof saved !== 'object') return [clip(`${name}=${String(saved)}`, LONGEST)];
  if (Array.isArray(saved)) {
    const texts = (saved as readonly Saved[]).flatMap((each) => fieldsOf(each));
    return [clip(`${name}=[${texts.map((text) => text.replace(/^=/, '')).join(' ')}]`, LONGEST)];
  }
  return Object.entries(saved as Readonly<Record<string, Saved>>).flatMap(([key, value]) =>
    fieldsOf(value, name === '' ? key : `${name}.${key}`),
  );
}

/** The end of what the guest wrote. */
export function outputLines({ session, style, columns, rows }: Drawn): string[] {
  const text = session.walk.console;
  if (text === '') return [style.dim('The guest has written nothing yet.')];
  // oxlint-disable-next-line no-control-regex
  const lines = text
    .replace(/\n$/, '')
    .replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '·')
    .split('\n');
  return lines.flatMap((line) => wrap(line, columns)).slice(-rows);
}

const HELP: readonly (readonly [keys: string, text: string])[] = [
  ['s space', 'one step on; 100s: a hundred steps'],
  ['b backspace', 'one step back; 100b: a hundred'],
  ['n p', 'to the next exit, to the last one; 5n: the fifth from here'],
  ['g', 'go to: 1204 (instructions, as verdicts count them), exit 12, step 99, end, a symbol or 0x address'],
  ['/ \\', 'search on, search back: a symbol, an address, a part of an instruction or of its source'],
  ['r', 'search again'],
  ['f', 'to the first difference from bare metal'],
  ['x c t l', 'registers, CSRs, page tables, TLB'],
  ['e d o', 'the last exits, devices, what the guest wrote'],
  ['up down', 'choose in a view; page-up, page-down'],
  ['enter left right', 'open and close a table; the other side of the CSRs'],
  ['h ?', 'this help'],
  ['q ctrl-c', 'leave; any key ends a long way'],
];

export function helpLines({ style, columns, session, rows }: Drawn): string[] {
  const lines = HELP.flatMap(([keys, text]) => {
    const [first, ...more] = wrap(text, columns, 20);
    return [`  ${style.key(keys.padEnd(18))}${first.trimStart()}`, ...more];
  });
  return [...windowAround(lines, session.cursor + Math.floor(rows / 2), rows)];
}
