/** Feature bits of the ring and the transport (virtio 1.2, section 6 "Reserved Feature Bits"). */

/** A descriptor may refer to a table of descriptors. */
export const INDIRECT_DESC = 1n << 28n;
/** Each side names the ring position at which it wants to hear of news, instead of a flag. */
export const EVENT_IDX = 1n << 29n;
/** Not a legacy device. A device may work without it being accepted, and ours do where they can: xv6's driver never asks. */
export const VERSION_1 = 1n << 32n;
/** A queue can be reset on its own. */
export const RING_RESET = 1n << 40n;

/** What every device of ours offers besides its own features. */
export const RING_FEATURES = INDIRECT_DESC | EVENT_IDX | VERSION_1 | RING_RESET;
