/**
 * The seam of lesson 09: two devices that are nothing but software. What a device remembers is a record of plain data that the frame
 * keeps, resets, saves and restores (devices/); the part says what an access to a register does to it.
 */

/** A 16550 (PC16550D data sheet, section 8). Registers have 8 bits, the divisor 16. */
export interface UartRegisters {
  /** DLM and DLL. */
  divisor: number;
  ier: number;
  /** The bits of FCR that last: 0 and 7:6. */
  fcr: number;
  lcr: number;
  mcr: number;
  msr: number;
  scr: number;
  /** The byte that came last while the FIFOs were off: RBR goes on showing it after it was read. */
  rbr: number;
  /** Bytes that came and were not read yet, the oldest first: at most 16 with FIFOs, one without. */
  readonly received: number[];
  /** LSR bit 1. */
  overrun: boolean;
  /** The transmitter has become empty, and nobody has acknowledged it: the cause "THR empty" is pending. */
  sent: boolean;
}

/** Offsets are below 8. After each call the frame asks for the wire, and offers bytes that wait outside. */
export interface UartModel {
  /** What the register holds, 0 to 255, and what reading it does. */
  load(offset: number): number;
  /** `value` is 0 to 255. */
  store(offset: number, value: number): void;
  /** A byte arrives on the wire. False: there is no room now, and it is offered again later. */
  receive(byte: number): boolean;
  /** The level of the interrupt wire now. Changes nothing. */
  interrupts(): boolean;
}

/** An ATA device without DMA, device 0 of its bus (ATA/ATAPI-6, T13/1410D, clause 7). Registers have 8 bits. */
export interface AtaRegisters {
  features: number;
  sectorCount: number;
  lbaLow: number;
  lbaMid: number;
  lbaHigh: number;
  /** Bit 6: LBA; bit 4: the other device, which is absent; bits 3:0: the address's bits 27:24. */
  device: number;
  status: number;
  error: number;
  /** Device Control: nIEN and SRST. */
  control: number;
  /** INTRQ is pending, whether or not nIEN lets it out. */
  interrupt: boolean;
  /** What SET FEATURES chose: a write may be on the medium later than the guest hears that it is done, until it flushes. */
  writeCache: boolean;
  /** Which way data move through the Data register: to the host ('in'), from it ('out'), or not at all. */
  transfer: 'none' | 'in' | 'out';
  /** One sector, 512 bytes. */
  readonly buffer: Uint8Array;
  /** The byte of the buffer that is next: even, 0 to 510. */
  index: number;
  /** The sector that is in the buffer, and how many are to follow it. */
  sector: number;
  following: number;
}

/** Offsets are below 0x24, a multiple of `width`. After each call the frame asks for the wire. */
export interface AtaModel {
  /** What the register holds, 8 bits, or 16 for Data, and what reading it does. */
  load(offset: number, width: 1 | 2): number;
  /** `value` has 8 bits for a width of 1, 16 for 2. */
  store(offset: number, width: 1 | 2, value: number): void;
  /** The level of the interrupt wire (INTRQ) now. Changes nothing. */
  interrupts(): boolean;
}

/** What the disk's sectors are kept in, 512 bytes each, numbered from 0. To ask for one that is not there is a failure of the part. */
export interface Sectors {
  /** At most 2^28 - 1. */
  readonly count: number;
  /** A copy of the sector's bytes. */
  read(sector: number): Uint8Array;
  /** Keeps a copy of `bytes`. False: there is no room for it, and nothing was written. */
  write(sector: number, bytes: Uint8Array): boolean;
  /** Returns when all that was written would outlive a loss of power. */
  flush(): void;
}

export interface EmulatedDevices {
  /** `registers` stay the same object as long as the VM lives; `send` takes each byte that leaves through the transmitter. */
  uart(registers: UartRegisters, send: (byte: number) => void): UartModel;
  ataDisk(registers: AtaRegisters, sectors: Sectors): AtaModel;
}
