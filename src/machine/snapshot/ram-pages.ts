/** Memory in a snapshot: the pages that are not all zeros. */
import type { Ram } from '../bus/ram';
import { InputError } from '../input-error';
import { PAGE_SIZE } from '../mmu/pte';
import { SavedFields, type Saved } from '../saved';

/** Memory as a snapshot sees it: pages of 4096 bytes, numbered from 0. */
export interface Pages {
  readonly count: number;
  /** The page itself, to be read only. */
  words(page: number): Int32Array;
  /** Replaces a page; code that was decoded from it is forgotten. */
  write(page: number, bytes: Uint8Array): void;
}

const ZEROS = new Uint8Array(PAGE_SIZE);

/** A machine's RAM; page 0 is the first of it. */
export function pagesOf(ram: Ram): Pages {
  const { buffer, byteOffset } = ram.bytes;
  return {
    count: ram.size / PAGE_SIZE,
    words: (page) => new Int32Array(buffer, byteOffset + page * PAGE_SIZE, PAGE_SIZE / 4),
    write: (page, bytes) => ram.copyIn(ram.base + page * PAGE_SIZE, bytes),
  };
}

/** The numbers of the pages that are not all zeros, in order. */
export function usedPages(pages: Pages): number[] {
  const used: number[] = [];
  for (let page = 0; page < pages.count; page++) {
    const words = pages.words(page);
    let at = 0;
    while (at < words.length && words[at] === 0) at++;
    if (at < words.length) used.push(page);
  }
  return used;
}

/** Page numbers as 4 bytes each, little-endian, and the pages. */
export function savePages(pages: Pages): Saved {
  const used = usedPages(pages);
  const numbers = new DataView(new ArrayBuffer(4 * used.length));
  const contents = new Uint8Array(PAGE_SIZE * used.length);
  used.forEach((page, i) => {
    numbers.setUint32(4 * i, page, true);
    const { buffer, byteOffset } = pages.words(page);
    contents.set(new Uint8Array(buffer, byteOffset, PAGE_SIZE), i * PAGE_SIZE);
  });
  return { numbers: new Uint8Array(numbers.buffer), contents };
}

/** Checks what `savePages` gave, for a memory of this size; the result writes it. Throws InputError, before anything is written. */
export function restorePages(pages: Pages, saved: Saved): () => void {
  const from = new SavedFields(saved, 'ram');
  const bytes = from.bytesUpTo('numbers', 4 * pages.count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const numbers = Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getUint32(4 * i, true));
  const contents = from.bytes('contents', numbers.length * PAGE_SIZE);
  const isNext = (page: number, i: number): boolean => i === 0 || page > numbers[i - 1];
  if (!numbers.every((page, i) => isNext(page, i) && page < pages.count)) {
    throw new InputError('The snapshot is damaged: it has pages in the wrong order or behind the end of RAM.');
  }
  return () => {
    const kept = new Set(numbers);
    for (const page of usedPages(pages)) if (!kept.has(page)) pages.write(page, ZEROS);
    numbers.forEach((page, i) => pages.write(page, contents.subarray(i * PAGE_SIZE, (i + 1) * PAGE_SIZE)));
  };
}
