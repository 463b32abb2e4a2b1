/** What a row of the instruction table does, as a line of text made from the row itself. */
import type { BinaryOp, Expr, FloatOperation, Row, Semantics, UnaryOp } from '#machine';

const OPERATORS: Readonly<Record<BinaryOp, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  mulhu: 'mulhu',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr_s: '>>s',
  shr_u: '>>u',
  div_s: '/s',
  div_u: '/u',
  rem_s: '%s',
  rem_u: '%u',
  eq: '==',
  ne: '!=',
  lt_s: '<s',
  lt_u: '<u',
  ge_s: '>=s',
  ge_u: '>=u',
};

const FUNCTIONS: Readonly<Record<UnaryOp, string>> = {
  sext8: 'sext8',
  sext16: 'sext16',
  sext32: 'sext32',
  clz: 'leading zeros of ',
  ctz: 'trailing zeros of ',
  popcnt: 'ones in ',
};

/** `sext32(rs1 + imm)`; operators end in s or u where the sign matters. */
export function exprText(expr: Expr, isInner = false): string {
  switch (expr.kind) {
    case 'operand':
      return expr.name;
    case 'const':
      return expr.value > 9n || expr.value < -9n ? hex(expr.value) : String(expr.value);
    case 'unary':
      return `${FUNCTIONS[expr.op]}(${exprText(expr.a)})`;
    case 'binary': {
      if (expr.op === 'mulhu')
        return `high 64 bits of (${exprText(expr.a, true)} * ${exprText(expr.b, true)}, unsigned)`;
      const text = `${exprText(expr.a, true)} ${OPERATORS[expr.op]} ${exprText(expr.b, true)}`;
      return isInner ? `(${text})` : text;
    }
    case 'select': {
      const text = `${exprText(expr.condition)} ? ${exprText(expr.then)} : ${exprText(expr.otherwise)}`;
      return isInner ? `(${text})` : text;
    }
  }
}

