/** Second correct devices: a class each, tables of registers, and a state machine for the disk's transfers. */
import { identifyDevice } from '#machine';
import type { AtaModel, AtaRegisters, EmulatedDevices, Sectors, UartModel, UartRegisters } from '#vmm';

type Reader = () => number;
type Writer = (value: number) => void;

class Port implements UartModel {
  readonly #r: UartRegisters;
  readonly #send: (byte: number) => void;
  readonly #readers: readonly Reader[];
  readonly #writers: readonly Writer[];

  constructor(r: UartRegisters, send: (byte: number) => void) {
    this.#r = r;
    this.#send = send;
    this.#readers = [
      () => (this.#latched ? r.divisor % 256 : this.#take()),
      () => (this.#latched ? Math.floor(r.divisor / 256) : r.ier),
      () => this.#identify(),
      () => r.lcr,
      () => r.mcr,
      () => this.#line(),
      () => this.#modem(),
      () => r.scr,
    ];
    const nothing: Writer = () => undefined;
    this.#writers = [
      (v) => (this.#latched ? void (r.divisor += v - (r.divisor % 256)) : this.#transmit(v)),
      (v) => (this.#latched ? void (r.divisor = 256 * v + (r.divisor % 256)) : this.#enable(v)),
      (v) => this.#fifos(v),
      (v) => void (r.lcr = v),
      (v) => this.#connect(v),
      nothing,
      nothing,
      (v) => void (r.scr = v),
    ];
  }

  load(offset: number): number {
    return this.#readers[offset]();
  }

  store(offset: number, value: number): void {
    this.#writers[offset](value);
  }

  receive(byte: number): boolean {
    const cut = (this.#r.mcr & 16) !== 0;
    return !cut && this.#put(byte);
  }

  interrupts(): boolean {
    return this.#most() !== undefined;
  }

  get #latched(): boolean {
    return this.#r.lcr >= 128;
  }

  get #hasFifos(): boolean {
    return this.#r.fcr % 2 === 1;
  }

  /** False: no room. */
  #put(byte: number): boolean {
    const { received } = this.#r;
    if (received.length === (this.#hasFifos ? 16 : 1)) return false;
    received.push(byte);
    if (!this.#hasFifos) this.#r.rbr = byte;
    return true;
  }

  #take(): number {
    const [first] = this.#r.received.splice(0, 1) as [number?];
    return this.#hasFifos ? (first ?? 0) : this.#r.rbr;
  }

  #transmit(byte: number): void {
    const r = this.#r;
    r.sent = true;
    if ((r.mcr & 16) === 0) return void this.#send(byte);
    if (this.#put(byte)) return;
    r.overrun = true;
    if (this.#hasFifos) return;
    r.received[0] = byte;
    r.rbr = byte;
  }

  #enable(value: number): void {
    const r = this.#r;
    const before = r.ier;
    r.ier = value % 16;
    if ((r.ier & ~before & 2) !== 0) r.sent = true;
  }

  /** The candidates in their order: cause, enabling bit, whether it is there. */
  #most(): number | undefined {
    const { ier, overrun, received, fcr, sent, msr } = this.#r;
    const trigger = [1, 4, 8, 14][fcr >> 6];
    const candidates: [number, number, boolean][] = [
      [6, 4, overrun],
      [4, 1, received.length >= trigger],
      [12, 1, received.length > 0],
      [2, 2, sent],
      [0, 8, msr % 16 !== 0],
    ];
    return candidates.find(([, bit, there]) => there && (ier & bit) !== 0)?.[0];
  }

  #identify(): number {
    const most = this.#most() ?? 1;
    if (most === 2) this.#r.sent = false;
    return most + (this.#hasFifos ? 0xc0 : 0);
  }

  #fifos(value: number): void {
    const r = this.#r;
    const switched = (value + r.fcr) % 2 === 1;
    if (switched || (value & 2) !== 0) r.received.splice(0);
    if (switched || (value & 4) !== 0) r.sent = true;
    r.fcr = value % 2 === 1 ? (value & 0xc0) + 1 : 0;
  }

