/** Archives for a kernel's first file system: cpio's "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst). */

/** A file or folder; `mode` as in stat's st_mode. */
export function member(name: string, mode: number, data: Uint8Array = new Uint8Array()): Buffer {
  const nameBytes = Buffer.from(`${name}\0`);
  const [inode, uid, gid, links, time, device] = [0, 0, 0, 1, 0, [0, 0, 0, 0]];
  const fields = [inode, mode, uid, gid, links, time, data.length, ...device, nameBytes.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return padded(Buffer.concat([padded(Buffer.concat([Buffer.from(header), nameBytes])), data]));
}

export const archive = (...members: readonly Buffer[]): Buffer => Buffer.concat([...members, member('TRAILER!!!', 0)]);

/** A second archive behind a first, packed or not: the kernel unpacks both. Each begins at a multiple of 4 bytes. */
export const behind = (first: Uint8Array, second: Uint8Array): Buffer => Buffer.concat([padded(first), second]);

/** Names and data end at multiples of 4 bytes. */
const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
