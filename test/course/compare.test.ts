/** Comparisons: what is counted is counted by the guests' own numbers, and equal each time. */
import {
  compareCpu,
  compareIo,
  comparePaging,
  compareTime,
  numberText,
  type Bench,
  type Comparison,
} from '#course/compare';
import { referenceParts } from '#reference';
import { TECHNIQUES } from '#vmm';
import { crossing } from '../../src/course/compare/crossing';

jest.setTimeout(120_000);

const COUNTED: Bench = { parts: referenceParts, engine: 'interpret', now: () => 0, rounds: 0 };
const cpu = (guest: string, bench = COUNTED): Comparison => compareCpu(bench, { guest, withoutTlb: true });

/** The value of a row, for the technique; by the row's label, in the first section that has it. */
function value(comparison: Comparison, label: string, technique: string): number | undefined {
  for (const { table } of comparison.sections) {
    const row = table.rows.find((each) => each.label === label);
    if (row) return row.values[table.columns.indexOf(technique)];
  }
  return undefined;
}

describe('cpu', () => {
  test('every technique is there or says why not, bare first', () => {
    const { sections, leftOut } = cpu('compute');
    const { columns } = sections[0].table;
    expect(columns[0]).toBe('bare');
    for (const technique of Object.keys(TECHNIQUES)) {
      expect([technique, columns.includes(technique) || leftOut.some((each) => each.startsWith(technique))]).toEqual([
        technique,
        true,
      ]);
    }
  });

  test('kernel: under paravirtual its port runs, which makes no privileged instruction and one hypercall at least for each page table', () => {
    const comparison = compareCpu({ ...COUNTED, engine: 'compile' }, { guest: 'kernel', withoutTlb: false });
    expect(comparison.about).toContain('under paravirtual as kernel-pv');
    expect(comparison.sections[0].table.columns).toContain('paravirtual');
    expect(value(comparison, 'privileged', 'paravirtual')).toBe(0);
    expect(value(comparison, 'hypercalls', 'paravirtual')).toBeGreaterThan(100);
    expect(value(comparison, 'hypercalls', 'trap-and-emulate') ?? 0).toBe(0);
  });

  test('two runs count the same', () => {
    expect(cpu('user-programs')).toEqual(cpu('user-programs'));
  });

  test('critical-sections touches sstatus 1,000 times and more, which only a kernel outside S-mode pays for', () => {
    const comparison = cpu('critical-sections');
    expect(value(comparison, 'sstatus', 'trap-and-emulate')).toBeGreaterThanOrEqual(1000);
    expect(value(comparison, 'privileged', 'bare')).toBe(0);
  });

  test("syscalls: each of 1,000 calls and the last trap enter the guest's kernel once, under every technique", () => {
    const comparison = cpu('syscalls');
    const { columns, rows } = comparison.sections[0].table;
    const traps = rows.find(({ label }) => label.startsWith('traps'))!;
    expect(traps.values).toEqual(columns.map(() => 1001));
  });

  test('page-walker: with a TLB at least one walk of three entries for each of 64 pages, without one for each of its instructions', () => {
    const comparison = cpu('page-walker');
    const cached = value(comparison, 'walk references, TLB', 'bare')!;
    expect(cached).toBeGreaterThanOrEqual(3 * 64);
    expect(cached).toBeLessThan(3 * 64 * 8); // the rounds after the first find their translations there
    // 64 pages x 8 rounds x (6 instructions from a 1 GiB page, 1 reference each; a load and a store, 3 each)
    expect(value(comparison, 'walk references, no TLB', 'bare')).toBeGreaterThanOrEqual(64 * 8 * (6 + 6));
  });

  test('a guest without paging walks nothing on the bare machine', () => {
    const comparison = cpu('compute');
    expect(value(comparison, 'walk references, no TLB', 'bare')).toBe(0);
  });

  test('times are relative to bare, and nobody asks the clock for counts', () => {
    let clock = 0;
    const bench = { ...COUNTED, now: () => clock++, rounds: 2 };
    const comparison = cpu('compute', bench);
    expect(comparison.sections.at(-1)).toMatchObject({ measured: true });
    expect(value(comparison, 'relative to bare', 'bare')).toBe(1);
    expect(comparison.sections.slice(0, -1)).toEqual(cpu('compute').sections);
  });

  test('a guest that never ends is refused', () => {
    expect(() => cpu('spinner')).toThrow('spinner does not end by itself, so there is nothing to compare');
  });
});

