/** Notices that a file was saved, however the editor does it: written in place, replaced by a new one, or deleted and made again. */
import fs from 'node:fs';
import path from 'node:path';

/** Editors write in several steps; events of one save lie closer together than this. */
const SETTLE_MS = 25;

/** Calls `saved` after each change of the contents. Returns what ends the watching. */
export async function watchFile(file: string, saved: () => void): Promise<() => Promise<void>> {
  const { watch } = await import('chokidar');
  let contents = contentsOf(file);
  let timer: NodeJS.Timeout | undefined;
  const settled = () => {
    const now = contentsOf(file);
    // Touched or saved without a change: the verdict stands.
    if (now === contents) return;
    contents = now;
    saved();
  };
  const noticed = (event: string, changed: string) => {
    if (path.basename(changed) !== path.basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(settled, SETTLE_MS);
  };
  // The folder and not the file: a replaced file is another file. Polling where the file system sends no events (HV_POLL=1).
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const watcher = watch(path.dirname(file), {
    ignoreInitial: true,
    depth: 0,
    usePolling: process.env.HV_POLL === '1',
    interval: 200,
  });
  watcher.on('all', noticed);
  await new Promise<void>((resolve) => watcher.once('ready', () => resolve()));
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
}

function contentsOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
