/** Guests of a few lines for tests of the frame: bare assembly, no library, no trap handler. */
import { assemble, type Image } from '#machine';
import { imageOf } from '#vmm';

/** Assembled to where firmware puts a kernel. */
export const image = (source: string, name = 'test'): Image =>
  imageOf(name, assemble(`_start:\n${source}\n`, { origin: 0x8020_0000n, file: `${name}.s` }));

/** Ends the machine by SBI shutdown. */
export const SHUTDOWN = 'li a7, 8\n ecall\n';
