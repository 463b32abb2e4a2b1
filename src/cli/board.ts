/** What answers at which guest-physical address of a VM, and where in the host its RAM lies: the table of `hv board`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bootReference } from '#reference';
import type { Parts, Vm } from '#vmm';
import { withLines } from './boot-vms';
import { fileTrouble } from './image-file';
import type { Style } from './style';
import { techniqueOf } from './technique-option';
import { machinesOf } from './vms/machines';
import { parseVms } from './vms/parse';

/** Addresses are guest-physical; `end` is the last byte. */
export interface BoardRow {
  readonly start: number;
  readonly end: number;
  readonly what: string;
  /** Host-physical, of RAM. */
  readonly host?: number;
}

export interface Board {
  readonly vm: string;
  /** Lowest address first. */
  readonly rows: readonly BoardRow[];
}

/** The boards of the machines that a file describes, put together and not switched on. Throws as `hv boot` does for what cannot be had. */
export function boardsOf(name: string, technique?: string, parts?: Partial<Parts>): Board[] {
  const parsed = parseVms(
    fileTrouble(name, () => readFileSync(name, 'utf8')),
    name,
  );
  const machines = machinesOf(parsed, path.dirname(name), () => () => undefined);
  try {
    const options = { ...machines.options, technique: techniqueOf(technique ?? parsed.file.technique), parts };
    const host = withLines(parsed, () => bootReference(options));
    const boards = host.vms.map((vm) => ({ vm: vm.name, rows: rowsOf(vm) }));
    host.release();
    return boards;
  } finally {
    machines.close();
  }
}

function rowsOf({ bus, memory }: Vm): BoardRow[] {
  const devices = bus.claims.map(({ base, device }) => ({
    start: base,
    end: base + device.size - 1,
    what: device.name,
  }));
  const ram = [...memory.slots].map(({ gpa, hpa, size }) => ({
    start: Number(gpa),
    end: Number(gpa) + size - 1,
    what: 'RAM',
    host: hpa,
  }));
  return [...devices, ...ram].sort((a, b) => a.start - b.start).reduce(joined, []);
}

/** Neighbours that are of one kind, and lie behind each other in the host too, are one row. */
function joined(rows: BoardRow[], row: BoardRow): BoardRow[] {
  const last = rows.at(-1);
  const goesOn =
    last?.what === row.what &&
    last.end + 1 === row.start &&
    (row.host === undefined || row.host === last.host! + row.start - last.start);
  return goesOn ? [...rows.slice(0, -1), { ...last, end: row.end }] : [...rows, row];
}

const WIDTH = 24;

export function boardLines(boards: readonly Board[], style: Style): string[] {
  return boards.flatMap(({ vm, rows }, i) => [
    ...(i > 0 ? [''] : []),
    style.strong(vm),
    style.dim(['guest-physical'.padEnd(WIDTH), '      size', '  what'.padEnd(20), 'host-physical'].join('')),
    ...rows.map(rowLine),
  ]);
}

function rowLine({ start, end, what, host }: BoardRow): string {
  const place = host === undefined ? '' : range(host, host + end - start);
  return `${range(start, end).padEnd(WIDTH)}${sizeText(end - start + 1).padStart(10)}  ${what.padEnd(18)}${place}`.trimEnd();
}

const range = (start: number, end: number): string => `0x${start.toString(16)}-0x${end.toString(16)}`;

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB'] as const;

function sizeText(bytes: number): string {
  const unit = UNITS.findLastIndex((_, power) => bytes % 1024 ** power === 0 && bytes >= 1024 ** power);
  return `${bytes / 1024 ** unit} ${UNITS[unit]}`;
}
