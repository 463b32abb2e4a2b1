/**
 * An ATA disk without DMA: ATA/ATAPI-6 (T13/1410D), clauses 7 (registers), 8 (commands) and 9 (protocols). One device, device 0,
 * on a bus of its own, mapped as the device tree binding "ata-generic" with reg-shift 2 says.
 */
import type { Device } from '../bus/device';
import type { IrqLine } from '../irq/line';
import type { Width } from '../isa/row';
import { SavedFields, type Saved } from '../saved';
import { identifyDevice, MOST_SECTORS } from './ata-identify';
import {
  ACTIVE,
  ATA_BYTES,
  Command,
  CONTROL_BLOCK,
  DIAGNOSTIC_PASSED,
  Failure,
  Feature,
  NIEN,
  Register,
  SRST,
  Status,
  TRANSFER_MODES,
} from './ata-registers';
import { TaskFile } from './ata-task-file';
import { SECTOR, type BlockStore } from './block-store';

/** No command is being carried out. Commands take no time here, so BSY is seen during a software reset only. */
const READY = Status.DRDY | Status.SEEK_COMPLETE;

/** Data move through the Data register a sector at a time. */
type Transfer = 'none' | 'in' | 'out';
const TRANSFERS: readonly Transfer[] = ['none', 'in', 'out'];

export class Ata implements Device {
  readonly name = 'ata';
  readonly size = ATA_BYTES;
  /** Data is a register of 16 bits, the others have 8: of a wider access they use the low byte. */
  readonly widths: readonly Width[] = [1, 2];
  readonly #irq: IrqLine;
  readonly #store: BlockStore;
  readonly #sectors: number;
  readonly #task = new TaskFile();
  readonly #buffer = new Uint8Array(SECTOR);
  #status = READY;
  #error = DIAGNOSTIC_PASSED;
  #control = 0;
  #interrupt = false;
  #writeCache = true;
  #transfer: Transfer = 'none';
  /** The byte of the buffer that is next; the sector that is in it; sectors that follow it. */
  #index = 0;
  #sector = 0;
  #following = 0;

  /** Sectors of `store` that 28 bits cannot address are not used. */
  constructor(irq: IrqLine, store: BlockStore) {
    this.#irq = irq;
    this.#store = store;
    this.#sectors = Math.min(store.sectors, MOST_SECTORS);
    this.#putSignature();
  }

  load(offset: number, width: Width): bigint {
    const value = this.#read(offset, width);
    this.#drive();
    return BigInt(value);
  }

  store(offset: number, width: Width, value: bigint): void {
    if (offset === Register.data) this.#storeData(width, Number(value));
    else this.#write(offset, Number(value & 0xffn));
    this.#drive();
  }

  reset(): void {
    this.#control = 0;
    this.#writeCache = true;
    this.#softReset();
    this.#drive();
  }

  save(): Saved {
    return {
      written: this.#task.written.slice(),
      buffer: this.#buffer.slice(),
      status: this.#status,
      error: this.#error,
      control: this.#control,
      interrupt: this.#interrupt,
      writeCache: this.#writeCache,
      transfer: TRANSFERS.indexOf(this.#transfer),
      index: this.#index / 2,
      sector: this.#sector,
      following: this.#following,
      store: this.#store.save(),
    };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, this.name);
    this.#task.written.set(from.bytes('written', CONTROL_BLOCK));
    this.#buffer.set(from.bytes('buffer', SECTOR));
    this.#status = from.integer('status', 0, 0xff);
    this.#error = from.integer('error', 0, 0xff);
    this.#control = from.integer('control', 0, NIEN | SRST);
    this.#interrupt = from.flag('interrupt');
    this.#writeCache = from.flag('writeCache');
    this.#transfer = TRANSFERS[from.integer('transfer', 0, TRANSFERS.length - 1)];
    this.#index = 2 * from.integer('index', 0, SECTOR / 2 - 1);
    // A sector that waits to be written is written without asking again whether it exists.
    this.#sector = from.integer('sector', 0, this.#transfer === 'out' ? this.#sectors - 1 : MOST_SECTORS + 0x100);
    this.#following = from.integer('following', 0, 0xff);
    this.#store.restore(from.saved('store'));
  }

  #read(offset: number, width: Width): number {
    switch (offset) {
      case Register.data:
        return this.#loadData(width);
      case Register.errorFeatures:
        return this.#error;
      case Register.statusCommand:
        if (this.#task.isSelected) this.#interrupt = false; // the host has seen it (Status register, "Effect")
        return this.#task.isSelected ? this.#status : 0;
      case CONTROL_BLOCK: // Alternate Status
        return this.#task.isSelected ? this.#status : 0;
      default:
        return offset % 4 === 0 ? this.#task.written[offset] : 0;
    }
  }

  #write(offset: number, value: number): void {
    if (offset === CONTROL_BLOCK) return this.#setControl(value);
    if (offset % 4 !== 0 || this.#status & Status.BSY) return;
    if (offset === Register.statusCommand) this.#command(value);
    else this.#task.written[offset] = value;
  }

