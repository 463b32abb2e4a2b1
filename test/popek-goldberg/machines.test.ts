/** The machine models: what the experiments find is what papers and manuals say of the machines. */
import { isSensitive, MACHINES, tableOf, type Machine, type MachineTable, type Outcome } from '#popek-goldberg';
import { classifyInstruction, decode, assemble, leaks } from '#machine';
import { classifier } from '../../solutions/02-popek-goldberg/classifier';

const tables = new Map(MACHINES.map((machine) => [machine.name, tableOf(machine, classifier)]));

function table(name: string): MachineTable {
  const found = tables.get(name);
  if (!found) throw new Error(`no machine ${name}`);
  return found;
}
const namesOf = ({ rows }: MachineTable, which: (row: MachineTable['rows'][number]) => boolean): string[] =>
  rows.filter(which).map(({ name }) => name);

/** Where it can be fetched at all. */
const alwaysTraps = (kinds: readonly Outcome['kind'][]): boolean =>
  kinds.includes('traps') && kinds.every((kind) => kind === 'traps' || kind === 'memory-traps');

describe('what the paper says', () => {
  test('its own machine meets all three conditions', () => {
    const { theorem1, theorem2, theorem3 } = table('1974');
    expect([theorem1.holds, theorem2.holds, theorem3.holds]).toEqual([true, true, true]);
  });

  test('PDP-10: JRST 1 is control-sensitive, in supervisor mode only, and not privileged; so there can be a hybrid monitor and no other', () => {
    const { rows, theorem1, theorem3 } = table('pdp10');
    const { classes } = rows.find(({ name }) => name === 'JRST 1,')!;
    expect(classes.control?.map(({ M }) => M)).toEqual(['s']);
    expect([classes.privileged, classes.user]).toEqual([undefined, undefined]);
    expect(theorem1.against).toContain('JRST 1,');
    expect(theorem3).toEqual({ holds: true, against: [] });
  });

  test.each(MACHINES.map((machine) => [machine.name, machine]))(
    '%s: a trap is never counted as a change of mode: what always traps is innocuous',
    (_, machine) => {
      const calls = machine.instructions.filter(({ states, run }) =>
        alwaysTraps(states.map((state) => run(state).kind)),
      );
      expect(calls.length).toBeGreaterThan(0);
      const found = table(machine.name).rows.filter(({ instruction }) => calls.includes(instruction));
      expect(found.filter(({ classes }) => isSensitive(classes) || classes.privileged)).toEqual([]);
    },
  );
});

describe('80386, by Robin and Irvine (USENIX Security 2000), who name mnemonics and not encodings', () => {
  const SENSITIVE = 'SGDT SIDT SLDT SMSW PUSHF POPF LAR LSL VERR VERW POP PUSH CALL JMP INT RET STR MOV'.split(' ');

  test('each of their instructions is sensitive and not privileged in some form', () => {
    const against = table('x86').theorem1.against.map((name) => name.split(' ')[0]);
    expect(SENSITIVE.filter((mnemonic) => !against.includes(mnemonic))).toEqual([]);
    // Beyond their list: IRET, which they count with RET.
    expect(against.filter((mnemonic) => !SENSITIVE.includes(mnemonic))).toEqual(['IRET']);
  });

  test('POPF drops IF in ring 3 without a trap, and that alone (Microsoft, Q114473)', () => {
    const popf = table('x86').rows.find(({ name }) => name === 'POPF')!.instruction;
    const asked = popf.states.filter(({ M, E, R }) => M === 'u' && E.s0 === 0x201 && R.if === 0);
    expect(asked.length).toBeGreaterThan(0);
    for (const state of asked) {
      const outcome = popf.run(state);
      expect(outcome).toMatchObject({ kind: 'completes', after: { M: 'u', R: { if: 0 }, E: { cf: 1 } } });
    }
  });

  test('instructions that trap above ring 0 are privileged (Intel 253668, section 5.9)', () => {
    const listed = ['LGDT', 'LIDT', 'LLDT', 'LTR', 'LMSW', 'CLTS', 'MOV CR3,r', 'MOV r,CR3', 'HLT'];
    expect(namesOf(table('x86'), ({ classes }) => !!classes.privileged)).toEqual(expect.arrayContaining(listed));
  });
});

