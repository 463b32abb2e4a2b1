/** `--disk`: a file as a disk. What the guest writes stays in memory over it, unless `,write` asks for the file itself. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { UsageError } from '#course';
import {
  InputError,
  OverlayStore,
  SavedFields,
  SECTOR,
  type BlockStore,
  type OverlayOptions,
  type Saved,
} from '#machine';
import { fileTrouble } from './image-file';

/** A disk that is open, and how to close it. */
export interface DiskFile {
  readonly store: BlockStore;
  close(): void;
}

/** `disk.img` or `disk.img,write`. Throws UsageError, one sentence, for what is no disk. */
export function openDisk(option: string, limits?: OverlayOptions): DiskFile {
  const writable = option.endsWith(',write');
  const file = writable ? option.slice(0, -',write'.length) : option;
  const descriptor = fileTrouble(file, () => openSync(file, writable ? 'r+' : 'r'));
  try {
    const stored = new FileStore(file, descriptor);
    return { store: writable ? stored : new OverlayStore(stored, limits), close: () => closeSync(descriptor) };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** Beginnings of files that hold a disk in a form of their own. */
const FORMS: readonly (readonly [form: string, magic: readonly number[]])[] = [
  ['a qcow2 image', [0x51, 0x46, 0x49, 0xfb]],
  ['packed with gzip', [0x1f, 0x8b]],
  ['packed with xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['packed with zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** The file itself: sector n at byte 512 * n. */
class FileStore implements BlockStore {
  readonly sectors: number;
  readonly #file: string;
  readonly #descriptor: number;

  constructor(file: string, descriptor: number) {
    this.#file = file;
    this.#descriptor = descriptor;
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new UsageError(`${file} is not a regular file, so it cannot be a disk here.`);
    if (stats.size === 0 || stats.size % SECTOR !== 0)
      throw new UsageError(`${file} has ${stats.size} bytes; a disk is made of sectors of ${SECTOR} bytes.`);
    this.sectors = stats.size / SECTOR;
    const start = this.read(0, 1);
    const [form] = FORMS.find(([, magic]) => magic.every((byte, i) => start[i] === byte)) ?? [];
    if (form !== undefined)
      throw new UsageError(`${file} is ${form}; give the plain bytes of the disk (qemu-img convert).`);
  }

  read(sector: number, count: number): Uint8Array {
    const bytes = new Uint8Array(count * SECTOR);
    for (let at = 0; at < bytes.length;) {
      const got = readSync(this.#descriptor, bytes, at, bytes.length - at, sector * SECTOR + at);
      if (got === 0) throw new UsageError(`${this.#file} became shorter while the machine ran.`);
      at += got;
    }
    return bytes;
  }

  /** False when the file system is full or the medium fails: the guest sees an error of the disk. */
  write(sector: number, bytes: Uint8Array): boolean {
    try {
      for (let at = 0; at < bytes.length;)
        at += writeSync(this.#descriptor, bytes, at, bytes.length - at, sector * SECTOR + at);
      return true;
    } catch {
      return false;
    }
  }

  zero(sector: number, count: number): boolean {
    return this.write(sector, new Uint8Array(count * SECTOR));
  }

  flush(): void {
    fsyncSync(this.#descriptor);
  }

  /** The file is its own memory: a snapshot contains only what it must fit to. */
  save(): Saved {
    return { sectors: this.sectors };
  }

  restore(saved: Saved): void {
    const sectors = new SavedFields(saved, 'disk').integer('sectors', 0, Number.MAX_SAFE_INTEGER);
    if (sectors !== this.sectors)
      throw new InputError(`${this.#file} has ${this.sectors} sectors; in the snapshot the disk has ${sectors}.`);
  }
}
