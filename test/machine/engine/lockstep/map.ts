/** Where everything is in the small computer on which random programs run. Offsets are from the start of RAM. */
import { RAM_BASE } from '../../../../src/machine/engine/layout';

export const RAM_BYTES = 0x10_0000;
export const BASE = BigInt(RAM_BASE);

/** The handlers are in the first page (handlers.ts). */
export const CODE = 0x2000;
export const CODE_BYTES = 0x2000; // a power of two: the handlers bring pc back by a mask
export const DATA = 0x8000;
/** At the beginning of the data, again code. */
export const DATA_CODE_BYTES = 0x800;
export const DATA_PAGES = 8;
export const TABLES = 0x20000;
/** The tables that translate a guest's physical addresses. */
export const GUEST_TABLES = 0x28000;
/** Everything that a program can change lies below. */
export const USED_BYTES = 0x40000;

/** Devices, as on QEMU's virt board. */
export const MSIP = 0x200_0000;
export const MTIMECMP = 0x200_4000;
export const FINISHER = 0x10_0000;
export const UART = 0x1000_0000;

/** The same RAM at other virtual addresses, if there is translation: by pages again, by a 2 MiB page, by a 1 GiB page. */
export const ALIAS = 0x4000_0000n;
export const SUPERPAGE = 0xc000_0000n;
export const HIGH_GIGAPAGE = 0xffff_ffff_8000_0000n;

/** Registers that random code rarely writes. */
export const POINTERS = [8, 9, 10, 11, 12];
export const REGISTER = { code: 30, handlers: 31 } as const;
