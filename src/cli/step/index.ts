/** The door of the stepper: on a terminal, or the end of a script of keys as text or JSON. */
import { complete } from '#course/step';
import type { StepFlags } from '../commands/step';
import type { Context } from '../context';
import { styleFor } from '../style';
import { screenLines } from './screen';
import { keysOfScript } from './script';
import { openSession } from './source';
import { stateJson } from './state';
import { runOnTerminal } from './terminal';

export async function step(context: Context, what: string, flags: StepFlags): Promise<void> {
  const keys = keysOfScript(flags.script ?? '');
  const session = await openSession(context, what, flags);
  const style = styleFor(context.colour);
  if (flags.script === undefined && !context.json) {
    await runOnTerminal(session, style);
    if (session.left === 'interrupted') context.exitCode = 130;
    return;
  }
  for (const key of keys) {
    if (session.left) break;
    const way = session.press(key);
    if (way) complete(way);
  }
  const { io } = context;
  const text = context.json ? JSON.stringify(stateJson(session)) : screenLines(session, io, style).join('\n').trimEnd();
  io.out(`${text}\n`);
}
