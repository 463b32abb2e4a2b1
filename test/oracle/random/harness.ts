/**
 * The program around random programs. In M-mode it sets each up from its record and enters it; handlers log its traps and go on behind
 * them, until the trap at its end; then registers, CSRs, log, data and page tables are folded to one number, which is printed.
 */
import { RAM_BASE } from '../../../src/machine/engine/layout';
import { assemble } from '../../../src/machine/isa';
import { program } from '../bare-program';
import { machineHandler, supervisorHandler } from './handlers';
import { each, when } from './lines';
import {
  CELL,
  CELLS,
  CODE,
  DATA,
  DATA_BYTES,
  HYPERVISOR_HANDLER,
  LOG,
  MOST_TRAPS,
  RECORDS,
  REGISTERS,
  SUPERVISOR_HANDLER,
} from './map';

/** Offsets in a record: u64 each, then code, set-up code, and pairs of address and value for page tables, up to `size`. */
export const RECORD = {
  size: 0,
  /** Offsets of the set-up code and of the pairs. */
  setup: 8,
  pairs: 16,
  /** Address at which the program ends. */
  end: 24,
  /** mstatus before mret. */
  status: 32,
  /** Seed of what the data holds: not 0. */
  seed: 40,
  fcsr: 48,
  /** x1 to x29, f0 to f31. */
  x: 56,
  f: 56 + 29 * 8,
  code: 56 + 61 * 8,
} as const;

export interface HarnessOptions {
  readonly float: boolean;
  readonly hypervisor: boolean;
  /** Prints every word instead of folding them: to look at one program. */
  readonly dump: boolean;
}

/** The CSRs that a program leaves behind and that are 0 before it. */
const CSRS = ['mscratch', 'sscratch', 'sepc', 'scause', 'stval', 'satp', 'scounteren'];
const HYPERVISOR_CSRS = ['vsscratch', 'vsepc', 'vscause', 'vstval', 'vsatp', 'vsstatus', 'hgatp'];
/** What is 0 before it, too. */
const RESET = ['medeleg', 'mideleg', 'mie', 'mip', 'mcounteren'];
const RESET_HYPERVISOR = ['hedeleg', 'hideleg', 'hcounteren', 'mtval2', 'mtinst', 'htval', 'htinst'];

/** CSRs at the end as they are printed. */
export const endCsrs = ({ hypervisor }: HarnessOptions): readonly string[] => [
  ...CSRS,
  ...(hypervisor ? HYPERVISOR_CSRS : []),
];

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const setUp = (options: HarnessOptions): string => `
  la t0, m_trap
  csrw mtvec, t0
  li s0, ${RECORDS}
next_record:
  ld t0, ${RECORD.size}(s0)
  beqz t0, exit
  li t6, ${CELLS}
  sd s0, ${CELL.record}(t6)
  ld t0, ${RECORD.end}(s0)
  sd t0, ${CELL.end}(t6)
  li t0, ${MOST_TRAPS}
  sd t0, ${CELL.traps}(t6)
  addi t0, t6, ${LOG}
  sd t0, ${CELL.log}(t6)
  addi t2, s0, ${RECORD.code}
  ld t3, ${RECORD.setup}(s0)
  add t3, t3, s0
  li t1, ${CODE}
copy:
  ld t0, 0(t2)
  sd t0, 0(t1)
  addi t2, t2, 8
  addi t1, t1, 8
  bltu t2, t3, copy
  fence.i
  li t1, ${DATA}
  li t3, ${DATA + DATA_BYTES}
  ld t0, ${RECORD.seed}(s0)
fill: # xorshift64
  sd t0, 0(t1)
  slli t2, t0, 13
  xor t0, t0, t2
  srli t2, t0, 7
  xor t0, t0, t2
  slli t2, t0, 17
  xor t0, t0, t2
  addi t1, t1, 8
  bltu t1, t3, fill
  call pairs_range
  j enter_test
enter_pair:
  ld t3, 0(a1)
  ld t0, 8(a1)
  sd t0, 0(t3)
  addi a1, a1, 16
enter_test:
  bltu a1, a2, enter_pair
  csrw mstatus, zero
  ${each([...RESET, ...endCsrs(options), ...(options.hypervisor ? RESET_HYPERVISOR : [])], (name) => `csrw ${name}, zero`)}
  li t0, -1
  csrw pmpaddr0, t0
  li t0, 0x1f
  csrw pmpcfg0, t0
  li t0, ${SUPERVISOR_HANDLER}
  csrw stvec, t0
  ${when(options.hypervisor, `csrw hstatus, zero\n csrw vstvec, t0\n li t0, ${HYPERVISOR_HANDLER}\n csrw stvec, t0\n hfence.gvma\n hfence.vvma`)}
  sfence.vma
  ld t0, ${RECORD.setup}(s0)
  add t0, t0, s0
  jalr t0
  ${when(options.float, `li t0, 0x2000\n csrs mstatus, t0\n ld t0, ${RECORD.fcsr}(s0)\n csrw fcsr, t0`)}
  ${when(
    options.float,
    each(range(0, 31), (i) => `fld f${i}, ${RECORD.f + 8 * i}(s0)`),
  )}
  ld t0, ${RECORD.status}(s0)
  csrw mstatus, t0
  li t0, ${CODE}
  csrw mepc, t0
  mv x31, s0
  ${each(range(1, 29), (i) => `ld x${i}, ${RECORD.x + 8 * (i - 1)}(x31)`)}
  li x30, 0
  li x31, 0
  mret
pairs_range: # the pairs' first address in a1, their end in a2
  ld a1, ${RECORD.pairs}(s0)
  ld a2, ${RECORD.size}(s0)
  add a1, a1, s0
  add a2, a2, s0
  ret`;

