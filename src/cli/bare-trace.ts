/** `hv boot --bare --trace`: what the machine's harts do, a line each time, with the names of functions where they are known. */
import { UsageError } from '#course';
import {
  causeName,
  disassemble,
  disassembleInstruction,
  Exception,
  registerName,
  type Hart,
  type Machine,
  type RetireEvent,
  type Symbols,
  type TrapEvent,
} from '#machine';

const KINDS = ['traps', 'functions', 'instructions'] as const;

export interface TraceChoice {
  readonly kind: (typeof KINDS)[number];
  /** Where the lines go; without, to standard error. */
  readonly file?: string;
}

/** From `traps` or `functions,FILE`. Throws UsageError. */
export function traceChoice(text: string): TraceChoice {
  const [, name, file] = /^([^,]*)(?:,(.+))?$/.exec(text) ?? [];
  const kind = KINDS.find((known) => known === name);
  if (!kind)
    throw new UsageError(`--trace ${text}: choose traps, functions or instructions; a file may follow, as traps,FILE.`);
  return { kind, file };
}

/** True if only the stepping executor can tell. */
export const needsSteps = ({ kind }: TraceChoice): boolean => kind !== 'traps';

/** Watches every hart from now on; `write` takes each line, without its end. */
export function traceMachine(
  machine: Machine,
  { kind }: TraceChoice,
  symbols: Symbols,
  write: (line: string) => void,
): void {
  for (const hart of machine.harts) {
    const line = (text: string): void => {
      const begun = machine.harts.reduce((sum, each) => sum + each.begun, 0);
      write(`${String(begun).padStart(11)}  hart ${hart.id}  ${text}`);
    };
    if (kind === 'traps') hart.onTrap = (event) => line(trapText(event, symbols));
    else hart.onRetire = kind === 'functions' ? functionWatch(symbols, line) : instructionWatch(symbols, line);
  }
}

/** `0xffffffff80001234 <start_kernel+0x4>`. */
export function placeText(address: bigint, symbols: Symbols): string {
  const name = symbols.nameOf(address);
  return `0x${address.toString(16)}${name === undefined ? '' : ` <${name}>`}`;
}

/** Where a hart is: `hart 0  S  0xffffffff80001234 <start_kernel+0x4>`. */
export const whereText = ({ id, mode, pc }: Hart, symbols: Symbols): string =>
  `hart ${id}  ${mode}  ${placeText(pc, symbols)}`;

function trapText({ cause, interrupt, tval, pc, from, to }: TrapEvent, symbols: Symbols): string {
  const why = `${from} -> ${to}  ${causeName(cause, interrupt)} at ${placeText(pc, symbols)}`;
  return interrupt ? why : why + tvalText(cause, tval, symbols);
}

/** What xtval says: an instruction, an address, or nothing. */
function tvalText(cause: number, tval: bigint, symbols: Symbols): string {
  if (cause === Exception.illegalInstruction || cause === Exception.virtualInstruction)
    return `  ${disassemble(Number(tval & 0xffff_ffffn), { aliases: true })}`;
  return tval === 0n ? '' : `  of ${placeText(tval, symbols)}`;
}

/** A line whenever another function goes on: ` -> printk` for a call, ` -> start_kernel+0x4c` for a return. */
function functionWatch(symbols: Symbols, line: (text: string) => void): (event: RetireEvent) => void {
  let last: string | undefined;
  return ({ pc, mode }) => {
    const name = symbols.nearest(pc)?.name;
    if (name === last) return;
    last = name;
    line(`${mode}  -> ${name === undefined ? placeText(pc, symbols) : symbols.nameOf(pc)}`);
  };
}

function instructionWatch(symbols: Symbols, line: (text: string) => void): (event: RetireEvent) => void {
  return ({ pc, mode, instruction, rd, value }) => {
    const text = disassembleInstruction(instruction, { pc, symbols, aliases: true });
    const result = rd === 0 ? '' : `  ${registerName(rd)} = 0x${value.toString(16)}`;
    line(`${mode}  ${placeText(pc, symbols)}  ${text}${result}`);
  };
}
