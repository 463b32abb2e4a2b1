/** The first difference between a guest on bare metal and the same guest in a VM, told as a place, an instruction and two values. */
import { causeName, disassemble, registerName, type Program } from '#machine';
import type { GuestEvent } from '#vmm';

/** The guest behaved differently in the VM. `message` is for the author of the part. */
export class Divergence extends Error {
  override readonly name = 'Divergence';
  /** Events that both runs have in common; undefined if that is all of them, and only the ends differ. */
  readonly common?: number;

  constructor(message: string, common?: number) {
    super(message);
    this.common = common;
  }
}

/** How one of the two runs went on after the events that both have in common. */
export interface Continuation {
  /** Undefined: the run ended before any further event. */
  readonly event: GuestEvent | undefined;
  /** Why there was none: "switched its machine off". */
  readonly ending: string;
}

export interface Difference {
  /** Name of the guest for people. */
  readonly guest: string;
  readonly program: Program;
  /** Events that both runs have in common. */
  readonly common: number;
  /** The last of these, if there is one. */
  readonly before: GuestEvent | undefined;
  readonly bare: Continuation;
  readonly vm: Continuation;
}

/** Names the instruction that behaved differently and what became of it on each side. */
export function divergence(difference: Difference): Divergence {
  const { guest, common, bare, vm } = difference;
  return new Divergence(
    [
      `${guest} left bare metal after ${common.toLocaleString('en-US')} instructions`,
      `  at ${placeOf(difference)}`,
      `  bare metal      ${outcome(bare, vm, difference)}`,
      `  your VMM        ${outcome(vm, bare, difference)}`,
    ].join('\n'),
    common,
  );
}

/** True if both are the same step of the guest. Events are flat records of numbers and strings. */
export function sameEvent(a: GuestEvent, b: GuestEvent): boolean {
  if (a.pc !== b.pc || a.mode !== b.mode) return false;
  if (a.kind === 'instruction')
    return b.kind === 'instruction' && a.word === b.word && a.rd === b.rd && (a.rd === 0 || a.value === b.value);
  return b.kind === 'trap' && a.cause === b.cause && a.interrupt === b.interrupt && a.tval === b.tval;
}

/** Where the two went apart on the way to the next instruction, the instruction before is the one that led there. */
function placeOf({ program, before, bare, vm }: Difference): string {
  const apart = !bare.event || !vm.event || bare.event.pc !== vm.event.pc || bare.event.mode !== vm.event.mode;
  const event = apart && before ? before : (bare.event ?? vm.event);
  return event ? place(event, program) : hex(program.entry);
}

/** `0x8020014c   csrrs a0,sstatus,zero   <probe+0x4>   csr-torture.s:41`. */
function place(event: GuestEvent, program: Program): string {
  const line = program.lines.get(event.pc);
  const source = line && `${line.file}:${line.line}`;
  const symbol = program.names.nameOf(event.pc);
  return [hex(event.pc), instructionOf(event, program), symbol && `<${symbol}>`, source]
    .filter((part) => part !== undefined)
    .join('   ');
}

/** As it was executed; of an instruction that trapped, what the source says. */
function instructionOf(event: GuestEvent, program: Program): string | undefined {
  if (event.kind === 'instruction') return disassemble(event.word, { pc: event.pc });
  return program.lines.get(event.pc)?.text.replace(/^(\s*[\w.$]+:)+\s*/, '');
}

function outcome({ event, ending }: Continuation, other: Continuation, { before, program }: Difference): string {
  if (!event) return ending;
  const elsewhere = !other.event || other.event.pc !== event.pc || other.event.mode !== event.mode;
  if (elsewhere && before)
    return `continues at ${hex(event.pc)} in ${event.mode}-mode   ${instructionOf(event, program) ?? ''}`.trimEnd();
  if (event.kind === 'trap') return trap(event);
  if (other.event?.kind === 'instruction' && event.word !== other.event.word)
    return `fetches ${disassemble(event.word, { pc: event.pc })}`;
  return event.rd === 0 ? 'completes' : `${registerName(event.rd)} = ${hex64(event.value)}`;
}

function trap({ cause, interrupt, tval }: Extract<GuestEvent, { kind: 'trap' }>): string {
  return `${interrupt ? 'interrupt' : 'trap'}: ${causeName(cause, interrupt)} (scause ${interrupt ? '2^63 + ' : ''}${cause}), stval = ${hex(tval)}`;
}

/** `0x80200000` */
export const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** All sixteen digits, so that two of them can be compared at a glance. */
export const hex64 = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;
