/**
 * Random programs end alike here and on QEMU: registers, memory, CSRs, page tables, and what each trap left.
 * WORLDSWITCH_ORACLE=n runs n programs a group, WORLDSWITCH_ORACLE_SEED=s begins with that seed.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compareWithQemu } from './bare-program';
import { QEMU_DIFFERENCES } from './qemu-differences';
import { compare } from './random/compare';
import { GROUPS } from './random/groups';

const PROGRAMS = Number(process.env.WORLDSWITCH_ORACLE ?? 256);
const FIRST = Number(process.env.WORLDSWITCH_ORACLE_SEED ?? 1);

compareWithQemu(`random programs as on QEMU, seeds ${FIRST} to ${FIRST + PROGRAMS - 1}`, () => {
  test.each(GROUPS.map((group) => [group.name, group] as const))(
    '%s',
    (_, group) => {
      const differences = compare(group, FIRST, PROGRAMS);
      expect(differences.join('\n\n')).toBe('');
    },
    600_000,
  );
});

test("where QEMU is not asked, a test holds the manual's answer", () => {
  const missing = QEMU_DIFFERENCES.filter(({ tested }) => !existsSync(join(__dirname, '..', tested)));
  expect(missing).toEqual([]);
});