  #line(): number {
    const { overrun, received } = this.#r;
    this.#r.overrun = false;
    return 0x60 + (overrun ? 2 : 0) + (received.length > 0 ? 1 : 0);
  }

  #modem(): number {
    const { msr } = this.#r;
    this.#r.msr = msr - (msr % 16);
    return msr;
  }

  #connect(value: number): void {
    const r = this.#r;
    r.mcr = value % 32;
    let lines = 0xb0;
    if ((value & 16) !== 0) {
      const wires: [number, number][] = [[8, 0x80], [4, 0x40], [1, 0x20], [2, 0x10]]; // prettier-ignore
      lines = wires.reduce((sum, [output, input]) => sum + (value & output ? input : 0), 0);
    }
    let changed = (lines ^ r.msr) & 0xf0;
    if ((lines & 0x40) !== 0) changed &= ~0x40;
    r.msr = lines | (r.msr & 0x0f) | (changed >> 4);
  }
}

const ADDRESS = ['lbaLow', 'lbaMid', 'lbaHigh'] as const;
type Addressed = { readonly first: number; readonly count: number };

class Drive implements AtaModel {
  readonly #r: AtaRegisters;
  readonly #sectors: Sectors;

  constructor(r: AtaRegisters, sectors: Sectors) {
    this.#r = r;
    this.#sectors = sectors;
  }

  interrupts(): boolean {
    const { interrupt, control, device } = this.#r;
    return interrupt && (control & 2) === 0 && (device & 0x10) === 0;
  }

  load(offset: number, width: 1 | 2): number {
    const r = this.#r;
    const status = (r.device & 0x10) === 0 ? r.status : 0;
    switch (offset) {
      case 0x00:
        return width === 2 && r.transfer === 'in' ? this.#out() : 0;
      case 0x04:
        return r.error;
      case 0x08:
        return r.sectorCount;
      case 0x0c:
      case 0x10:
      case 0x14:
        return r[ADDRESS[(offset - 0x0c) / 4]];
      case 0x18:
        return r.device;
      case 0x1c:
        if ((r.device & 0x10) === 0) r.interrupt = false;
        return status;
      case 0x20:
        return status;
      default:
        return 0;
    }
  }

  store(offset: number, width: 1 | 2, value: number): void {
    const r = this.#r;
    const byte = value % 256;
    if (offset === 0x00 && width === 2 && r.transfer === 'out') this.#in(value);
    if (offset === 0x20) this.#control(byte);
    if (r.status >= 0x80) return;
    if (offset === 0x04) r.features = byte;
    if (offset === 0x08) r.sectorCount = byte;
    if (offset === 0x0c || offset === 0x10 || offset === 0x14) r[ADDRESS[(offset - 0x0c) / 4]] = byte;
    if (offset === 0x18) r.device = byte;
    if (offset === 0x1c) this.#command(byte);
  }