describe('paging', () => {
  let comparison: Comparison;
  beforeAll(() => (comparison = comparePaging(COUNTED, { exitCost: 100 })));
  /** Values of one technique over the mixes, in the section of this title. */
  const line = ({ sections }: Comparison, title: string, technique: string): (number | undefined)[] => {
    const { table } = sections.find((section) => section.title === title)!;
    return table.rows.map(({ values }) => values[table.columns.indexOf(technique)]);
  };

  test('on the bare machine an update and a miss read three entries each, one a level of Sv39, and nobody exits', () => {
    for (const each of line(comparison, 'Page-table references', 'bare')) expect(each).toBe(3);
    for (const each of line(comparison, 'Exits', 'bare')) expect(each).toBe(0);
    for (const each of line(comparison, 'Cost of an operation', 'bare')) expect(each).toBe(3);
  });

  test('under shadow paging a miss costs what it costs on the bare machine, and an update exits, at sfence.vma if nowhere else', () => {
    const exits = line(comparison, 'Exits', 'trap-and-emulate');
    expect(exits[0]).toBeLessThan(0.05);
    expect(exits.at(-1)).toBeGreaterThanOrEqual(1);
  });

  test('two stages read 11 entries with large pages in the host, 15 without, for an update as for a miss, and never exit', () => {
    for (const [column, references] of [
      ['hardware', 11],
      ['hardware (scattered)', 15],
    ] as const) {
      // (3 + 1)(2 + 1) - 1 = 11 with 2 MiB pages in Sv39x4, (3 + 1)(3 + 1) - 1 = 15 with 4 KiB.
      for (const each of line(comparison, 'Page-table references', column)) expect(each).toBe(references);
      for (const each of line(comparison, 'Exits', column)) expect(each).toBe(0);
    }
    const [{ text }] = comparison.sections;
    const [, crossover] = /trap-and-emulate is cheaper than hardware up to ([\d.]+) %/.exec(text)!;
    const cost = line(comparison, 'Cost of an operation', 'trap-and-emulate');
    const { rows } = comparison.sections[0].table;
    const after = rows.findIndex(({ label }) => Number.parseFloat(label) > Number(crossover));
    expect(cost[after - 1]).toBeLessThan(11);
    expect(cost[after]).toBeGreaterThan(11);
  });

  test('cost is references and weighted exits', () => {
    const weighted = comparePaging(COUNTED, { exitCost: 7 });
    const [cost, references, exits] = ['Cost of an operation', 'Page-table references', 'Exits'].map((title) =>
      line(weighted, title, 'trap-and-emulate'),
    );
    cost.forEach((each, i) => expect(each).toBeCloseTo(references[i]! + 7 * exits[i]!, 9));
    // What is counted is the same each time; only the weight is not.
    expect(weighted.sections.slice(1)).toEqual(comparison.sections.slice(1));
  });
});

describe('io', () => {
  let comparison: Comparison;
  beforeAll(() => (comparison = compareIo(COUNTED, { technique: 'trap-and-emulate' })));

  test('exits for a block are the accesses that its driver makes', () => {
    const [{ table }] = comparison.sections;
    expect(table.columns).toEqual(['ATA', 'ideal', 'virtio', 'virtio batched']);
    const exits = (technique: string) => table.rows.find(({ label }) => label === technique)!.values;
    // ATA: 6 registers for the command; for each of 8 sectors Alternate Status, Status and 256 words. Ideal: command and status.
    // Virtio: notification, wfi, claim, InterruptStatus, InterruptACK, completion; batched, for 16 blocks at once.
    expect(exits('trap-and-emulate')).toEqual([6 + 8 * (2 + 256), 2, 6, 6 / 16]);
    expect(exits('hardware').slice(0, 2)).toEqual([6 + 8 * (2 + 256), 2]);
    expect(exits('bare')).toEqual([0, 0, 0, 0]);
  });

  test('causes add up to their handlers, and name the device', () => {
    const { table } = comparison.sections.find(({ title }) => title.endsWith('by cause'))!;
    const devices = table.rows.findIndex(({ label }) => label === 'devices');
    const parts = table.rows.slice(devices + 1);
    const sums = table.columns.map((_, i) => parts.reduce((sum, { part, values }) => sum + (part ? values[i]! : 0), 0));
    expect(sums).toEqual(table.rows[devices].values);
    expect(parts.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['ata', 'ideal disk', 'virtio block', 'plic']),
    );
  });

  test('a block is copied by the hypervisor unless it goes through a register', () => {
    const { table } = comparison.sections.find(({ title }) => title === 'Bytes copied')!;
    const [ata, ideal, virtio] = table.rows.find(({ label }) => label === 'trap-and-emulate')!.values;
    expect([ata, ideal]).toEqual([0, 4096]);
    expect(virtio).toBeGreaterThan(4096); // descriptors, header and status too
  });
});

