/** Registers of a 16550 and their bits: National Semiconductor PC16550D data sheet, section 8 "Registers". */

/** Offsets. Some have a second register: another one for stores, or one behind LCR.DLAB. */
export const Register = { rbrThrDll: 0, ierDlm: 1, iirFcr: 2, lcr: 3, mcr: 4, lsr: 5, msr: 6, scr: 7 } as const;

/** IER: which causes may interrupt. */
export const Enable = { received: 0x01, sent: 0x02, lineStatus: 0x04, modemStatus: 0x08 } as const;

/** IIR bits 3:0: the most urgent cause (table "Interrupt Control Functions"). */
export const Cause = {
  none: 0x1,
  lineStatus: 0x6,
  received: 0x4,
  /** Bytes are in the receiver's FIFO, fewer than its trigger, and nothing moves. */
  timeout: 0xc,
  sent: 0x2,
  modemStatus: 0x0,
} as const;
/** IIR bits 7:6 are set while the FIFOs are on. */
export const FIFOS_ON = 0xc0;

/** FCR. */
export const Fifo = { enable: 0x01, clearReceiver: 0x02, clearTransmitter: 0x04 } as const;
/** FCR bits 7:6 choose how many bytes make a "data available" interrupt. */
export const TRIGGERS = [1, 4, 8, 14] as const;
export const FIFO_BYTES = 16;

/** LCR: offsets 0 and 1 are the divisor's latch. */
export const DLAB = 0x80;

/** MCR: the transmitter is wired to the receiver, and the modem's inputs to its outputs. */
export const LOOPBACK = 0x10;
/** MCR bits 7:5 are always 0. */
export const CONTROL = 0x1f;

/** LSR. THRE and TEMT (together `transmitterEmpty`) never clear here: a byte is gone as soon as it is stored. */
export const LineStatus = { dataReady: 0x01, overrun: 0x02, transmitterEmpty: 0x60 } as const;

/** MSR bits 7:4 (DCD, RI, DSR, CTS) when a peer is attached and ready, as QEMU reports it. */
export const PEER_READY = 0xb0;
/** RI. */
export const RING = 0x40;