  #control(value: number): void {
    const r = this.#r;
    const held = (r.control & 4) !== 0;
    r.control = value & 6;
    if ((value & 4) !== 0) {
      this.#idle(0x80);
      r.interrupt = false;
    } else if (held) {
      this.#idle(0x50);
      r.interrupt = false;
      this.#sign();
    }
  }

  #sign(): void {
    const r = this.#r;
    r.error = r.sectorCount = r.lbaLow = 1;
    r.lbaMid = r.lbaHigh = r.device = r.features = 0;
  }

  #command(code: number): void {
    const r = this.#r;
    if ((r.device & 0x10) !== 0 && code !== 0x90) return;
    this.#idle(0x50);
    r.error = 0;
    r.interrupt = false;
    const addressed = this.#addressed();
    if (code === 0x20 || code === 0x21) this.#begin('in', addressed);
    else if (code === 0x30 || code === 0x31) this.#begin('out', addressed);
    else if (code === 0x40) this.#verify(addressed);
    else if (code === 0xec) this.#identify();
    else if (code === 0xef) this.#features();
    else if ([0x90, 0xe0, 0xe1, 0xe5, 0xe7].includes(code)) {
      if (code === 0x90) this.#sign();
      if (code === 0xe5) r.sectorCount = 0xff;
      if (code === 0xe7) this.#sectors.flush();
      this.#done();
    } else this.#refuse(4);
  }

  #addressed(): Addressed | undefined {
    const { device, lbaLow, lbaMid, lbaHigh, sectorCount } = this.#r;
    if ((device & 0x40) === 0) return undefined;
    const first = lbaLow + 2 ** 8 * lbaMid + 2 ** 16 * lbaHigh + 2 ** 24 * (device % 16);
    return { first, count: sectorCount === 0 ? 256 : sectorCount };
  }

  #begin(direction: 'in' | 'out', addressed?: Addressed): void {
    if (!addressed) return this.#refuse(4);
    this.#r.transfer = direction;
    this.#r.following = addressed.count - 1;
    if (this.#turnTo(addressed.first) && direction === 'in') this.#r.interrupt = true;
  }

  /** The sector is in the buffer, or awaited there; false if there is none. */
  #turnTo(sector: number): boolean {
    const r = this.#r;
    r.sector = sector;
    if (sector >= this.#sectors.count) {
      this.#missing(sector);
      return false;
    }
    if (r.transfer === 'in') r.buffer.set(this.#sectors.read(sector));
    r.index = 0;
    r.status = 0x58;
    return true;
  }

  #more(): void {
    this.#r.following -= 1;
    if (this.#turnTo(this.#r.sector + 1)) this.#r.interrupt = true;
  }

  #out(): number {
    const r = this.#r;
    const word = r.buffer[r.index] + 256 * r.buffer[r.index + 1];
    r.index += 2;
    if (r.index === 512 && r.following > 0) this.#more();
    else if (r.index === 512) this.#idle(0x50);
    return word;
  }

  #in(word: number): void {
    const r = this.#r;
    r.buffer[r.index++] = word % 256;
    r.buffer[r.index++] = word >> 8;
    if (r.index < 512) return;
    if (!this.#sectors.write(r.sector, r.buffer)) return this.#refuse(4, 0x20);
    if (!r.writeCache) this.#sectors.flush();
    if (r.following > 0) this.#more();
    else this.#done();
  }

  #verify(addressed?: Addressed): void {
    if (!addressed) return this.#refuse(4);
    const { count } = this.#sectors;
    if (addressed.first + addressed.count <= count) return this.#done();
    this.#missing(addressed.first < count ? count : addressed.first);
  }

  #identify(): void {
    const r = this.#r;
    r.buffer.set(identifyDevice(this.#sectors.count, r.writeCache));
    r.transfer = 'in';
    r.status = 0x58;
    r.interrupt = true;
  }

  #features(): void {
    const r = this.#r;
    const modes = [0, 1, 8, 9, 10, 11, 12];
    if (r.features === 0x02) r.writeCache = true;
    else if (r.features === 0x82) {
      r.writeCache = false;
      this.#sectors.flush();
    } else if (r.features !== 0x03 || !modes.includes(r.sectorCount)) return this.#refuse(4);
    this.#done();
  }

  #missing(sector: number): void {
    const r = this.#r;
    ADDRESS.forEach((name, i) => (r[name] = Math.floor(sector / 2 ** (8 * i)) % 256));
    r.device = (r.device & 0xf0) + (Math.floor(sector / 2 ** 24) % 16);
    this.#refuse(0x10);
  }

  #refuse(error: number, more = 0): void {
    this.#done();
    this.#r.error = error;
    this.#r.status = 0x51 + more;
  }

  #done(): void {
    this.#idle(0x50);
    this.#r.interrupt = true;
  }

  #idle(status: number): void {
    Object.assign(this.#r, { transfer: 'none', index: 0, following: 0, status });
  }
}

export const emulatedDevices: EmulatedDevices = {
  uart: (r, send) => new Port(r, send),
  ataDisk: (r, sectors) => new Drive(r, sectors),
};
