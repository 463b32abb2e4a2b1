/** The door of the stepper: on a terminal, or the end of a script of keys as text or JSON. */
import type { StepFlags } from '../commands/step';
import type { Context } from '../context';
import { styleFor } from '../style';
import { withPatience } from './patience';
import { screenLines } from './screen';
import { keysOfScript } from './script';
import { openSession } from './source';
import { stateJson } from './state';
import { runOnTerminal } from './terminal';

export async function step(context: Context, what: string, flags: StepFlags): Promise<void> {
  const keys = [...(flags.difference ? ['f'] : []), ...keysOfScript(flags.script ?? '')];
  const session = await openSession(context, what, flags);
  const style = styleFor(context.colour);
  if (flags.script === undefined && !context.json) {
    await runOnTerminal(session, style, keys);
    if (session.left === 'interrupted') context.exitCode = 130;
    return;
  }
  for (const key of keys) {
    if (session.left) break;
    const way = session.press(key);
    if (way) while (!withPatience(() => way.next()).done);
  }
  const { io } = context;
  const text = context.json ? JSON.stringify(stateJson(session)) : screenLines(session, io, style).join('\n').trimEnd();
  io.out(`${text}\n`);
}