const hex = (value: bigint): string => (value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`);

/** Rows that compute nothing: harts here run in turn and see each other's accesses in order. */
const ORDERINGS: Readonly<Record<string, string>> = {
  fence: 'orders the memory accesses before it (pred) and behind it (succ)',
  'fence.tso': 'orders memory accesses, but for a store before and a load behind',
  pause: 'a hint: this hart waits in a loop, others may go first',
};

/** One line: `rd = memory[rs1 + imm], 4 bytes, sign-extended`. */
export const semanticsText = ({ name, does }: Row): string => ORDERINGS[name] ?? textOf(does);

const textOf = <K extends Semantics['kind']>(does: Semantics & { readonly kind: K }): string =>
  (TEXTS[does.kind] as (does: Semantics) => string)(does);

type Of<K extends Semantics['kind']> = Extract<Semantics, { readonly kind: K }>;

const TEXTS: { readonly [K in Semantics['kind']]: (does: Of<K>) => string } = {
  compute: ({ value, float }) => `${float ? 'fd' : 'rd'} = ${exprText(value)}`,
  load: loadText,
  store: ({ guest, float, width }) =>
    `${guest ? "the guest's memory[rs1]" : 'memory[rs1 + imm]'} = ${float ? 'fs2' : 'rs2'}, ${bytes(width)}`,
  branch: ({ taken }) => `if ${exprText(taken)}: pc = pc + imm`,
  jal: () => 'rd = address of the next instruction; pc = pc + imm',
  jalr: () => 'rd = address of the next instruction; pc = rs1 + imm, with bit 0 cleared',
  lr: ({ width }) => `rd = memory[rs1], ${bytes(width)}, and the address is reserved`,
  sc: ({ width }) =>
    `if the address is still reserved: memory[rs1] = rs2, ${bytes(width)}, and rd = 0; otherwise rd = 1`,
  amo: ({ width, value }) =>
    `old = memory[rs1], ${bytes(width)}; memory[rs1] = ${exprText(value)}; rd = old; nobody comes between`,
  float: ({ operation }) =>
    `${floatText(operation)}, rounded${operation.op === 'fma' ? ' once' : ''}; fflags |= what it raised`,
  csr: ({ op, immediate }) => `rd = csr; csr = ${CSR_OPERATIONS[op](immediate ? 'zimm' : 'rs1')}`,
  system: ({ action }) => SYSTEM_ACTIONS[action],
};

function loadText({ width, signed, float, guest }: Of<'load'>): string {
  const extended = float ? 'NaN-boxed' : `${signed ? 'sign' : 'zero'}-extended`;
  return [
    `${float ? 'fd' : 'rd'} = ${guest ? "the guest's memory[rs1]" : 'memory[rs1 + imm]'}`,
    bytes(width),
    ...(width === 8 ? [] : [extended]),
    ...(guest === 'code' ? ['which must be executable'] : []),
  ].join(', ');
}

const bytes = (width: number): string => (width === 1 ? '1 byte' : `${width} bytes`);

const CSR_OPERATIONS = {
  swap: (operand: string) => operand,
  set: (operand: string) => `csr | ${operand} (no write if ${operand} is x0 or 0)`,
  clear: (operand: string) => `csr & ~${operand} (no write if ${operand} is x0 or 0)`,
};

const ARITHMETIC = {
  add: 'fs1 + fs2',
  sub: 'fs1 - fs2',
  mul: 'fs1 * fs2',
  div: 'fs1 / fs2',
  sqrt: 'square root of fs1',
};

function floatText(operation: FloatOperation): string {
  switch (operation.op) {
    case 'fma':
      return `fd = ${operation.negateProduct ? '-' : ''}(fs1 * fs2) ${operation.negateAddend ? '-' : '+'} fs3`;
    case 'toInteger':
      return `rd = fs1 as an integer (${operation.integer})`;
    case 'fromInteger':
      return `fd = rs1 (${operation.integer}) as a floating-point number`;
    case 'convert':
      return 'fd = fs1 in the other format';
    default:
      return `fd = ${ARITHMETIC[operation.op]}`;
  }
}

/** What the hart does in ways of its own (hart/system.ts). */
const SYSTEM_ACTIONS: Readonly<Record<string, string>> = {
  ecall: 'calls the environment: a trap whose cause says from which mode',
  ebreak: 'a breakpoint exception, for debuggers',
  mret: 'returns from a trap to M-mode: mode = MPP, V = MPV, pc = mepc, MIE = MPIE',
  sret: 'returns from a trap to S-mode: mode = SPP, pc = sepc, SIE = SPIE; in HS-mode also V = SPV',
  wfi: 'waits until an interrupt is pending; it may also wait less',
  'sfence.vma':
    'orders writes to page tables before the translations that follow: all, those of rs1’s page, those of rs2’s ASID, or both',
  'fence.i': 'what this hart has stored is what it fetches from now on',
  'hfence.vvma': 'sfence.vma for the guest’s own tables (vsatp), done by the hypervisor',
  'hfence.gvma': 'sfence.vma for the G-stage (hgatp): rs1 is a guest-physical address / 4, rs2 a VMID',
  'sinval.vma': 'drops translations as sfence.vma does, between sfence.w.inval and sfence.inval.ir',
  'sfence.w.inval': 'orders stores before the sinval.vma that follow',
  'sfence.inval.ir': 'orders the sinval.vma before the accesses that follow',
  'hinval.vvma': 'hfence.vvma, between sfence.w.inval and sfence.inval.ir',
  'hinval.gvma': 'hfence.gvma, between sfence.w.inval and sfence.inval.ir',
  'cbo.inval': 'forgets the cache block at rs1',
  'cbo.clean': 'writes the cache block at rs1 back to memory',
  'cbo.flush': 'writes the cache block at rs1 back and forgets it',
  'cbo.zero': 'fills the cache block at rs1 with zeros',
};
