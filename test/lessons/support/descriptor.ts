/** A descriptor of a virtqueue (virtio 1.2, section 2.7.5), as a driver writes it. */

export const [NEXT, WRITE, INDIRECT] = [1, 2, 4];

/** A missing `flags` or `next` is 0. */
export interface Descriptor {
  readonly address: number | bigint;
  readonly size: number;
  readonly flags?: number;
  readonly next?: number;
}
