/** The part of lesson 10: devices that were never built, whose driver says all about a request at once. */
import type { BlockStore, DmaMemory, QueueOperations } from '#machine';

export interface ParavirtualDevices extends QueueOperations {
  /**
   * The ideal disk's one operation: what a store to its register TRANSFER does. Bit 63 of `command`: to the disk (clear: from it); bits
   * 62:36: the block, 4096 bytes, of which the disk has as many as fit into its sectors of 512; bits 35:0: the page of memory, its
   * address / 4096. Gives what STATUS will show: 0; 1, the disk has no such block; 2, memory refuses the page; 3, the disk does not
   * take the block. Nothing was moved then.
   */
  transfer(command: bigint, disk: BlockStore, memory: DmaMemory): number;
}
