/**
 * The trap handlers of random programs, which keep them going: back into the code, two bytes behind an exception, or further behind
 * an interrupt, so that endless loops end; and back to the mode that the program began in.
 */
import { assemble } from '../../../../src/machine/isa';
import { CODE_BYTES, MSIP, MTIMECMP } from './map';

/** What the handlers read, from their page on: u64 each. */
export const CELLS = 0x700;
export const CELL = {
  /** Virtual address of the code. */
  code: CELLS,
  /** Bits of mstatus and sstatus for the mode to return to: MPP, SPP. */
  mpp: CELLS + 8,
  spp: CELLS + 16,
} as const;

const OFFSET_BITS = Math.log2(CODE_BYTES);

interface Differences {
  /** The letter of its CSRs: a guest's own handler uses those of S-mode, too. */
  readonly mode: 'm' | 's';
  /** Offset in the page. */
  readonly at: number;
  /** Bits of the status register that are replaced by those of a cell. */
  readonly status: number;
  readonly statusCell: number;
  readonly endInterrupt: string;
}

/** The handlers may use t3 and t6: REGISTER.scratch. */
function handler({ mode, at, status, statusCell, endInterrupt }: Differences): Uint8Array {
  const source = `
    start:
      csrrw  t6, ${mode}scratch, t6
      li     t3, ${status}
      csrc   ${mode}status, t3           # MPRV is off before anything is loaded
      auipc  t3, 0
    here:
      ld     t3, ${statusCell} - (${at} + here - start - 4)(t3)
      csrs   ${mode}status, t3
      csrr   t6, ${mode}cause
      bgez   t6, exception
      ${endInterrupt}
      csrr   t6, ${mode}epc
      addi   t6, t6, 34
      j      out
    exception:
      csrr   t6, ${mode}epc
      addi   t6, t6, 2
    out:
      slli   t6, t6, ${64 - OFFSET_BITS} # the offset in the code, whose address is a multiple of its size
      srli   t6, t6, ${64 - OFFSET_BITS}
      auipc  t3, 0
    there:
      ld     t3, ${CELL.code} - (${at} + there - start - 4)(t3)
      add    t6, t6, t3
      csrw   ${mode}epc, t6
      csrrw  t6, ${mode}scratch, t6
      ${mode}ret
  `;
  return assemble(source).bytes;
}

const SUPERVISOR_INTERRUPTS = 0x222;

export const MACHINE_HANDLER = 0;
export const MACHINE_CODE = handler({
  mode: 'm',
  at: MACHINE_HANDLER,
  status: 0x21800, // MPRV, MPP
  statusCell: CELL.mpp,
  endInterrupt: `
      csrr   t3, time
      addi   t3, t3, 20
      li     t6, ${MTIMECMP}
      sd     t3, 0(t6)
      li     t6, ${MSIP}
      sw     zero, 0(t6)
      li     t6, ${SUPERVISOR_INTERRUPTS | 0x800}
      csrc   mip, t6
      csrc   mie, t6             # lines from outside stay high`,
});

export const SUPERVISOR_HANDLER = 0x800;
export const SUPERVISOR_CODE = handler({
  mode: 's',
  at: SUPERVISOR_HANDLER,
  status: 0x100, // SPP
  statusCell: CELL.spp,
  endInterrupt: `
      li     t6, ${SUPERVISOR_INTERRUPTS}
      csrc   sip, t6
      csrc   sie, t6
      csrw   hvip, zero
      csrw   hie, zero`,
});

/** That of VS-mode. */
export const GUEST_HANDLER = 0xc00;
export const GUEST_CODE = handler({
  mode: 's',
  at: GUEST_HANDLER,
  status: 0x100,
  statusCell: CELL.spp,
  endInterrupt: `
      li     t6, ${SUPERVISOR_INTERRUPTS}
      csrc   sip, t6
      csrc   sie, t6`,
});
