/** The host's frame allocator: hands out the host's RAM, whole pages at a time, and takes single pages back. */
import { PAGE_SIZE } from './slots';

/** Frames between two host-physical addresses. Nothing is ever handed out twice at the same time. */
export class FrameAllocator {
  readonly #free: number[] = [];
  readonly #end: number;
  #next: number;

  /** `start` and `end` are host-physical addresses, multiples of PAGE_SIZE; the range is [start, end). */
  constructor(start: number, end: number) {
    this.#next = start;
    this.#end = end;
  }

  /** Frames that can still be allocated one by one. */
  get available(): number {
    return this.#free.length + (this.#end - this.#next) / PAGE_SIZE;
  }

  /** One frame, its contents undefined; undefined when there is none left. */
  allocate(): number | undefined {
    return this.#free.pop() ?? this.allocateRange(PAGE_SIZE);
  }

  /** A contiguous range of `size` bytes (whole pages) at a multiple of `alignment`; it lives as long as the host. */
  allocateRange(size: number, alignment = PAGE_SIZE): number | undefined {
    const range = Math.ceil(this.#next / alignment) * alignment;
    if (range + size > this.#end) return undefined;
    for (let frame = this.#next; frame < range; frame += PAGE_SIZE) this.#free.push(frame);
    this.#next = range + size;
    return range;
  }

  /** Gives back a frame that `allocate` handed out. */
  free(frame: number): void {
    this.#free.push(frame);
  }
}
