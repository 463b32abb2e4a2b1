/** Explanations: there is one for everything in the tables, its fields are where the machine has them, and values read as the manual says. */
import { createMachine, CSR_ROWS, ROWS } from '#machine';
import { explain } from '#course/explain';
import { exitKinds } from '../../../src/course/explain/exit';
import { trapNames } from '../../../src/course/explain/trap';

const ONES = 2n ** 64n - 1n;

/** Name, value and meaning of the fields that are not 0. */
const set = (subject: string): string[] =>
  explain(subject)
    .fields.filter(({ value }) => value !== 0n)
    .map(({ name, value, meaning }) => `${name}=${value}${meaning === undefined ? '' : ` ${meaning}`}`);

const fact = (subject: string, label: string): string | undefined =>
  explain(subject).facts.find(([name]) => name === label)?.[1];

describe('registers', () => {
  test.each(CSR_ROWS.map(({ name }) => name))(
    '%s: each bit that the machine keeps belongs to a named field',
    (name) => {
      const { about, section, fields } = explain(name);
      expect(about).toMatch(/\.$/);
      expect(section).not.toBe('');
      if (fields.length === 0) return;
      const { csr } = createMachine({ ramBytes: 2 ** 20 }).harts[0];
      csr.write(name, ONES);
      const named = fields.reduce((bits, { high, low }) => {
        const field = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
        expect(bits & field).toBe(0n); // no bit has two names
        return bits | field;
      }, 0n);
      expect(csr.read(name) & ~named).toBe(0n);
    },
  );

  test('sstatus reads as table "Supervisor-mode status register (sstatus) when SXLEN=64" draws it', () => {
    expect(set('sstatus=0x8000000200046122')).toEqual([
      'SD=1',
      'UXL=2 64 bits',
      'SUM=1',
      'FS=3 Dirty',
      'SPP=1 S',
      'SPIE=1',
      'SIE=1',
    ]);
  });

  test('hgatp: MODE 8 is Sv39x4, and the root is at PPN x 4096 (Privileged, "Hypervisor Guest Address Translation …")', () => {
    expect(set('hgatp=0x8000_1000_0008_0200')).toEqual(['MODE=8 Sv39x4', 'VMID=1', 'PPN=524800 at 0x80200000']);
  });

  test('scause names exceptions and interrupts apart, though they share numbers (table "Supervisor cause register values")', () => {
    expect(set('scause=5')).toEqual(['Exception Code=5 load access fault']);
    expect(set('scause=0x8000000000000005')).toEqual(['Interrupt=1', 'Exception Code=5 supervisor timer interrupt']);
    expect(set('scause=0x15')).toEqual(['Exception Code=21 load guest-page fault']);
  });

  test('htval is the guest-physical address shifted right by 2 bits (Privileged, "Hypervisor Trap Value Register")', () => {
    expect(set('htval=0x20000000')).toEqual([`Address=${0x20000000} 0x80000000`]);
  });

  test('bits outside every field are named', () => {
    expect(fact('hgatp=0x4000000000000000', 'no field')).toBeUndefined();
    expect(fact('sstatus=0x1', 'no field')).toContain('0x1');
  });

  test('who may use a register comes from bits 9:8 of its number, and VS-mode reaches the twin', () => {
    expect(fact('mstatus', 'for')).toBe('M-mode');
    expect(fact('hstatus', 'for')).toBe('HS-mode and M-mode');
    expect(fact('time', 'number')).toBe('0xc01, read-only');
    expect(fact('satp', 'in VS-mode')).toBe('the same number reaches vsatp');
    expect(fact('scounteren', 'in a VM')).toContain('has the same one');
  });
});

describe('instructions', () => {
  test.each(ROWS.map(({ name }) => name))('%s is explained from its row', (name) => {
    const { kind, about, facts } = explain(name);
    // An exit or a register may go by the same name: ecall is one.
    expect(['instruction', 'exit']).toContain(kind);
    expect(about).not.toContain('undefined');
    expect(facts.length).toBeGreaterThan(0);
  });

  test('bits, and the same as assembly text, are the same instruction', () => {
    expect(explain('csrrs a0, sstatus, x0')).toEqual(explain('0x10002573'));
    expect(explain('0x10002573').title).toBe('csrrs a0,sstatus,zero');
  });

  test('what U-mode makes of it decides who sees it (Popek and Goldberg: privileged)', () => {
    expect(fact('0x10002573', 'in U-mode')).toContain('traps'); // csrr a0, sstatus
    expect(fact('0x00b50533', 'in U-mode')).toContain('directly'); // add a0, a0, a1
    expect(fact('0x10002573', 'on RV64-leaky')).toContain('does not trap');
  });

  test('a compressed instruction says what it stands for', () => {
    expect(explain('0x4108').title).toBe('c.lw a0,0(a0)');
    expect(fact('0x4108', 'stands for')).toBe('lw a0,0(a0)');
  });

  test.each(['0x0', '0xffffffff', '0x0e052573'])('%s is illegal: no such bits, or no such CSR', (word) => {
    expect(explain(word).about).toContain('cause 2');
  });

  test('meanings are computed from the row', () => {
    expect(explain('addw').about).toBe('rd = sext32(rs1 + rs2).');
    expect(explain('lbu').about).toBe('rd = memory[rs1 + imm], 1 byte, zero-extended.');
    expect(explain('bltu').about).toBe('if rs1 <u rs2: pc = pc + imm.');
  });
});

test.each(trapNames)('%s: its cause decodes to its own name', (name) => {
  const cause = /scause = (0x[0-9a-f]+)/.exec(fact(name, 'cause')!)![1];
  expect(explain(`scause=${cause}`).fields.at(-1)!.meaning).toBe(name);
});

test.each(exitKinds)('exit %s: says what raised it and how it is handled', (kind) => {
  expect(explain(kind)).toMatchObject({ kind: 'exit', title: kind });
});

test.each([
  ['hgatpp', 'Nothing here is called "hgatpp". Did you mean "hgatp"?'],
  ['0x1ffffffff', 'is no instruction'],
  ['hgapt=1', 'Did you mean "hgatp"?'],
  ['hgatp=twelve', 'is no value'],
  ['satp=0x10000000000000000', 'up to 64 bits'],
  ['', 'Nothing here'],
])('%j is answered by a sentence', (subject, sentence) => {
  expect(() => explain(subject)).toThrow(sentence);
});
