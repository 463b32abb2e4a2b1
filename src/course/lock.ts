/** One writer at a time: a lock file that names its owner, and that a dead owner does not hold. */
import fs from 'node:fs';
import { UsageError } from './errors';

interface Owner {
  readonly pid: number;
  /** When the process started, as the system counts; tells a dead owner from a new process with its number. */
  readonly started?: string;
}

const PATIENCE_MS = 3_000;
const RETRY_MS = 20;

/** Runs `action` while holding the lock. Waits up to three seconds for a living owner, then says who it is. */
export function withLock<T>(lockFile: string, action: () => T, patienceMs = PATIENCE_MS): T {
  acquire(lockFile, patienceMs);
  try {
    return action();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

function acquire(lockFile: string, patienceMs: number): void {
  const me: Owner = { pid: process.pid, started: startOf(process.pid) };
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      fs.writeFileSync(lockFile, JSON.stringify(me), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(lockFile);
    if (waited >= patienceMs) {
      const who = owner === undefined ? 'another process' : `process ${owner.pid}`;
      throw new UsageError(`${lockFile} is held by ${who}; wait for it, or delete the file if no other hv is running.`);
    }
    // Writing one's name takes no time: who has none for so long was killed before it could.
    if (owner === undefined ? waited >= patienceMs / 2 : !isAlive(owner)) takeAway(lockFile);
    sleep(RETRY_MS);
  }
}

/** Renaming decides between two that both find a stale lock: only one of them gets it. */
function takeAway(lockFile: string): void {
  const aside = `${lockFile}.${process.pid}.stale`;
  try {
    fs.renameSync(lockFile, aside);
    fs.rmSync(aside, { force: true });
  } catch {
    // The other one was faster.
  }
}

/** Undefined while the owner is still writing its name. */
function readOwner(lockFile: string): Owner | undefined {
  try {
    const owner = JSON.parse(fs.readFileSync(lockFile, 'utf8')) as Partial<Owner>;
    return typeof owner.pid === 'number' ? { pid: owner.pid, started: owner.started } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const started = startOf(owner.pid);
  return owner.started === undefined || started === undefined || owner.started === started;
}

/** Field 22 of Linux's /proc/PID/stat (proc(5)); elsewhere the number alone has to do. */
function startOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
