/** Where a session stands, as data for programs: 64-bit values as hexadecimal text. */
import { registerName } from '#machine';
import { codeLine, type CsrValue } from '#course/step';
import { tracedExits } from '#course/trace';
import type { StepSession } from './session';
import { hex } from './view';

const EXITS = 10;

export function stateJson({ walk, subject, now, message }: StepSession): object {
  const { text, word, source, label } = codeLine(now, now.pc, subject.program);
  return {
    subject: subject.title,
    step: walk.step,
    instruction: walk.instruction,
    exits: walk.exitCount,
    pc: hex(now.pc),
    symbol: subject.program?.names.nameOf(now.pc) ?? null,
    label: label ?? null,
    mode: now.mode,
    hartMode: now.hartMode,
    word: word === undefined ? null : hex(word),
    code: text,
    source: source ?? null,
    registers: Object.fromEntries(now.x.map((value, register) => [registerName(register), hex(value)])),
    guest: values(now.guestCsrs),
    host: values(now.hostCsrs),
    lastExits: walk.exits.last(walk.step, EXITS).map(({ number, step, events }) => {
      const [{ pc, why, did }] = tracedExits(events);
      return { number, step, pc: hex(pc), why, did };
    }),
    console: walk.console,
    end: walk.end ?? null,
    message: message.join('\n'),
  };
}

const values = (csrs: readonly CsrValue[]): Record<string, string> =>
  Object.fromEntries(csrs.map(([name, value]) => [name, hex(value)]));