const foldRange = (label: string): string => `
  j ${label}_test
${label}: # from the address in a1 to that in a2
  ld a0, 0(a1)
  call fold
  addi a1, a1, 8
${label}_test:
  bltu a1, a2, ${label}`;

/** Comes with the program's registers, but t6, which is the cells, and t5. */
const finish = (options: HarnessOptions): string => `
finish:
  li t5, ${CELLS + REGISTERS}
  ${each(range(1, 29), (i) => `sd x${i}, ${8 * (i - 1)}(t5)`)}
  ${when(
    options.float,
    `li t0, 0x2000\n csrs mstatus, t0\n csrr t0, fcsr\n sd t0, ${8 * 61}(t5)\n ${each(range(0, 31), (i) => `fsd f${i}, ${8 * (29 + i)}(t5)`)}`,
  )}
  la sp, stack
  li s1, 0
  mv s2, t6
  mv a1, t5
  addi a2, a1, ${8 * registersAtEnd(options)}
  ${foldRange('fold_registers')}
  ${each(endCsrs(options), (name) => `csrr a0, ${name}\n call fold`)}
  addi a1, s2, ${LOG}
  ld a2, ${CELL.log}(s2)
  ${foldRange('fold_log')}
  li a1, ${DATA}
  li a2, ${DATA + DATA_BYTES}
  ${foldRange('fold_data')}
  ld s0, ${CELL.record}(s2)
  call pairs_range
  j leave_test
leave_pair: # what became of the entry; then it is 0 again
  ld a3, 0(a1)
  ld a0, 0(a3)
  sd zero, 0(a3)
  call fold
  addi a1, a1, 16
leave_test:
  bltu a1, a2, leave_pair
  ${when(!options.dump, 'mv a0, s1\n call report')}
  ld t0, ${RECORD.size}(s0)
  add s0, s0, t0
  j next_record
fold:
  ${when(options.dump, 'j report')}
  slli t0, s1, 5
  sub s1, t0, s1
  add s1, s1, a0
  ret`;

/** How many registers are printed: x1 to x29, then f0 to f31 and fcsr. */
export const registersAtEnd = ({ float }: HarnessOptions): number => (float ? 62 : 29);

/** The image up to RECORDS. */
export function harness(options: HarnessOptions): Uint8Array {
  const image = new Uint8Array(RECORDS - RAM_BASE);
  const put = (source: string, address: number, most: number): void => {
    const { bytes } = assemble(source, { origin: BigInt(address) });
    if (bytes.length > most) throw new Error(`the harness has ${bytes.length} bytes instead of ${most} at most`);
    image.set(bytes, address - RAM_BASE);
  };
  put(
    program(`${setUp(options)}`).concat(finish(options), machineHandler(options.hypervisor)),
    RAM_BASE,
    SUPERVISOR_HANDLER - RAM_BASE,
  );
  put(supervisorHandler('s'), SUPERVISOR_HANDLER, HYPERVISOR_HANDLER - SUPERVISOR_HANDLER);
  put(supervisorHandler('hs'), HYPERVISOR_HANDLER, CELLS - HYPERVISOR_HANDLER);
  return image;
}
