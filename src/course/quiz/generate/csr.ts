/** Lesson 03: what a CSR instruction says, and what it does. Zicsr, "CSR Instructions"; Privileged, "sstatus". */
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

const SPP = 1 << 8;
const SPIE = 1 << 5;
const SIE = 1 << 1;

interface Csr {
  readonly name: string;
  readonly number: number;
}
const CSRS: readonly Csr[] = [
  { name: 'sstatus', number: 0x100 },
  { name: 'sie', number: 0x104 },
  { name: 'stvec', number: 0x105 },
  { name: 'sscratch', number: 0x140 },
  { name: 'sepc', number: 0x141 },
  { name: 'scause', number: 0x142 },
  { name: 'stval', number: 0x143 },
  { name: 'satp', number: 0x180 },
];

interface Register {
  readonly name: string;
  readonly number: number;
}
const REGISTERS: readonly Register[] = [
  { name: 't0', number: 5 },
  { name: 't1', number: 6 },
  { name: 'a0', number: 10 },
  { name: 'a1', number: 11 },
  { name: 's2', number: 18 },
];

/** funct3 of the three register forms. */
const FORMS = [
  { name: 'csrrw', funct3: 1 },
  { name: 'csrrs', funct3: 2 },
  { name: 'csrrc', funct3: 3 },
] as const;

/** Which CSR does this word access? */
export function csrNumber(random: Random): Draft {
  const csr = random.pick(CSRS);
  const form = random.pick(FORMS);
  const [rd, rs1] = random.shuffle(REGISTERS);
  const word = csr.number * 2 ** 20 + (rs1.number << 15) + (form.funct3 << 12) + (rd.number << 7) + 0x73;
  return {
    kind: 'number',
    ask: `The guest's kernel trapped: \`scause\` is 2 and \`stval\` is \`0x${word.toString(16).padStart(8, '0')}\`. The opcode (bits 6..0) is 0x73, SYSTEM, and funct3 (bits 14..12) is ${form.funct3}, \`${form.name}\`. Which CSR number does the instruction name?`,
    answer: csr.number,
    within: 0,
    hex: true,
    why: `The CSR number is the upper twelve bits, 31..20: 0x${csr.number.toString(16)}, which is \`${csr.name}\`. The whole instruction is \`${form.name} ${rd.name}, ${csr.name}, ${rs1.name}\`.`,
    mistakes: realMistakes(csr.number, [
      {
        answer: rs1.number,
        why: `Those are bits 19..15, rs1: the register \`${rs1.name}\` that the new value comes from.`,
      },
      { answer: rd.number, why: `Those are bits 11..7, rd: the register \`${rd.name}\` that receives the old value.` },
      {
        answer: form.funct3,
        why: 'That is funct3: it says which of the CSR instructions this is, not which register it names.',
      },
    ]),
  };
}

/** What is in the CSR afterwards? */
export function csrEffect(random: Random): Draft {
  const form = random.pick(FORMS);
  const before = random.int(1, 0xff);
  const operand = random.int(1, 0xff);
  const after = { csrrw: operand, csrrs: before | operand, csrrc: before & ~operand }[form.name];
  const words = {
    csrrw: 'replaces the register',
    csrrs: 'sets the bits that are 1 in rs1',
    csrrc: 'clears the bits that are 1 in rs1',
  };
  return {
    kind: 'number',
    ask: `The guest's virtual \`sscratch\` holds 0x${before.toString(16)}, its \`t1\` holds 0x${operand.toString(16)}, and it executes \`${form.name} t0, sscratch, t1\`. What does the virtual \`sscratch\` hold afterwards?`,
    answer: after,
    within: 0,
    hex: true,
    why: `\`${form.name}\` ${words[form.name]}: 0x${after.toString(16)}. \`t0\` receives the old value, 0x${before.toString(16)}.`,
    mistakes: realMistakes(after, [
      {
        answer: before,
        why: 'That is the old value, which goes to `t0`. Reading and writing happen in the same instruction.',
      },
      { answer: operand, why: `That is what \`csrrw\` would leave. \`${form.name}\` ${words[form.name]}.` },
      { answer: before | operand, why: `That is what \`csrrs\` would leave. \`${form.name}\` ${words[form.name]}.` },
      { answer: before & ~operand, why: `That is what \`csrrc\` would leave. \`${form.name}\` ${words[form.name]}.` },
      { answer: before & operand, why: '`csrrc` clears the bits that are set in rs1; it does not keep them.' },
    ]),
  };
}

/** The interrupt stack of sstatus, popped. */
export function statusAfterSret(random: Random): Draft {
  const spp = random.int(0, 1);
  const spie = random.int(0, 1);
  const before = spp * SPP + spie * SPIE + random.int(0, 1) * SIE;
  const after = SPIE + spie * SIE;
  return {
    kind: 'number',
    ask: `Bits of \`sstatus\`: SIE is bit 1, SPIE bit 5, SPP bit 8. The guest's virtual \`sstatus\` is 0x${before.toString(16)} (all other bits 0) and its kernel executes \`sret\`. What is the virtual \`sstatus\` afterwards?`,
    answer: after,
    within: 0,
    hex: true,
    why: `SIE takes SPIE's value (${spie}), SPIE becomes 1, SPP becomes 0; the mode becomes ${spp === 1 ? 'S' : 'U'}, which is what SPP was.`,
    mistakes: realMistakes(after, [
      {
        answer: before,
        why: '`sret` does not only move the pc: it pops the little stack of sstatus, in which SPIE and SPP hold what was true before the trap.',
      },
      {
        answer: after + spp * SPP,
        why: 'SPP is consumed by the return: the manual sets it to the least privileged mode, U, that is 0.',
      },
      { answer: spie * SIE, why: 'SPIE is set to 1, not cleared, once SIE has taken its value.' },
      { answer: spie * (SPIE + SIE), why: 'SPIE does not keep its value: `sret` sets it to 1 whatever it was.' },
    ]),
  };
}
