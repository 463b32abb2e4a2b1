/** An exit of a guest in words: why it came out, and what the hypervisor did. */
import { causeName, disassemble } from '#machine';
import { sbiName, type Next, type TraceEvent, type VmExit } from '#vmm';

/** One exit with all that followed from it. */
export interface TracedExit {
  readonly number: number;
  /** Ticks of the guest's clock. */
  readonly time: bigint;
  readonly pc: bigint;
  readonly exit: VmExit;
  readonly why: string;
  readonly did: readonly string[];
}

/** Groups a run's events by exit. */
export function tracedExits(events: readonly TraceEvent[]): TracedExit[] {
  const exits: { number: number; time: bigint; pc: bigint; exit: VmExit; why: string; did: string[] }[] = [];
  for (const event of events) {
    if (event.kind === 'exit') {
      const { number, time, pc, exit } = event;
      exits.push({ number, time, pc, exit, why: whyText(exit), did: [] });
    } else {
      exits.at(-1)?.did.push(didText(event));
    }
  }
  return exits;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

function whyText(exit: VmExit): string {
  switch (exit.kind) {
    case 'budget':
      return 'its slice is used up';
    case 'ecall':
      return sbiText(exit);
    case 'privileged':
      return disassemble(exit.instruction.word);
    case 'reflected':
      return `${causeName(exit.cause)}, its own`;
    case 'shadow-miss':
    case 'g-stage-miss':
      return `hidden fault: ${exit.access} at ${hex(exit.gva)}`;
    case 'mmio':
      return `${exit.access} of ${exit.width} at device address ${hex(exit.gpa)}`;
    case 'unmapped':
      return `${exit.access} at ${hex(exit.gpa)}, where nothing is`;
  }
}

/** SBI, ch. 5: the legacy call that prints one character; what it prints says more than its number. */
const CONSOLE_PUTCHAR = 1n;

function sbiText({ extension, fn, args }: Extract<VmExit, { kind: 'ecall' }>): string {
  const name = sbiName(extension) ?? hex(extension);
  return extension === CONSOLE_PUTCHAR
    ? `SBI ${name} ${JSON.stringify(String.fromCharCode(Number(args[0] & 0xffn)))}`
    : `SBI ${name}, function ${fn}`;
}

function didText(event: Exclude<TraceEvent, { kind: 'exit' }>): string {
  if (event.kind === 'injected') return `put ${causeName(event.cause, event.interrupt)} into the guest`;
  if (event.kind === 'stop') return `stopped the VM: ${event.reason.detail}`;
  if (event.kind === 'translated') return translatedText(event);
  return nextText(event.next);
}

function translatedText({ pc, instructions, rewritten }: Extract<TraceEvent, { kind: 'translated' }>): string {
  const changed = rewritten.map(({ pc: at, word }) => disassemble(word, { pc: at })).join('; ');
  return `translated ${instructions} instructions at ${hex(pc)}${changed && `, rewriting ${changed}`}`;
}

function nextText(next: Next): string {
  if (typeof next === 'object') return `over: ${next.stop.why}`;
  return {
    advance: 'did it for the guest',
    retry: 'let it try again',
    redirected: 'set its pc',
    block: 'lets it wait',
  }[next];
}

/** An event as an object for JSON: ticks as a number, an instruction as its text, an exit's reason in words too. */
export function eventJson(event: TraceEvent): object {
  const { kind, ...rest } = event;
  const told = { kind, ...rest, time: Number(event.time) };
  if (!('exit' in event)) return told;
  const { exit } = event;
  const slim = exit.kind === 'privileged' ? { ...exit, instruction: disassemble(exit.instruction.word) } : exit;
  return { ...told, exit: slim, ...(event.kind === 'exit' ? { why: whyText(exit) } : {}) };
}

/** One line; 64-bit values in hexadecimal, as text. */
export const jsonLine = (value: object): string =>
  `${JSON.stringify(value, (_key, each: unknown) => (typeof each === 'bigint' ? `0x${each.toString(16)}` : each))}\n`;
