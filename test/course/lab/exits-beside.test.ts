/** "When a budget is missed, the exits by cause beside the par's" (issue 6, section 4). */
import { readGuest } from '#course/lab';
import { referenceParts } from '#reference';
import { exitsBeside } from '../../../src/course/lab/exits-beside';
import { releaseHosts, runTogether } from '../../../src/course/lab/run';
import { newCounters } from '../../../src/vmm/counters';

const countersOf = (causes: Partial<ReturnType<typeof newCounters>['byCause']>) => {
  const counters = newCounters({} as Parameters<typeof newCounters>[0]);
  Object.assign(counters.byCause, causes);
  return counters;
};

test('what differs most comes first; what only one of them has is there, too; VMs are added up', () => {
  const yours = [countersOf({ mmio: { uart: 5000 }, privileged: { sstatus: 3 } }), countersOf({ mmio: { uart: 24 } })];
  const par = [countersOf({ mmio: { uart: 24 }, privileged: { sstatus: 3 }, ecall: { timer: 40 } }), countersOf({})];
  expect(exitsBeside(yours, par)).toEqual([
    '  exits by cause           yours        par',
    '  mmio: uart               5,024         24',
    '  ecall: timer                 0         40',
    '  privileged: sstatus          3          3',
  ]);
});

test('nothing where both went alike', () => {
  expect(exitsBeside([countersOf({ mmio: { uart: 5 } })], [countersOf({ mmio: { uart: 5 } })])).toEqual([]);
});

test('a loop that gives turns of 100 instructions shows as exits for the slice', () => {
  const hasty: typeof referenceParts = {
    ...referenceParts,
    runLoop: (context) => referenceParts.runLoop({ ...context, slice: 100 }),
  };
  const [yours, par] = [hasty, referenceParts].map((parts) => runTogether(parts, [readGuest('compute')]));
  const lines = exitsBeside(
    yours.map(({ counters }) => counters),
    par.map(({ counters }) => counters),
  );
  releaseHosts();
  // The guest executes 68,537 instructions (lesson 01), which are 685 turns of 100 and 34 of 2,000.
  expect(lines[1]).toMatch(/^ {2}budget: slice +68\d +3\d$/);
}, 30_000);
