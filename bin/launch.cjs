// Starts one of the programs under src: the bundle that `npm ci` built if it is newer than every source, else the source itself.
'use strict';
const fs = require('node:fs');
const module_ = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const root = path.join(__dirname, '..');

/** True if no source of the bundles was changed or removed after they were built: some 500 files, a few milliseconds. */
function isFresh(bundle) {
  const built = ageOf(bundle);
  const list = path.join(path.dirname(bundle), 'sources.txt');
  if (built === undefined || !fs.existsSync(list)) return false;
  const sources = fs.readFileSync(list, 'utf8').split('\n');
  return sources.every((source) => ageOf(`${root}${path.sep}${source}`) <= built); // join() looks at each letter: half of the time
}

/** Undefined where there is no file. */
function ageOf(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Runs a bundle as `require` would, but with V8's code cache (Node, "vm.Script", cachedData), which saves a quarter of the time to
 * start. V8 does not use the cache of another version. With HV_CODE_CACHE=write the cache is made, of all that this process has used.
 */
function run(bundle) {
  const cache = bundle.replace(/\.cjs$/, '.cache');
  const isWriting = process.env.HV_CODE_CACHE === 'write';
  const source = fs.readFileSync(bundle, 'latin1'); // esbuild writes ASCII only, and this is the quicker way to read it
  const script = new vm.Script(module_.wrap(source), {
    filename: bundle,
    cachedData: !isWriting && fs.existsSync(cache) ? fs.readFileSync(cache) : undefined,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  if (isWriting) process.on('exit', () => fs.writeFileSync(cache, script.createCachedData()));
  const loaded = new module_(bundle, module);
  loaded.filename = bundle;
  loaded.paths = module.paths;
  const require_ = module_.createRequire(bundle);
  script.runInThisContext().call(loaded.exports, loaded.exports, require_, loaded, bundle, path.dirname(bundle));
  return loaded.exports;
}

/** `bundle` is a file of dist/, `source` a TypeScript file of src/. Setting HV_SOURCE runs the source in any case. */
module.exports = function launch(bundle, source) {
  module_.enableCompileCache?.(); // Node 22 and later
  const built = path.join(root, 'dist', bundle);
  if (!process.env.HV_SOURCE && isFresh(built)) return run(built);
  // CommonJS also for import(): ts-node leaves import() alone otherwise, and Node cannot import TypeScript.
  require('ts-node').register({
    cwd: root,
    swc: true,
    compilerOptions: { module: 'commonjs', moduleResolution: 'node10' },
  });
  return require(path.join(root, 'src', source));
};
