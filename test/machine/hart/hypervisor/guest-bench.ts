/** A hart with the hypervisor extension on the test bench: one instruction in any mode, and what became of it. */
import type { TrapEvent } from '../../../../src/machine/hart/events';
import type { Mode } from '../../../../src/machine/hart/privilege';
import { assemble } from '../../../../src/machine/isa';
import { BASE, bench, openMemory, type Bench } from '../bench-hart';

export const ONES = 0xffff_ffff_ffff_ffffn;

/** Where handlers would be; nobody gets there. */
export const HANDLER = { M: BASE + 0x1000n, S: BASE + 0x2000n, VS: BASE + 0x3000n } as const;

/** CSRs and their values, written in this order. */
export type Setting = Readonly<Record<string, bigint>>;

/** Fresh from reset, with all memory open, and all counters, timers and state to all modes; traps stay in M-mode. */
export function freshGuestBench(machine: Bench = bench()): Bench {
  const { hart } = machine;
  hart.reset();
  openMemory(hart);
  for (const counteren of ['mcounteren', 'hcounteren', 'scounteren']) hart.csr.write(counteren, ONES);
  for (const envcfg of ['menvcfg', 'henvcfg', 'senvcfg']) hart.csr.write(envcfg, ONES);
  for (const stateen of ['mstateen', 'hstateen']) for (const n of [0, 1, 2, 3]) hart.csr.write(`${stateen}${n}`, ONES);
  hart.csr.write('mtvec', HANDLER.M);
  hart.csr.write('stvec', HANDLER.S);
  hart.csr.write('vstvec', HANDLER.VS);
  return machine;
}

export function set({ hart }: Bench, setting: Setting): void {
  for (const [csr, value] of Object.entries(setting)) hart.csr.write(csr, value);
}

export const wordOf = (text: string): number => {
  const { bytes } = assemble(text);
  return bytes.length === 2
    ? new DataView(bytes.buffer).getUint16(0, true)
    : new DataView(bytes.buffer).getUint32(0, true);
};

/** Executes one instruction at `pc` in `mode`; gives the trap that it raised, if it did. */
export function execute(machine: Bench, mode: Mode, instruction: string | number, pc = BASE): TrapEvent | undefined {
  const { hart, poke } = machine;
  const word = typeof instruction === 'number' ? instruction : wordOf(instruction);
  poke(pc, BigInt(word), (word & 3) === 3 ? 4 : 2);
  hart.pc = pc;
  hart.mode = mode;
  let trap: TrapEvent | undefined;
  hart.onTrap = (event) => (trap ??= event);
  hart.run(1);
  return trap;
}

/** `ok`, or the cause. */
export type Outcome = 'ok' | number;

export function outcome(machine: Bench, mode: Mode, instruction: string | number): Outcome {
  return execute(machine, mode, instruction)?.cause ?? 'ok';
}
