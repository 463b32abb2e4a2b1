// For esbuild: puts the module that the machine generates when it starts, its interpreter, into the bundle in place of
// src/machine/engine/interpreter/prebuilt.ts.
import { build } from 'esbuild';
import { join } from 'node:path';

/** What is bundled and run to make it. */
const GENERATOR = `
  import { interpreterModule } from './interpreter/module';
  import { POLICY } from './region/policy';
  module.exports = interpreterModule(0, POLICY.threshold);`;

async function generate(root) {
  const stdin = { contents: GENERATOR, resolveDir: join(root, 'src/machine/engine') };
  const { outputFiles } = await build({ stdin, bundle: true, format: 'cjs', write: false });
  const module = {};
  new Function('module', outputFiles[0].text)(module);
  return module.exports;
}

export const generatedInterpreter = (root) => ({
  name: 'generated interpreter',
  setup({ onLoad }) {
    let text;
    onLoad({ filter: /interpreter[/\\]prebuilt\.ts$/ }, async () => {
      text ??= generate(root).then((bytes) => Buffer.from(bytes).toString('base64'));
      return { contents: `export const PREBUILT = new Uint8Array(Buffer.from('${await text}', 'base64'));` };
    });
  },
});
