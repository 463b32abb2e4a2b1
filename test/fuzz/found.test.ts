/** The fuzzer can fail: hypervisors with one wrong part are found out, and the case that is left is a small one (docs/proof.md has more). */
import type { GStage, Parts, ShadowPaging, ShadowWork } from '#vmm';
import { referenceParts } from '../../src/reference';
import type { Case, GuestCase } from './case';
import { caseOf } from './generate';
import { minimize } from './minimize';
import { failureOf, Runner, type Failure } from './runner';

jest.setTimeout(300_000);

const MOST_CASES = 3000;
const PAGE = 4096;

/** The first failure, made smaller. */
function attack(parts: Parts, technique: string): Failure {
  const runner = new Runner(parts);
  for (let seed = 1; seed < MOST_CASES; seed++) {
    const each = caseOf(seed);
    if (each.technique !== technique) continue;
    const failure = runner.run(each);
    if (!failure) continue;
    runner.release();
    return minimize(failure, (cases) => failureOf(cases, parts));
  }
  throw new Error(`${MOST_CASES} cases found nothing`);
}

const steps = (cases: readonly Case[]): number =>
  cases.reduce((sum, each) => sum + (each as GuestCase).harts.reduce((all, ops) => all + ops.length, 0), 0);

const { gStage, shadowPaging, paravirtualCpu } = referenceParts;

/** Memory that lies one page further on than it should. */
const shifted: GStage = {
  mode: (end) => gStage.mode(end),
  map(gpa, space) {
    const slot = space.slotAt(gpa);
    const isLast = slot && gpa >= slot.gpa + BigInt(slot.size - PAGE);
    return gStage.map(gpa, {
      mode: space.mode,
      root: space.root,
      slotAt: () => slot && { ...slot, hpa: slot.hpa + (isLast ? PAGE : 0) },
      allocateTable: () => space.allocateTable(),
      read: (at) => space.read(at),
      write: (at, entry) => space.write(at, entry),
    });
  },
};

/** Each page is entered as the one 64 further on: in the host, somebody else's. */
const misplaced: ShadowPaging = {
  fence: (tables, page) => shadowPaging.fence(tables, page),
  fill: (tables, miss) => shadowPaging.fill(mappingElsewhere(tables), miss),
};

/** A class with private fields works on itself only, so that all methods but `map` are bound to the original. */
const mappingElsewhere = (tables: ShadowWork): ShadowWork =>
  new Proxy(tables, {
    get(_, name) {
      if (name === 'map') return elsewhere.bind(tables);
      const found: unknown = Reflect.get(tables, name, tables);
      return typeof found === 'function' ? (found.bind(tables) as unknown) : found;
    },
  });

function elsewhere(this: ShadowWork, ...[table, index, to, from]: Parameters<ShadowWork['map']>): void {
  this.map(table, index, { ...to, hostPage: to.hostPage + 64 }, from);
}

/** What a paravirtual guest asks for is done. */
const believing: Parts['paravirtualCpu'] = {
  ...paravirtualCpu,
  update(frame, index, entry, frames) {
    frames.write(frame, index, entry);
    return 'done';
  },
};

test('the second stage maps the page behind the last one', () => {
  const { message, cases } = attack({ ...referenceParts, gStage: shifted }, 'hardware');
  expect(message).toMatch(/neighbour's memory has changed|reaches host memory/);
  expect(steps(cases)).toBeLessThanOrEqual(2);
});

test("shadow tables map somebody else's memory", () => {
  const { message } = attack({ ...referenceParts, shadowPaging: misplaced }, 'trap-and-emulate');
  expect(message).toMatch(/memory has changed|reaches host memory|bystander/);
});

test('a paravirtual guest may enter whatever it likes', () => {
  const { message, cases } = attack({ ...referenceParts, paravirtualCpu: believing }, 'paravirtual');
  expect(message).toMatch(/reaches host memory|can store to a page table|page table that is none/);
  expect(steps(cases)).toBeLessThanOrEqual(4); // a root, the request's two words, the request
});
