/**
 * A test runner for Stryker that makes thousands of mutants affordable: all tests in one bundle and one process, without jest; the
 * bundle is evaluated anew for each mutant, the quickest tests run first, and the first failure ends the run.
 *
 * Options, under `worldswitch` in Stryker's configuration: `tests`, folders or files; `without`, tests left out, by parts of their
 * names; `sample`, { part, seed }: each mutant is drawn with the probability `part` by a hash of seed and number, so the same
 * sources and seed give the same sample; `exercise`, a file of solutions/: the suite in `tests` grades its mutants as it grades a
 * student's file, and the reference beside it stays as it is.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';

const require = createRequire(path.join(process.cwd(), 'package.json'));
const testFiles = (place) =>
  place.endsWith('.ts')
    ? [place]
    : fs.readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
        const inner = path.join(place, entry.name);
        return entry.isDirectory() || entry.name.endsWith('.test.ts') ? testFiles(inner) : [];
      });

/** The reference's own copy of the exercise is the original, which lies two folders above Stryker's copy of the project. */
const withoutMutants = (exercise) => ({
  name: 'without mutants',
  setup(build) {
    const file = path.resolve(exercise);
    build.onResolve({ filter: /\/solutions\// }, ({ path: wanted, importer, resolveDir }) =>
      importer && `${path.resolve(resolveDir, wanted)}.ts` === file ? { path: file, suffix: '?original' } : undefined,
    );
    build.onLoad({ filter: /\.ts$/ }, ({ suffix }) =>
      suffix === '?original'
        ? {
            contents: fs.readFileSync(path.resolve('../../..', exercise)),
            loader: 'ts',
            resolveDir: path.dirname(file),
          }
        : undefined,
    );
  },
});

class Runner {
  static inject = tokens(commonTokens.options);

  constructor({ worldswitch: { tests, without = [], sample = { part: 1, seed: 0 }, exercise } }) {
    this.files = tests.flatMap(testFiles);
    this.exercise = exercise;
    this.without = without;
    this.sample = sample;
    this.stryker = globalThis.__stryker__ ??= {};
    this.costs = new Map();
  }

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    // Stryker's workers each write how long a test took, and find it again when they are started anew.
    this.times = path.resolve('times.json');
    const suites = this.files.map((file) => `describe(${JSON.stringify(file)}, () => require('./${file}'));`);
    if (this.exercise) {
      process.env.HV_PART = path.resolve(this.exercise);
      suites.unshift(`globalThis.__stryker__.exercise = require('./${this.exercise}');`);
    }
    const { outputFiles } = await require('esbuild').build({
      stdin: { contents: suites.join('\n'), resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
      logLevel: 'error',
      plugins: this.exercise ? [withoutMutants(this.exercise)] : [],
    });
    const parameters =
      'require, __filename, __dirname, module, exports, describe, test, it, expect, beforeAll, afterAll, beforeEach, afterEach, jest';
    this.bundle = new vm.Script(`(function (${parameters}) {${outputFiles[0].text}\n})`, { filename: 'tests.cjs' });
    this.expect = require('expect').expect;
    console.log = console.warn = () => {};
    if (fs.existsSync(this.times)) this.costs = new Map(JSON.parse(fs.readFileSync(this.times, 'utf8')));
  }

  /** Evaluates the bundle; gives its tests in order, quick files first. */
  load() {
    const tests = [];
    const suiteIn = (parent, name, file) => ({
      parent,
      name,
      file,
      hooks: { all: [], before: [], after: [] },
      ready: false,
    });
    let suite = suiteIn(undefined, '', undefined);
    const describe = (name, body) => {
      const outer = suite;
      suite = suiteIn(outer, `${outer.name} ${name}`, outer.file ?? name);
      body();
      suite = outer;
    };
    const test = (name, body) => tests.push({ id: `${tests.length}${suite.name} ${name}`, body, suite });
    const each = (act) => (table) => (name, body) =>
      table.forEach((row, i) => act(`${name} [${i}]`, () => (Array.isArray(row) ? body(...row) : body(row))));
    describe.each = each(describe);
    test.each = each(test);
    describe.skip = test.skip = () => {};
    const hook = (kind) => (body) => void suite.hooks[kind].push(body);
    const none = () => {};
    // prettier-ignore
    const load = (file) => (file === process.env.HV_PART ? this.stryker.exercise : require(file));
    this.bundle.runInThisContext()(
      load,
      path.resolve('src/course/lab/index.ts'),
      path.resolve('test/lessons/support'),
      { exports: {} },
      {},
      describe,
      test,
      test,
      this.expect,
      hook('all'),
      none,
      hook('before'),
      hook('after'),
      { setTimeout: none },
    );
    const costOf = ({ id }) => this.costs.get(numberless(id)) ?? 0;
    return tests
      .filter(({ id }) => !this.without.some((part) => id.includes(part)))
      .sort((a, b) => costOf(a) - costOf(b));
  }

  /** Multiply, xor and shift twice (the finish of MurmurHash3), so that neighbours have nothing in common. */
  isDrawn(id) {
    let hash = Math.imul(Number(id) + 1, 0x9e3779b1) ^ Math.imul(this.sample.seed, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < this.sample.part;
  }

  /** The suites around a test, outermost first. */
  static around(suite) {
    return suite ? [...Runner.around(suite.parent), suite] : [];
  }

  async run({ body, suite }) {
    const suites = Runner.around(suite);
    for (const each of suites) {
      if (!each.ready) for (const hook of each.hooks.all) await hook();
      each.ready = true;
    }
    for (const each of suites) for (const hook of each.hooks.before) await hook();
    await body();
    for (const each of suites.reverse()) for (const hook of each.hooks.after) await hook();
  }

  async dryRun({ coverageAnalysis }) {
    const { stryker, costs } = this;
    stryker.activeMutant = undefined;
    if (coverageAnalysis !== 'off') stryker.mutantCoverage = { static: {}, perTest: {} };
    const tests = [];
    for (const test of this.load()) {
      stryker.currentTestId = test.id;
      const began = performance.now();
      try {
        await this.run(test);
      } catch (error) {
        return { status: 'error', errorMessage: `${test.id}: ${error?.stack ?? error}` };
      }
      const timeSpentMs = performance.now() - began;
      costs.set(numberless(test.id), timeSpentMs);
      tests.push({ id: test.id, name: test.id, status: 0, timeSpentMs });
    }
    const { mutantCoverage } = stryker;
    stryker.mutantCoverage = stryker.currentTestId = undefined;
    fs.writeFileSync(this.times, JSON.stringify([...costs]));
    return { status: 'complete', tests, mutantCoverage };
  }

  async mutantRun({ testFilter, activeMutant, mutantActivation, hitLimit }) {
    const { stryker } = this;
    if (!this.isDrawn(activeMutant.id)) return { status: 'error', errorMessage: 'not in the sample' };
    const wanted = testFilter && new Set(testFilter.map(numberless));
    Object.assign(stryker, { hitLimit, hitCount: hitLimit ? 0 : undefined, mutantCoverage: undefined });
    let nrOfTests = 0;
    const killed = (id, error) =>
      stryker.hitCount > hitLimit
        ? { status: 'timeout', reason: 'hit limit' }
        : { status: 'killed', killedBy: [id], failureMessage: String(error?.message ?? error), nrOfTests };
    try {
      stryker.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
      let tests;
      try {
        tests = this.load();
      } catch (error) {
        return killed(testFilter?.[0] ?? 'load', error);
      }
      stryker.activeMutant = activeMutant.id;
      for (const test of tests) {
        if (wanted && !wanted.has(numberless(test.id))) continue;
        nrOfTests++;
        try {
          await this.run(test);
        } catch (error) {
          return killed(test.id, error);
        }
      }
      return { status: 'survived', nrOfTests };
    } finally {
      Object.assign(stryker, { activeMutant: undefined, hitLimit: undefined, hitCount: undefined });
      globalThis.gc?.(); // each test's memories
    }
  }
}

/** A mutant may change how many tests there are. */
const numberless = (id) => id.replace(/^\d+/, '');

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'worldswitch', Runner)];