test("System/370: what VM/370's DMKPRV simulates is privileged (SY20-0886-1), and all that is sensitive is", () => {
  const simulated = [
    'LPSW',
    'SSM',
    'STNSM',
    'STOSM',
    'SSK',
    'ISK',
    'LCTL',
    'STCTL',
    'LRA',
    'PTLB',
    'SIO',
    'TIO',
    'HIO',
    'STIDP',
  ];
  const s360 = table('s360');
  expect(namesOf(s360, ({ classes }) => !!classes.privileged)).toEqual(expect.arrayContaining(simulated));
  expect([s360.theorem1.holds, s360.theorem3.holds]).toEqual([true, true]);
});

test('ARMv7 is not classically virtualizable (Penneman and others 2013): CPS, MSR and MRS are against it', () => {
  const { theorem1 } = table('armv7');
  expect(theorem1.against).toEqual(
    expect.arrayContaining(['CPSID i', 'CPS #mode', 'MSR CPSR_c,r', 'MRS r,CPSR', 'LDM ^', 'RFE', 'SRS']),
  );
  expect(theorem1.against).not.toContain('MCR p15');
});

test('MIPS: only loads and stores are against theorem 1, through KSEG0, and none of them in user mode (Linux, arch/mips/kvm)', () => {
  const { theorem1, theorem3, rows } = table('mips');
  expect(theorem1.against).toEqual(['LW', 'SW']);
  expect(theorem3.holds).toBe(true);
  const { run, states } = rows.find(({ name }) => name === 'LW')!.instruction;
  const inUser = states.filter(({ M, E }) => M === 'u' && E.a0 >= 0x8000_0000).map((state) => run(state).kind);
  expect(new Set(inUser)).toEqual(new Set(['memory-traps']));
});

describe('RISC-V, on the real hart', () => {
  test.each(['rv64', 'rv64-leaky'])(
    '%s: experiment and the bits of the encoding agree on what is privileged',
    (name) => {
      const leaky = name === 'rv64-leaky';
      for (const { name: text, classes, instruction } of table(name).rows) {
        const { bytes } = assemble(`.option norvc\n${text}\n`);
        const decoded = decode(new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true))!;
        // mstatus is M-mode's: it traps in S too, which is not privileged in the paper's sense.
        const trapsInBoth = alwaysTraps(instruction.states.map((state) => instruction.run(state).kind));
        const expected = classifyInstruction(decoded) === 'privileged' && !trapsInBoth && !(leaky && leaks(decoded));
        expect([text, !!classes.privileged]).toEqual([text, expected]);
      }
    },
  );

  test('RV64 can be virtualized; of RV64-leaky, just the four instructions of docs/leaky.md stand against it', () => {
    expect([table('rv64').theorem1.holds, table('rv64').theorem3.holds]).toEqual([true, true]);
    expect(table('rv64-leaky').theorem1.against).toEqual([
      'csrr a0, sstatus',
      'csrw sstatus, a0',
      'sret',
      'sfence.vma',
    ]);
  });
});

describe.each(MACHINES.map((machine): [string, Machine] => [machine.name, machine]))('%s', (_, machine) => {
  test('an instruction leaves the state that it is given as it is, and does the same each time', () => {
    for (const { name, states, run } of machine.instructions) {
      const before = JSON.stringify(states);
      const first = states.map((state) => run(state));
      const again = [...states].reverse().map((state) => run(state));
      expect([name, JSON.stringify(states)]).toEqual([name, before]);
      expect([name, again.reverse()]).toEqual([name, first]);
    }
  });

  test('every state comes in both modes: a program cannot tell them apart', () => {
    for (const { name, states } of machine.instructions) {
      const alike = (mode: 's' | 'u'): string[] =>
        states
          .filter(({ M }) => M === mode)
          .map((state) => `${machine.seen(state)} ${JSON.stringify(state.R)}`)
          .sort();
      expect([name, alike('u')]).toEqual([name, alike('s')]);
    }
  });
});
