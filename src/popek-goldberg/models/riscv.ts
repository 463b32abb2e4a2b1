/** RV64, and RV64-leaky: the course's own machine, on its own hart. */
import { assemble } from '#machine';
import { textOf, type Instruction, type Machine, type State, type Values } from '../state';
import { CODE, DATA, FOR_S, FOR_U, RiscvHart } from './riscv-hart';

/** Bits of sstatus. */
const SIE = 1 << 1;
const SPIE = 1 << 5;
const SPP = 1 << 8;

/** Assembly, what it does, and what a0 (or another place) holds, where that matters. */
const ROWS: readonly (readonly [text: string, does: string, ...programs: Values[]])[] = [
  ['addi a0, a0, 3', 'adds'],
  ['ld a0, (a1)', 'loads', {}, { a1: 8 }],
  ['sd a0, (a1)', 'stores', {}, { a1: 8 }],
  ['amoadd.d a0, a0, (a1)', 'adds to memory, atomically'],
  ['jal a0, .+16', 'jumps, with the old address in a register'],
  ['fence', 'orders memory accesses'],
  ['ecall', 'calls the next mode: traps in both'],
  ['ebreak', 'asks the debugger: traps in both modes'],
  ['csrr a0, cycle', 'reads a counter, where scounteren lets it'],
  ['csrr a0, sstatus', 'reads the status register'],
  ['csrw sstatus, a0', 'writes it', { a0: 0 }, { a0: SIE }],
  ['csrr a0, sie', 'reads which interrupts may come'],
  ['csrw sie, a0', 'writes it', { a0: 0x222 }],
  ['csrr a0, satp', 'reads where the page table is'],
  ['csrw satp, a0', 'writes it', { a0: FOR_S.satp, 'a0.high': FOR_S['satp.high'] }],
  ['csrw stvec, a0', 'writes where traps go', { a0: 0x100 }],
  ['csrr a0, scause', 'reads why the last trap came'],
  ['csrrw a0, sscratch, a0', "swaps with the supervisor's scratch register"],
  ['csrw sepc, a0', 'writes where a trap returns to', { a0: 0x200 }],
  ['sret', 'returns from a trap'],
  ['wfi', 'waits for an interrupt'],
  ['sfence.vma', 'empties the TLB'],
  ['csrr a0, mstatus', "reads M-mode's status: traps in both modes"],
];

const BASE: Values = {
  sstatus: 0,
  sie: 0,
  stvec: 0,
  sscratch: 7,
  sepc: CODE + 0x40,
  scause: 0,
  stval: 0,
  scounteren: 0,
  satp: 0,
  'satp.high': 0,
  tlb: 1,
};
const OTHERS: readonly Values[] = [
  { sstatus: SIE },
  { sstatus: SPP },
  { sstatus: SPIE },
  { sie: 0x20 },
  { stvec: 0x80 },
  { sscratch: 9 },
  { sepc: CODE + 0x80 },
  { scause: 8 },
  { scounteren: 7 },
  FOR_S,
  FOR_U,
  { tlb: 0 },
];
const PROGRAM: Values = { a0: 6, 'a0.high': 0, a1: DATA, word: 40 };

function machine(isa: string, about: Pick<Machine, 'name' | 'title' | 'notes' | 'source'>): Machine {
  let hart: RiscvHart | undefined;
  const run = (word: number, state: State) => (hart ??= new RiscvHart(isa)).run(word, state);
  return {
    ...about,
    modes: { s: 'S-mode', u: 'U-mode' },
    resources: "the supervisor's CSRs, the TLB",
    instructions: ROWS.map(([text, does, ...programs]): Instruction => {
      const word = wordOf(text);
      return {
        name: text,
        does,
        get states() {
          return statesOf(programs);
        },
        run: (state) => run(word, state),
      };
    }),
    seen: ({ E, P }) => `P=${P} ${textOf(E)}`,
  };
}

function statesOf(programs: readonly Values[]): State[] {
  const all = programs.length === 0 ? [{}] : programs;
  return all.flatMap((program) =>
    [{}, ...OTHERS].flatMap((change) =>
      (['s', 'u'] as const).map((M) => ({ E: { ...PROGRAM, ...program }, M, P: 0, R: { ...BASE, ...change } })),
    ),
  );
}

function wordOf(text: string): number {
  const { bytes } = assemble(`.option norvc\n${text}\n`, { origin: 0n });
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

const SOURCE = 'RISC-V Instruction Set Manual, Volume II: Privileged Architecture, "Supervisor-Level ISA"';
const NOTES = [
  'Every state is set up on the hart itself, and one instruction runs. Exceptions go to M-mode, where a monitor would be.',
];

export const rv64 = machine('rv64imac', {
  name: 'rv64',
  title: "RV64, the course's hart",
  source: SOURCE,
  notes: NOTES,
});

export const rv64Leaky = machine('rv64imac_xleaky', {
  name: 'rv64-leaky',
  title: 'RV64-leaky, that hart with leaks',
  source: `${SOURCE}; docs/leaky.md`,
  notes: NOTES,
});
