/** The joint of a network: one end of a cable between a network device and a port of the switch. */

/** Frames are Ethernet frames (IEEE 802.3, clause 3) from the destination address to the payload, without preamble and FCS. */
export interface Link {
  /** Takes a frame, which nobody changes afterwards. Never fails; a frame may be dropped. */
  send(frame: Uint8Array): void;
}
