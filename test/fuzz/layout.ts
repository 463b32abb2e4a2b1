/** Where things are in the memory of the fuzzer's guests. Guest-physical addresses. */

/** RAM of a VM; all that is said below lies in the small one. */
export const RAM_BYTES = 0x4_0000;
export const LARGE_RAM_BYTES = 0x20_0000;
/** RAM, and in it entry and trap handler. */
export const BASE = 0x8000_0000;
export const END = BASE + RAM_BYTES;

/** A step has so many bytes, and so many for the values of its registers, CONSTANTS_AT further on. */
export const STEP_BYTES = 64;
export const CONSTANTS_AT = 0x4000;
export const MOST_STEPS = CONSTANTS_AT / STEP_BYTES;
/** The steps of a hart. */
export const codeOf = (hart: number): number => BASE + 0x1000 + hart * 2 * CONSTANTS_AT;
/** Paravirtual: the page that each hart shares with the hypervisor. */
export const SHARED = BASE + 0x1_1000;
/** From here on memory is whatever the case makes of it. */
export const SCRATCH = BASE + 0x1_4000;
