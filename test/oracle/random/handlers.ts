/** The trap handlers around random programs: each logs a trap and goes on behind the instruction, until the trap at the program's end. */
import { Exception } from '../../../src/machine/hart/cause';
import { GuestStatus } from '../../../src/machine/hart/fields';
import { each } from './lines';
import { CELL, CELLS, CODE, LOG_WORDS, TRAP_HANDLERS } from './map';

interface Differences {
  /** For labels. */
  readonly name: 'm' | 's' | 'hs';
  /** The letter in the names of CSRs. */
  readonly mode: 'm' | 's';
  /** The bit of the status register that must change while the handler uses memory, times 4096; and how: csrrc or csrrs. */
  readonly status: number;
  readonly change: 'csrrc' | 'csrrs';
  /** The CSR for guest-physical addresses, and whether hstatus is logged. */
  readonly tval2?: string;
  readonly hypervisorStatus?: boolean;
  readonly done: string;
}

/** Left out of the log, as are mtinst and htinst: see qemu-differences.ts. */
const MACHINE_GVA = BigInt(GuestStatus.GVA) << 32n;

const SAVED = ['t0', 't1', 't2', 't3'];
const restore = each(SAVED, (name, i) => `ld ${name}, ${CELL.saved + 8 * i}(t6)`);

/** Logs the trap and goes on behind the instruction, or, if that was not in the program, at ra, if that is. Changes t5 and t6. */
const handler = ({ name, mode, status, change, tval2, hypervisorStatus, done }: Differences): string => `
${name}_trap:
  lui t5, ${status}
  ${change} t5, ${mode}status, t5
  li t6, ${CELLS}
  sd t5, ${CELL.status}(t6)
  ${each(SAVED, (register, i) => `sd ${register}, ${CELL.saved + 8 * i}(t6)`)}
  ld t0, ${CELL.log}(t6)
  csrr t1, ${mode}cause
  sd t1, 0(t0)
  addi t1, t1, ${-Exception.virtualInstruction}
  bnez t1, ${name}_log
  csrw ${mode}tval, zero # see qemu-differences.ts
${name}_log:
  csrr t1, ${mode}tval
  sd t1, 8(t0)
  csrr t1, ${mode}epc
  sd t1, 16(t0)
  li t2, ${~MACHINE_GVA}
  and t2, t2, t5
  sd t2, 24(t0)
  ${tval2 ? `li t2, ${Exception.instructionGuestPageFault}\n csrr t1, ${mode}cause\n bgeu t1, t2, ${name}_tval2\n csrw ${tval2}, zero # see qemu-differences.ts\n ${name}_tval2: csrr t2, ${tval2}\n csrr t1, ${mode}epc` : 'li t2, 0'}
  sd t2, 32(t0)
  ${hypervisorStatus ? `csrr t2, hstatus\n andi t2, t2, ${~GuestStatus.GVA}` : 'li t2, 0'}
  sd t2, 40(t0)
  li t2, ${TRAP_HANDLERS.indexOf(name)}
  sd t2, 48(t0)
  addi t0, t0, ${8 * LOG_WORDS}
  sd t0, ${CELL.log}(t6)
  ld t0, ${CELL.end}(t6)
  beq t0, t1, ${name}_done
  li t2, ${CODE}
  sltu t2, t1, t2
  sltu t0, t0, t1
  or t2, t2, t0
  ld t0, ${CELL.traps}(t6)
  addi t0, t0, -1
  sd t0, ${CELL.traps}(t6)
  beqz t0, ${name}_done
  bnez t2, ${name}_outside
  lhu t0, 0(t1)
  andi t0, t0, 3
  addi t0, t0, -3
  addi t1, t1, 2
  bnez t0, ${name}_resume
  addi t1, t1, 2
  j ${name}_resume
${name}_outside:
  andi t1, ra, -2
  li t0, ${CODE}
  bltu t1, t0, ${name}_done
  ld t0, ${CELL.end}(t6)
  bltu t0, t1, ${name}_done
${name}_resume:
  csrw ${mode}epc, t1
  ${restore}
  ld t5, ${CELL.status}(t6)
  csrw ${mode}status, t5
  li t5, 0
  ${mode}ret
${name}_done:
  ${restore}
  ${done}`;

export const machineHandler = (hypervisor: boolean): string =>
  handler({
    name: 'm',
    mode: 'm',
    status: 0x20, // MPRV
    change: 'csrrc',
    tval2: hypervisor ? 'mtval2' : undefined,
    done: 'j finish',
  });

/** They end the program by an ecall to M-mode, which finds that the program's end is here. */
export const supervisorHandler = (name: 's' | 'hs'): string =>
  handler({
    name,
    mode: 's',
    status: 0x40, // SUM
    change: 'csrrs',
    ...(name === 'hs' ? { tval2: 'htval', hypervisorStatus: true } : {}),
    done: `la t5, ${name}_end\n sd t5, ${CELL.end}(t6)\n ${name}_end: ecall`,
  });