describe('time', () => {
  let comparison: Comparison;
  beforeAll(() => (comparison = compareTime(COUNTED, { technique: 'trap-and-emulate' })));
  const table = (title: string) => comparison.sections.find((section) => section.title.startsWith(title))!.table;
  const row = (title: string, label: string) => table(title).rows.find((each) => each.label === label)!.values;

  test('each tick sets the timer and returns, ends a wait and asks what time it is: four exits, and none for what a tickless clock leaves out', () => {
    const [tickless, ...ticks] = row('Exits under', 'timer').map(Number);
    expect(tickless).toBe(16); // one for each rest
    const returns = row('Exits under', 'sret').map(Number);
    expect(returns).toEqual([0, ...ticks.map((set) => set - 1)]); // the first is set before any interrupt
    const exits = row('Exits under', 'privileged').map(Number);
    const per = (exits[4] - exits[1]) / (ticks[3] - ticks[0]);
    expect(per).toBeCloseTo(3, 1); // wfi, time and sret; the fourth is the call
  });

  test('under hardware a tick exits for its call and its wait only', () => {
    const { columns, rows } = table('Exits of a guest');
    const [all, fewer] = [rows[4], rows[1]].map(({ values }) => Number(values[columns.indexOf('hardware')]));
    const [most, least] = [4, 1].map((i) => Number(row('Exits under', 'timer')[i]));
    expect((all - fewer) / (most - least)).toBeCloseTo(2, 1);
  });

  test('an alarm comes anywhere in the turn of the other guest, so that it is half a turn late on the average', () => {
    for (const { label, values } of table('Waiting').rows.slice(2)) {
      const half = Number(label) / 2 / 100; // microseconds
      for (const value of values) expect(Math.abs(Number(value) / half - 1)).toBeLessThan(0.25);
    }
  });

  test('what passes is its own or stolen', () => {
    for (const { label, values } of table('Whose time').rows) {
      const [passed, own, stolen] = values.map(Number);
      expect(Math.abs(own + stolen - passed)).toBeLessThanOrEqual(Number(label)); // a hidden fault each: begun twice, passed once
      expect(passed / own).toBeCloseTo(Number(label), 2);
    }
  });
});

describe('where two lines cross', () => {
  const rising = { name: 'rising', values: [3, 13, 23] };
  const level = { name: 'level', values: [15, 15, 15] };
  const xs = [0, 10, 20];
  test('is found between two points, whichever line comes first', () => {
    expect(crossing(xs, rising, level)).toBe('rising is cheaper than level up to 12.0 % updates.');
    expect(crossing(xs, level, rising)).toBe('rising is cheaper than level up to 12.0 % updates.');
  });
  test('or nowhere', () => {
    const high = { name: 'high', values: [23, 24, 25] };
    expect(crossing(xs, high, rising)).toBe('rising costs no more than high, whatever the mix.');
    expect(crossing(xs, level, { ...level, name: 'same' })).toBe('level and same cost the same.');
  });
});

test('numbers look the same everywhere', () => {
  expect([numberText(0), numberText(999), numberText(1234567), numberText(1204.56, 1), numberText(undefined)]).toEqual([
    '0',
    '999',
    '1,234,567',
    '1,204.6',
    '-',
  ]);
});
