/** A real terminal for tests: tmux holds it, keys go in, the screen comes out. */
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

export const root = path.join(__dirname, '../..');

/** Whether terminal tests can run; on CI they must. */
export function hasTmux(): boolean {
  const there = spawnSync('tmux', ['-V']).status === 0;
  if (!there && process.env.CI) throw new Error('CI needs tmux (Debian: apt install tmux)');
  return there;
}

/** Tests that need tmux; skipped where it is not, and the name says why. */
export function describeTerminal(name: string, tests: () => void): void {
  const there = hasTmux();
  const run = there ? describe : describe.skip;
  run(there ? name : `${name} (skipped: tmux is not installed)`, tests);
}

let count = 0;

export class Terminal {
  private readonly server = `hv-test-${process.pid}-${count++}`;

  /** Runs a shell command in a window of its own. The shell stays, so that the exit code can be seen. */
  constructor(command: string, env: Readonly<Record<string, string>> = {}, columns = 100, rows = 40) {
    const settings = Object.entries({ ...env, CI: '', NO_COLOR: '1' })
      .map(([name, value]) => `${name}='${value}'`)
      .join(' ');
    // After the command: its exit code, and whether the terminal still echoes and edits lines.
    const script = `cd '${root}'; env ${settings} ${command}; echo "left with $?"; stty -a | grep -o -- '-\\?icanon\\|-\\?echo ' | tr '\\n' ' '; sleep 1000`;
    this.tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), 'sh', '-c', script);
  }

  type(...keys: string[]): void {
    this.tmux('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  screen(): string {
    return this.tmux('capture-pane', '-p');
  }

  /** Waits until the screen shows this; fails with the screen as it is after the patience. */
  async shows(expected: string | RegExp, patienceMs = 30_000): Promise<string> {
    for (const begun = Date.now(); ; await pause(50)) {
      const screen = this.screen();
      if (typeof expected === 'string' ? screen.includes(expected) : expected.test(screen)) return screen;
      const over = screen.includes('left with ') || Date.now() - begun > patienceMs;
      if (over) throw new Error(`the terminal does not show ${String(expected)}:\n${screen}`);
    }
  }

  close(): void {
    spawnSync('tmux', ['-L', this.server, 'kill-server']);
  }

  private tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.server, ...args], { encoding: 'utf8' });
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
