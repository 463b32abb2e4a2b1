/** Other names for instructions, read both ways, to assemble and to disassemble. Unprivileged manual, "Assembly Programmer's Handbook". */

/** `alias` stands for `canonical`; words on both sides are operands, the rest is literal. */
export interface Alias {
  readonly alias: string;
  readonly canonical: string;
  /** The disassembler does not write this alias: another one, or the canonical form, says it better. */
  readonly inputOnly?: boolean;
}

const both = (alias: string, canonical: string): Alias => ({ alias, canonical });
const input = (alias: string, canonical: string): Alias => ({ alias, canonical, inputOnly: true });

/** In the order of preference of the disassembler. */
export const ALIASES: readonly Alias[] = [
  both('nop', 'addi zero,zero,0'),
  both('li rd,imm', 'addi rd,zero,imm'),
  both('mv rd,rs1', 'addi rd,rs1,0'),
  both('mv rd,rs2', 'add rd,zero,rs2'), // what c.mv abbreviates
  both('not rd,rs1', 'xori rd,rs1,-1'),
  both('neg rd,rs2', 'sub rd,zero,rs2'),
  both('negw rd,rs2', 'subw rd,zero,rs2'),
  both('sext.w rd,rs1', 'addiw rd,rs1,0'),
  both('zext.b rd,rs1', 'andi rd,rs1,255'),
  both('zext.w rd,rs1', 'add.uw rd,rs1,zero'),
  both('seqz rd,rs1', 'sltiu rd,rs1,1'),
  both('snez rd,rs2', 'sltu rd,zero,rs2'),
  both('sltz rd,rs1', 'slt rd,rs1,zero'),
  both('sgtz rd,rs2', 'slt rd,zero,rs2'),
  input('sgt rd,rs2,rs1', 'slt rd,rs1,rs2'),
  input('sgtu rd,rs2,rs1', 'sltu rd,rs1,rs2'),

  both('beqz rs1,target', 'beq rs1,zero,target'),
  both('bnez rs1,target', 'bne rs1,zero,target'),
  both('blez rs2,target', 'bge zero,rs2,target'),
  both('bgez rs1,target', 'bge rs1,zero,target'),
  both('bltz rs1,target', 'blt rs1,zero,target'),
  both('bgtz rs2,target', 'blt zero,rs2,target'),
  input('bgt rs2,rs1,target', 'blt rs1,rs2,target'),
  input('ble rs2,rs1,target', 'bge rs1,rs2,target'),
  input('bgtu rs2,rs1,target', 'bltu rs1,rs2,target'),
  input('bleu rs2,rs1,target', 'bgeu rs1,rs2,target'),

  both('j target', 'jal zero,target'),
  both('jal target', 'jal ra,target'),
  both('ret', 'jalr zero,0(ra)'),
  both('jr rs1', 'jalr zero,0(rs1)'),
  both('jr imm(rs1)', 'jalr zero,imm(rs1)'),
  input('jr rs1,imm', 'jalr zero,imm(rs1)'),
  both('jalr rs1', 'jalr ra,0(rs1)'),
  both('jalr imm(rs1)', 'jalr ra,imm(rs1)'),
  both('jalr rd,rs1', 'jalr rd,0(rs1)'),
  input('jalr rd,rs1,imm', 'jalr rd,imm(rs1)'),

  ...['s', 'd'].flatMap((format) => [
    both(`fmv.${format} fd,fs1`, `fsgnj.${format} fd,fs1,fs1`),
    both(`fneg.${format} fd,fs1`, `fsgnjn.${format} fd,fs1,fs1`),
    both(`fabs.${format} fd,fs1`, `fsgnjx.${format} fd,fs1,fs1`),
    input(`fgt.${format} rd,fs2,fs1`, `flt.${format} rd,fs1,fs2`),
    input(`fge.${format} rd,fs2,fs1`, `fle.${format} rd,fs1,fs2`),
  ]),
  both('frflags rd', 'csrrs rd,fflags,zero'),
  both('fsflags rs1', 'csrrw zero,fflags,rs1'),
  both('fsflags rd,rs1', 'csrrw rd,fflags,rs1'),
  both('fsflagsi zimm', 'csrrwi zero,fflags,zimm'),
  both('fsflagsi rd,zimm', 'csrrwi rd,fflags,zimm'),
  both('frrm rd', 'csrrs rd,frm,zero'),
  both('fsrm rs1', 'csrrw zero,frm,rs1'),
  both('fsrm rd,rs1', 'csrrw rd,frm,rs1'),
  both('fsrmi zimm', 'csrrwi zero,frm,zimm'),
  both('fsrmi rd,zimm', 'csrrwi rd,frm,zimm'),
  both('frcsr rd', 'csrrs rd,fcsr,zero'),
  both('fscsr rs1', 'csrrw zero,fcsr,rs1'),
  both('fscsr rd,rs1', 'csrrw rd,fcsr,rs1'),
  input('fmv.x.s rd,fs1', 'fmv.x.w rd,fs1'), // their names until 2.1
  input('fmv.s.x fd,rs1', 'fmv.w.x fd,rs1'),

  both('unimp', 'csrrw zero,cycle,zero'), // a write to a read-only CSR: illegal for ever
  both('rdcycle rd', 'csrrs rd,cycle,zero'),
  both('rdtime rd', 'csrrs rd,time,zero'),
  both('rdinstret rd', 'csrrs rd,instret,zero'),
  both('csrr rd,csr', 'csrrs rd,csr,zero'),
  both('csrw csr,rs1', 'csrrw zero,csr,rs1'),
  both('csrs csr,rs1', 'csrrs zero,csr,rs1'),
  both('csrc csr,rs1', 'csrrc zero,csr,rs1'),
  both('csrwi csr,zimm', 'csrrwi zero,csr,zimm'),
  both('csrsi csr,zimm', 'csrrsi zero,csr,zimm'),
  both('csrci csr,zimm', 'csrrci zero,csr,zimm'),
  input('csrw csr,zimm', 'csrrwi zero,csr,zimm'),
  input('csrs csr,zimm', 'csrrsi zero,csr,zimm'),
  input('csrc csr,zimm', 'csrrci zero,csr,zimm'),
  input('csrrw rd,csr,zimm', 'csrrwi rd,csr,zimm'),
  input('csrrs rd,csr,zimm', 'csrrsi rd,csr,zimm'),
  input('csrrc rd,csr,zimm', 'csrrci rd,csr,zimm'),

  both('c.nop', 'c.nop 0'),
  both('fence', 'fence iorw,iorw'),
  both('sfence.vma', 'sfence.vma zero,zero'),
  both('sfence.vma rs1', 'sfence.vma rs1,zero'),
  both('hfence.vvma', 'hfence.vvma zero,zero'),
  both('hfence.vvma rs1', 'hfence.vvma rs1,zero'),
  both('hfence.gvma', 'hfence.gvma zero,zero'),
  both('hfence.gvma rs1', 'hfence.gvma rs1,zero'),

  // GNU as takes an immediate where the mnemonic asks for a register.
  input('add rd,rs1,imm', 'addi rd,rs1,imm'),
  input('addw rd,rs1,imm', 'addiw rd,rs1,imm'),
  input('and rd,rs1,imm', 'andi rd,rs1,imm'),
  input('or rd,rs1,imm', 'ori rd,rs1,imm'),
  input('xor rd,rs1,imm', 'xori rd,rs1,imm'),
  input('slt rd,rs1,imm', 'slti rd,rs1,imm'),
  input('sltu rd,rs1,imm', 'sltiu rd,rs1,imm'),
  input('sll rd,rs1,imm', 'slli rd,rs1,imm'),
  input('srl rd,rs1,imm', 'srli rd,rs1,imm'),
  input('sra rd,rs1,imm', 'srai rd,rs1,imm'),
  input('sllw rd,rs1,imm', 'slliw rd,rs1,imm'),
  input('srlw rd,rs1,imm', 'srliw rd,rs1,imm'),
  input('sraw rd,rs1,imm', 'sraiw rd,rs1,imm'),
];

