/** A program on a real pseudo-terminal, by way of tmux: type, look at the screen, see how it ended. */
import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

export class Terminal {
  readonly #server: string;

  /** Runs a shell command on a terminal of 100 x 50; `[end N]` appears there when it ends with code N. */
  constructor(command: string, cwd: string) {
    this.#server = `worldswitch-${process.pid}-${Math.floor(performance.now() * 1000)}`;
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      '100',
      '-y',
      '50',
      '-c',
      cwd,
      `${command}; echo "[end $?]"; stty -a; sleep 600`,
    );
  }

  /** Types text and named keys: `Enter`, `C-a`. */
  type(...keys: readonly string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  screen(): string {
    return this.#tmux('capture-pane', '-p', '-S', '-1000');
  }

  /** Resolves with the screen once it matches; throws with the screen after so many seconds. */
  async shows(pattern: RegExp, seconds = 60): Promise<string> {
    for (const end = performance.now() + 1000 * seconds; performance.now() < end; await sleep(50)) {
      const screen = this.screen();
      if (pattern.test(screen)) return screen;
    }
    throw new Error(`${pattern} did not appear within ${seconds} s. The screen:\n${this.screen()}`);
  }

  close(): void {
    spawnSync('tmux', ['-L', this.#server, 'kill-server']);
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#server, ...args], { encoding: 'utf8' });
  }
}
