/** Registers and commands of an ATA device: ATA/ATAPI-6 (T13/1410D), clauses 7 and 8. */

/** Offsets of the registers in the command block, 4 bytes apart. Some have a second register for stores. */
export const Register = {
  data: 0x00,
  errorFeatures: 0x04,
  sectorCount: 0x08,
  lbaLow: 0x0c,
  lbaMid: 0x10,
  lbaHigh: 0x14,
  device: 0x18,
  statusCommand: 0x1c,
} as const;

/** Offset of the control block, whose one register is Alternate Status and Device Control; and the end of both blocks. */
export const CONTROL_BLOCK = 0x20;
export const ATA_BYTES = 0x24;

/** Bits of the Status register. */
export const Status = {
  ERR: 0x01,
  DRQ: 0x08,
  SEEK_COMPLETE: 0x10,
  DEVICE_FAULT: 0x20,
  DRDY: 0x40,
  BSY: 0x80,
} as const;

/** Bits of the Error register. */
export const Failure = { ABRT: 0x04, IDNF: 0x10 } as const;
/** What a device that is well leaves in the Error register after a reset. */
export const DIAGNOSTIC_PASSED = 0x01;

/** Bits of the Device register; bits 3:0 are bits 27:24 of the address. */
export const DEVICE_1 = 0x10;
export const LBA = 0x40;

/** Bits of the Device Control register. */
export const NIEN = 0x02;
export const SRST = 0x04;

export const Command = {
  readSectors: 0x20,
  readSectorsWithoutRetry: 0x21,
  writeSectors: 0x30,
  writeSectorsWithoutRetry: 0x31,
  readVerifySectors: 0x40,
  executeDeviceDiagnostic: 0x90,
  standbyImmediate: 0xe0,
  idleImmediate: 0xe1,
  checkPowerMode: 0xe5,
  flushCache: 0xe7,
  identifyDevice: 0xec,
  setFeatures: 0xef,
} as const;

/** Subcommands of SET FEATURES. */
export const Feature = { enableWriteCache: 0x02, setTransferMode: 0x03, disableWriteCache: 0x82 } as const;
/** Transfer modes that it can choose: the default ones, and PIO modes 0 to 4. */
export const TRANSFER_MODES: readonly number[] = [0x00, 0x01, 0x08, 0x09, 0x0a, 0x0b, 0x0c];

/** What CHECK POWER MODE answers. */
export const ACTIVE = 0xff;