/** The operands that an alias or a row's syntax can name. */
export const OPERAND_WORD = /\b(?:rd|rs1|rs2|rs3|fd|fs1|fs2|fs3|imm|shamt|upper|target|csr|zimm|pred|succ|rm)\b/g;

const READERS = ALIASES.filter((each) => !each.inputOnly).map(({ alias, canonical }) => ({
  alias,
  reader: readerOf(canonical),
}));

/** A pattern that finds the operands in canonical text: `addi rd,rs1,0` as /^addi (?<rd>[^,()]+),(?<rs1>[^,()]+),0$/; one named twice is the same twice. */
function readerOf(canonical: string): RegExp {
  const literal = canonical.replaceAll(/[.()]/g, (special) => `\\${special}`);
  const seen = new Set<string>();
  const reader = literal.replaceAll(OPERAND_WORD, (name) => {
    if (seen.has(name)) return `\\k<${name}>`;
    seen.add(name);
    return `(?<${name}>[^,()]+)`;
  });
  return new RegExp(`^${reader}$`);
}

/** The shorter name of an instruction written canonically (`addi a0,zero,5` as `li a0,5`), or the text itself. */
export function abbreviate(text: string): string {
  for (const { alias, reader } of READERS) {
    const found = reader.exec(text);
    if (found) return alias.replaceAll(OPERAND_WORD, (name) => found.groups![name]);
  }
  return text;
}
