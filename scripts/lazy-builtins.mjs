// For esbuild: modules of Node that only some commands use are loaded when one of their functions is first called, instead of whenever
// `hv` starts: node:crypto alone takes as long to load as a bundle of ours.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const LAZY = /^node:(crypto|child_process|readline\/promises|worker_threads|zlib)$/;

export const lazyBuiltins = {
  name: 'lazy builtins',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LAZY }, ({ path, namespace }) =>
      namespace === 'lazy' ? { path, external: true } : { path, namespace: 'lazy' },
    );
    onLoad({ filter: LAZY, namespace: 'lazy' }, ({ path }) => ({
      contents: `
        for (const key of ${JSON.stringify(Object.keys(require(path)))})
          Object.defineProperty(exports, key, { enumerable: true, get: () => require('${path}')[key] });`,
    }));
  },
};
