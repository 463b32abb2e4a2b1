/** Classes of instructions, by the privileged manual: what traps in U-mode, and what does not. */
import { assemble, classify, classifyInstruction, decode, ROWS, rowByName } from '../../../src/machine/isa';

const classOf = (text: string) => {
  const { bytes } = assemble(text);
  return classifyInstruction(decode(new DataView(bytes.buffer).getUint32(0, true))!);
};

const HYPERVISOR = (
  'hlv.b hlv.bu hlv.h hlv.hu hlvx.hu hlv.w hlv.wu hlvx.wu hlv.d hsv.b hsv.h hsv.w hsv.d ' +
  'hfence.vvma hfence.gvma sinval.vma sfence.w.inval sfence.inval.ir hinval.vvma hinval.gvma'
).split(' ');

test('the sensitive rows of this machine, all of them', () => {
  const sensitive = ROWS.filter((row) => classify(row) !== 'innocuous').map((row) => `${row.name}: ${classify(row)}`);
  expect(sensitive).toEqual([
    'ecall: environment-call',
    'ebreak: breakpoint',
    'csrrw: csr',
    'csrrs: csr',
    'csrrc: csr',
    'csrrwi: csr',
    'csrrsi: csr',
    'csrrci: csr',
    'cbo.inval: privileged',
    'cbo.clean: privileged',
    'cbo.flush: privileged',
    'cbo.zero: privileged',
    'sret: privileged',
    'mret: privileged',
    'wfi: privileged',
    'sfence.vma: privileged',
    ...HYPERVISOR.map((name) => `${name}: privileged`),
    'c.ebreak: breakpoint',
  ]);
});

test('a system action that nobody has judged is privileged', () => {
  expect(classify({ ...rowByName('wfi'), does: { kind: 'system', action: 'mnret' } })).toBe('privileged');
});

// "CSR Address Mapping Conventions": bits 9:8 the lowest privilege, bits 11:10 = 3 read-only.
test.each([
  ['csrr a0, sstatus', 'privileged'],
  ['csrr a0, mstatus', 'privileged'],
  ['csrw satp, a0', 'privileged'],
  ['csrr a0, hstatus', 'privileged'],
  ['rdtime a0', 'enabled'],
  ['csrr a0, hpmcounter3', 'enabled'],
  ['csrrs a0, time, a1', 'privileged'],
  ['csrrsi a0, time, 0', 'enabled'],
  ['csrrwi a0, time, 0', 'privileged'],
  ['unimp', 'privileged'],
  ['csrrw a0, fcsr, a1', 'enabled'],
  ['ecall', 'environment-call'],
  ['sret', 'privileged'],
  ['addi a0, a0, 1', 'innocuous'],
  ['ld a0, (a1)', 'innocuous'],
  ['fence.i', 'innocuous'],
])('%s in U-mode: %s', (text, expected) => expect(classOf(text)).toBe(expected));