  /** SRST holds the device in reset while it is set (clause 9, "Software reset"). */
  #setControl(value: number): void {
    const was = this.#control;
    this.#control = value & (NIEN | SRST);
    if (value & SRST) {
      this.#endTransfer(Status.BSY);
      this.#interrupt = false;
    } else if (was & SRST) this.#softReset();
  }

  #softReset(): void {
    this.#endTransfer(READY);
    this.#interrupt = false;
    this.#putSignature();
  }

  #putSignature(): void {
    this.#error = DIAGNOSTIC_PASSED;
    this.#task.putSignature();
  }

  /** Commands for the absent device 1 do nothing, but the diagnostic is for both. A transfer that is still going on ends. */
  #command(command: number): void {
    if (!this.#task.isSelected && command !== Command.executeDeviceDiagnostic) return;
    this.#endTransfer(READY);
    this.#interrupt = false;
    this.#error = 0;
    switch (command) {
      case Command.readSectors:
      case Command.readSectorsWithoutRetry:
        return this.#start('in');
      case Command.writeSectors:
      case Command.writeSectorsWithoutRetry:
        return this.#start('out');
      case Command.readVerifySectors:
        return this.#verify();
      case Command.identifyDevice:
        return this.#identify();
      case Command.setFeatures:
        return this.#setFeatures();
      case Command.executeDeviceDiagnostic:
        this.#putSignature();
        return this.#complete();
      case Command.flushCache:
        this.#store.flush();
        return this.#complete();
      case Command.checkPowerMode:
        this.#task.written[Register.sectorCount] = ACTIVE;
        return this.#complete();
      case Command.standbyImmediate:
      case Command.idleImmediate:
        return this.#complete();
      default:
        return this.#fail(Failure.ABRT);
    }
  }

  /** Clause 9, "PIO data-in" and "PIO data-out": the first sector to be written is awaited without an interrupt. */
  #start(transfer: 'in' | 'out'): void {
    const range = this.#task.range();
    if (!range) return this.#fail(Failure.ABRT);
    this.#transfer = transfer;
    this.#sector = range.first;
    this.#following = range.count - 1;
    this.#offer(transfer === 'in');
  }

  /** Makes the buffer ready for the sector that is next, or fails where the disk ends. */
  #offer(interrupts: boolean): void {
    if (this.#sector >= this.#sectors) return this.#notFound(this.#sector);
    if (this.#transfer === 'in') this.#buffer.set(this.#store.read(this.#sector, 1));
    this.#index = 0;
    this.#status = READY | Status.DRQ;
    this.#interrupt ||= interrupts;
  }

  #identify(): void {
    this.#buffer.set(identifyDevice(this.#sectors, this.#writeCache));
    this.#transfer = 'in';
    this.#following = 0;
    this.#status = READY | Status.DRQ;
    this.#interrupt = true;
  }

  #loadData(width: Width): number {
    if (width !== 2 || this.#transfer !== 'in') return 0;
    const word = this.#buffer[this.#index] | (this.#buffer[this.#index + 1] << 8);
    this.#index += 2;
    if (this.#index === SECTOR) this.#sectorRead();
    return word;
  }

  #storeData(width: Width, word: number): void {
    if (width !== 2 || this.#transfer !== 'out') return;
    this.#buffer[this.#index] = word;
    this.#buffer[this.#index + 1] = word >> 8;
    this.#index += 2;
    if (this.#index === SECTOR) this.#sectorWritten();
  }

  #sectorRead(): void {
    if (this.#following === 0) return this.#endTransfer(READY);
    this.#following--;
    this.#sector++;
    this.#offer(true);
  }

  #sectorWritten(): void {
    if (!this.#store.write(this.#sector, this.#buffer.slice())) return this.#fail(Failure.ABRT, Status.DEVICE_FAULT);
    if (!this.#writeCache) this.#store.flush();
    if (this.#following === 0) return this.#complete();
    this.#following--;
    this.#sector++;
    this.#offer(true);
  }

  #verify(): void {
    const range = this.#task.range();
    if (!range) return this.#fail(Failure.ABRT);
    if (range.first + range.count > this.#sectors) return this.#notFound(Math.max(range.first, this.#sectors));
    this.#complete();
  }

  #setFeatures(): void {
    const [subcommand, mode] = [this.#task.written[Register.errorFeatures], this.#task.written[Register.sectorCount]];
    if (subcommand === Feature.enableWriteCache) this.#writeCache = true;
    else if (subcommand === Feature.disableWriteCache) {
      this.#writeCache = false;
      this.#store.flush();
    } else if (subcommand !== Feature.setTransferMode || !TRANSFER_MODES.includes(mode))
      return this.#fail(Failure.ABRT);
    this.#complete();
  }

  #complete(): void {
    this.#endTransfer(READY);
    this.#interrupt = true;
  }

  #fail(error: number, more = 0): void {
    this.#endTransfer(READY | Status.ERR | more);
    this.#error = error;
    this.#interrupt = true;
  }

  #notFound(sector: number): void {
    this.#task.name(sector);
    this.#fail(Failure.IDNF);
  }

  /** Every way out of a command comes through here, so no index survives into the next (QEMU's CVE-2015-3456, VENOM, was one that did). */
  #endTransfer(status: number): void {
    this.#transfer = 'none';
    this.#index = this.#following = 0;
    this.#status = status;
  }

  /** nIEN disconnects the wire; what is pending stays so. */
  #drive(): void {
    this.#irq.set(this.#interrupt && (this.#control & NIEN) === 0 && this.#task.isSelected);
  }
}
