// Starts one of the programs under src: the bundle that `npm ci` built if it is newer than every source, else the source itself.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');

/** True if no source was changed after the bundle was built. Looks at about 200 files: a few milliseconds. */
function isFresh(bundle) {
  const built = fs.statSync(bundle, { throwIfNoEntry: false })?.mtimeMs;
  return (
    built !== undefined && ['src', 'lessons', 'solutions'].every((folder) => newest(path.join(root, folder)) <= built)
  );
}

function newest(folder) {
  let latest = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) latest = Math.max(latest, newest(file));
    else if (entry.name.endsWith('.ts')) latest = Math.max(latest, fs.statSync(file).mtimeMs);
  }
  return latest;
}

/** `bundle` is a file of dist/, `source` a TypeScript file of src/. Setting HV_SOURCE runs the source in any case. */
module.exports = function launch(bundle, source) {
  require('node:module').enableCompileCache?.(); // Node 22 and later
  const built = path.join(root, 'dist', bundle);
  if (!process.env.HV_SOURCE && isFresh(built)) return require(built);
  // CommonJS also for import(): ts-node leaves import() alone otherwise, and Node cannot import TypeScript.
  require('ts-node').register({
    cwd: root,
    swc: true,
    compilerOptions: { module: 'commonjs', moduleResolution: 'node10' },
  });
  return require(path.join(root, 'src', source));
};
