/** ISA strings, and what a machine without an extension lacks. Unprivileged, "ISA Extension Naming Conventions". */
import { random32, randomOperands } from './random';
import {
  createMachine,
  decoderOf,
  encode,
  EXTENSIONS,
  FULL_ISA,
  InputError,
  isInIsa,
  parseIsa,
  ROWS,
} from '../../../src/machine';

test.each([
  ['rv64i', 'rv64i_zicntr_zicsr_zifencei_zihpm'], // "I" before version 2.1 contained these
  ['RV64IMAC', 'rv64imac_zicntr_zicsr_zifencei_zihpm'],
  ['rv64ic_zbs_zba', 'rv64ic_zicntr_zicsr_zifencei_zihpm_zba_zbs'], // any order is understood, the canonical one is written
  ['rv64ib', 'rv64i_zicntr_zicsr_zifencei_zihpm_zba_zbb_zbs'], // "B" is Zba, Zbb and Zbs
])('%s is %s', (text, name) => {
  expect(parseIsa(text).name).toBe(name);
  expect(parseIsa(name).name).toBe(name);
});

test.each([
  ['rv32i', 'isa "rv32i": this machine is RV64; begin with rv64.'],
  ['rv64ma', 'isa "rv64ma": the base is missing; begin with rv64i or rv64g.'],
  ['rv64iv', /^isa "rv64iv": there is no extension "v" here; all there is: rv64im/],
  ['rv64i_', /^isa "rv64i_": there is no extension "" here/],
  ['rv64i_constructor', /^isa "rv64i_constructor": there is no extension "constructor" here/],
])('%s is refused', (text, sentence) => {
  expect(() => parseIsa(text)).toThrow(InputError);
  expect(() => parseIsa(text)).toThrow(sentence);
});

test('every extension that a machine can have brings a row, or is named here', () => {
  const withoutRows = [
    'Zicntr',
    'Zihintpause',
    'Zihpm',
    'Smstateen',
    'Sstc',
    'Svade',
    'Svadu',
    'Svnapot',
    'Svpbmt',
    'Xleaky',
  ]; // CSRs, page tables, a hint that is always a fence
  const extensions = EXTENSIONS.filter((extension) => !ROWS.some((row) => row.extension === extension));
  expect(extensions).toEqual(withoutRows);
});

test.each(EXTENSIONS.filter((extension) => extension !== 'I'))(
  'without %s its instructions are illegal',
  (extension) => {
    const isa = parseIsa(
      FULL_ISA.name.replace(extension.length === 1 ? extension.toLowerCase() : `_${extension.toLowerCase()}`, ''),
    );
    const decode = decoderOf(isa);
    const random = random32(1);
    for (const row of ROWS) {
      const found = decode(encode(row, randomOperands(row, random)))?.encodedAs.name;
      if (!isInIsa(row, isa)) expect([row.name, found]).not.toEqual([row.name, row.name]);
    }
  },
);

test('the device tree says just what is there, and misa has its letters', () => {
  const machine = createMachine({ isa: 'rv64im', engine: 'step' });
  const tree = Buffer.from(machine.fdt()).toString('latin1');
  expect(tree).toContain('rv64im_zicntr_zicsr_zifencei_zihpm\0');
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter(
    (_, i) => (machine.harts[0].csr.read('misa') >> BigInt(i)) & 1n,
  );
  expect(letters.join('')).toBe('IMSU');
});

test('what is ours alone comes last in the ISA string, is not there unless asked for, and misa.X says so', () => {
  // "Non-standard extensions (...) must be listed after all standard extensions"; misa, bit 23: "Non-standard extensions present"
  const isa = parseIsa('rv64i_xleaky_svpbmt');
  expect(isa.name).toBe('rv64i_zicntr_zicsr_zifencei_zihpm_svpbmt_xleaky');
  expect(FULL_ISA.has('Xleaky')).toBe(false);
  const misa = (name: string) => createMachine({ isa: name, engine: 'step' }).harts[0].csr.read('misa');
  expect(misa('rv64i_xleaky') ^ misa('rv64i')).toBe(1n << 23n);
});
