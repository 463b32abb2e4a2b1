/** RAM in a snapshot: the pages that are not all zeros. */
import type { Ram } from '../bus/ram';
import { InputError } from '../input-error';
import { PAGE_SIZE } from '../mmu/pte';
import { SavedFields, type Saved } from '../saved';

/** The numbers of the pages that are not all zeros, in order; page 0 is the first of RAM. */
export function usedPages({ bytes, size }: Ram): number[] {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, size / 4);
  const perPage = PAGE_SIZE / 4;
  const used: number[] = [];
  for (let page = 0; page < size / PAGE_SIZE; page++) {
    let at = page * perPage;
    const end = at + perPage;
    while (at < end && words[at] === 0) at++;
    if (at < end) used.push(page);
  }
  return used;
}

/** Page numbers as 4 bytes each, little-endian, and the pages. */
export function savePages(ram: Ram): Saved {
  const used = usedPages(ram);
  const numbers = new DataView(new ArrayBuffer(4 * used.length));
  const contents = new Uint8Array(PAGE_SIZE * used.length);
  used.forEach((page, i) => {
    numbers.setUint32(4 * i, page, true);
    contents.set(ram.bytes.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE), i * PAGE_SIZE);
  });
  return { numbers: new Uint8Array(numbers.buffer), contents };
}

/** Checks what `savePages` gave, for a RAM of this size; the result writes it. Throws InputError, before anything is written. */
export function restorePages(ram: Ram, saved: Saved): () => void {
  const from = new SavedFields(saved, 'ram');
  const bytes = from.bytesUpTo('numbers', (4 * ram.size) / PAGE_SIZE);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(4 * i, true));
  const contents = from.bytes('contents', numbers.length * PAGE_SIZE);
  const isNext = (page: number, i: number): boolean => i === 0 || page > numbers[i - 1];
  if (!numbers.every((page, i) => isNext(page, i) && page < ram.size / PAGE_SIZE)) {
    throw new InputError('The snapshot is damaged: it has pages in the wrong order or behind the end of RAM.');
  }
  return () => {
    const kept = new Set(numbers);
    for (const page of usedPages(ram)) if (!kept.has(page)) ram.fill(ram.base + page * PAGE_SIZE, PAGE_SIZE);
    numbers.forEach((page, i) =>
      ram.copyIn(ram.base + page * PAGE_SIZE, contents.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE)),
    );
  };
}
