/** A VM's ATA disk: what the part `emulatedDevices.ataDisk` works on, its wire, and what a snapshot keeps. ATA/ATAPI-6, clause 7. */
import {
  ata,
  MOST_SECTORS,
  SavedFields,
  SECTOR,
  type BlockStore,
  type Device,
  type IrqLine,
  type Saved,
} from '#machine';
import { ours, PartFailure } from '../part-failure';
import type { AtaModel, AtaRegisters, EmulatedDevices, Sectors } from '../emulated-devices';

const TRANSFERS = ['none', 'in', 'out'] as const;

/** Ready, with the signature of a disk (clause 9, "Signature and persistence"). */
const atReset = () => ({
  features: 0,
  sectorCount: 1,
  lbaLow: 1,
  lbaMid: 0,
  lbaHigh: 0,
  device: 0,
  status: ata.Status.DRDY | ata.Status.SEEK_COMPLETE,
  error: ata.DIAGNOSTIC_PASSED,
  control: 0,
  interrupt: false,
  writeCache: true,
  transfer: 'none' as const,
  index: 0,
  sector: 0,
  following: 0,
});

export const ataAtPowerOn = (): AtaRegisters => ({ ...atReset(), buffer: new Uint8Array(SECTOR) });

export class EmulatedAta implements Device {
  readonly name = 'ata';
  readonly size = ata.ATA_BYTES;
  readonly widths = [1, 2] as const;
  readonly #registers = ataAtPowerOn();
  readonly #model: AtaModel;
  readonly #irq: IrqLine;
  readonly #store: BlockStore;
  readonly #count: number;

  /** Sectors of `store` that 28 bits cannot address are not used. */
  constructor(part: EmulatedDevices['ataDisk'], irq: IrqLine, store: BlockStore) {
    this.#irq = irq;
    this.#store = store;
    this.#count = Math.min(store.sectors, MOST_SECTORS);
    this.#model = part(this.#registers, sectorsOf(store, this.#count));
  }

  load(offset: number, width: 1 | 2): bigint {
    const value = this.#model.load(offset, width);
    this.#irq.set(this.#model.interrupts());
    return BigInt(value);
  }

  store(offset: number, width: 1 | 2, value: bigint): void {
    this.#model.store(offset, width, Number(value));
    this.#irq.set(this.#model.interrupts());
  }

  reset(): void {
    Object.assign(this.#registers, atReset());
    this.#irq.set(this.#model.interrupts());
  }

  save(): Saved {
    const { buffer, index, ...registers } = this.#registers;
    const saved = { ...registers, buffer: buffer.slice(), word: index / 2, store: this.#store.save() };
    try {
      ataFrom(new SavedFields(saved, this.name), this.#count);
    } catch (error) {
      throw new PartFailure('emulatedDevices', 'your `ataDisk` left registers that no disk has.', { cause: error });
    }
    return saved;
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    const { buffer, ...registers } = ataFrom(from, this.#count);
    Object.assign(this.#registers, registers);
    this.#registers.buffer.set(buffer);
    this.#store.restore(from.saved('store'));
  }
}

/** The store, a sector at a time, and nothing beyond `count`. */
function sectorsOf(store: BlockStore, count: number): Sectors {
  const there = (sector: number, what: string): void => {
    if (Number.isInteger(sector) && sector >= 0 && sector < count) return;
    const sentence = `your \`ataDisk\` ${what} sector ${String(sector)} of a disk that has ${count}, numbered from 0: it may belong to somebody else.`;
    throw new PartFailure('emulatedDevices', sentence);
  };
  return {
    count,
    read(sector) {
      there(sector, 'read');
      return ours(() => store.read(sector, 1));
    },
    write(sector, bytes) {
      there(sector, 'wrote');
      if (bytes.length === SECTOR) return ours(() => store.write(sector, bytes.slice()));
      throw new PartFailure(
        'emulatedDevices',
        `your \`ataDisk\` wrote ${bytes.length} bytes to a sector of ${SECTOR}.`,
      );
    },
    flush: () => ours(() => store.flush()),
  };
}

/** Throws InputError for anything that `save` could not have given. */
function ataFrom(from: SavedFields, sectors: number): AtaRegisters {
  const byte = (key: keyof AtaRegisters): number => from.integer(key, 0, 0xff);
  const transfer = from.oneOf('transfer', TRANSFERS);
  return {
    features: byte('features'),
    sectorCount: byte('sectorCount'),
    lbaLow: byte('lbaLow'),
    lbaMid: byte('lbaMid'),
    lbaHigh: byte('lbaHigh'),
    device: byte('device'),
    status: byte('status'),
    error: byte('error'),
    control: from.integer('control', 0, ata.NIEN | ata.SRST),
    interrupt: from.flag('interrupt'),
    writeCache: from.flag('writeCache'),
    transfer,
    buffer: from.bytes('buffer', SECTOR),
    index: 2 * from.integer('word', 0, SECTOR / 2 - 1),
    // A sector that waits to be written is written without asking again whether it exists.
    sector: from.integer('sector', 0, transfer === 'out' ? sectors - 1 : MOST_SECTORS + 0x100),
    following: byte('following'),
  };
}
