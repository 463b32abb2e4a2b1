// Edit this file: `npx hv watch 10` grades it at every save, `npx hv reset 10` brings this original back.
// 10 · Paravirtual devices: the guest knows that nobody built this disk, and tells you all about a request at once.
//
// `transfer` first: the ideal disk's one operation. A store has named a block (4096 bytes), a page of memory and the direction; move
// it, answer 0, or 1 if the disk has no such block, 2 if the page is not the guest's memory, 3 if the disk does not take the block.
// Then a split virtqueue (virtio 1.2, section 2.7), whose driver may be hostile: `take` the head of the next available chain, walk the
// `chain`, `give` it back through the used ring, say whether you `listen`. For what a driver must not do, throw `DriverError` (#machine).
import { todo, type Parts } from '#vmm';

export const paravirtualDevices: Parts['paravirtualDevices'] = {
  transfer: (command, disk, memory) => todo('move a block between the disk and memory'),

  take: (queue) => todo('take the head of the next available chain'),

  chain: (queue, head) => todo('walk the chain and collect its buffers'),

  give: (queue, head, written) => todo('give the chain back through the used ring'),

  listen: (queue, on) => todo('say whether the driver should notify'),
};
