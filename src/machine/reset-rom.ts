/** The first instructions that a hart executes: QEMU virt's reset code, and the note that it leaves for OpenSBI's fw_dynamic. */

/** What the code in ROM needs to know. All addresses are physical. */
export interface ResetRom {
  /** Where the firmware, or whatever runs first, starts. */
  readonly start: bigint;
  /** Where the device tree lies. */
  readonly deviceTree: bigint;
  /** Where firmware that asks (fw_dynamic) finds the kernel; 0 if there is none. */
  readonly next: bigint;
}

/** In the registers of the calling convention: a0 = hart id, a1 = device tree, a2 = the note for the firmware. */
const CODE = [
  0x0000_0297, //     auipc t0, 0           # t0: this ROM's base
  0x0282_8613, //     addi  a2, t0, 0x28    # the note
  0xf140_2573, //     csrr  a0, mhartid
  0x0202_b583, //     ld    a1, 0x20(t0)    # deviceTree
  0x0182_b283, //     ld    t0, 0x18(t0)    # start
  0x0002_8067, //     jr    t0
];

/** The note: `struct fw_dynamic_info` of OpenSBI's docs/firmware/fw_dynamic.md. */
const NOTE_MAGIC = 0x4942_534fn; // "OSBI"
const NOTE_VERSION = 2n;
const SUPERVISOR = 1n;
const NO_OPTIONS = 0n;
const BOOT_HART = 0n;

/** The ROM's contents: 6 instructions, then 8-byte little-endian values from offset 0x18. */
export function resetRom({ start, deviceTree, next }: ResetRom): Uint8Array {
  const values = [start, deviceTree, NOTE_MAGIC, NOTE_VERSION, next, SUPERVISOR, NO_OPTIONS, BOOT_HART];
  const bytes = new Uint8Array(4 * CODE.length + 8 * values.length);
  const view = new DataView(bytes.buffer);
  CODE.forEach((word, i) => view.setUint32(4 * i, word, true));
  values.forEach((value, i) => view.setBigUint64(4 * CODE.length + 8 * i, value, true));
  return bytes;
}
