/** The worker of `test/e2e/browser.test.ts`: fetches the files of a system, runs it, and tells what came of it. */
import { wholeRun, type Files, type Script } from './whole-run';

interface Asked {
  readonly script: Script;
  readonly files: readonly (keyof Files)[];
}
const scope = globalThis as unknown as {
  onmessage: ((event: { readonly data: Asked }) => void) | null;
  postMessage(message: unknown): void;
};

scope.onmessage = ({ data }) =>
  void (async () => {
    const fetched = data.files.map(async (name) => {
      const response = await fetch(`/${name}`);
      return [name, new Uint8Array(await response.arrayBuffer())] as const;
    });
    const files = Object.fromEntries(await Promise.all(fetched)) as unknown as Files;
    scope.postMessage(wholeRun(files, data.script, () => performance.now()));
  })();
