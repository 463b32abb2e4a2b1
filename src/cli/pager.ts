/** Long texts on a terminal. */
import { spawnSync } from 'node:child_process';

/** Shows the text in the person's pager (PAGER, or less). False if there is none, so that it is printed instead. */
export function page(text: string): boolean {
  const [command, ...args] = (process.env.PAGER || 'less -FRX').split(' ');
  const shown = spawnSync(command, args, {
    input: text,
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, LESSCHARSET: 'utf-8' },
  });
  return shown.error === undefined && shown.status === 0;
}
