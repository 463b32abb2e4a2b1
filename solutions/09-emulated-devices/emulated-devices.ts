// 09 · Two devices that are nothing but software. A guest's driver has touched a register; it must not be able to tell that
// there is no chip behind it.
//
// `serialPort`: a 16550 (PC16550D data sheet, section 8) whose bytes leave at once. `disk`: an ATA disk without DMA (ATA/ATAPI-6,
// clauses 7 to 9) that moves sectors word by word. Write what is left open: what a load and a store do, and when the interrupt wire is
// up. All that a device remembers is in `r`, which the frame keeps; what is here already is done, and you may change it.
// #region solution: import { ata, identifyDevice, uart } from '#machine';
import { ata, identifyDevice, SECTOR, uart } from '#machine';
// #endregion
// #region solution: import { todo, type AtaModel, type AtaRegisters, type EmulatedDevices, type Sectors, type UartModel, type UartRegisters } from '#vmm';
import type { AtaModel, AtaRegisters, EmulatedDevices, Sectors, UartModel, UartRegisters } from '#vmm';
// #endregion

// #region solution: const { Register: Port, Fifo } = uart;
const { Register: Port, Enable, Cause, Fifo, LineStatus } = uart;
// #endregion

function serialPort(r: UartRegisters, send: (byte: number) => void): UartModel {
  const latch = (): boolean => (r.lcr & uart.DLAB) !== 0;
  const fifo = (): boolean => (r.fcr & Fifo.enable) !== 0;
  const full = (): boolean => r.received.length >= (fifo() ? uart.FIFO_BYTES : 1);

  // MCR. In loopback the modem's inputs are our outputs: OUT2 and OUT1 are DCD and RI, RTS is CTS, DTR is DSR. MSR's lower half
  // remembers which of them changed, of RI only that it ended.
  const controlModem = (value: number): void => {
    r.mcr = value & uart.CONTROL;
    const outputs = ((value & 0x0c) << 4) | ((value & 0x02) << 3) | ((value & 0x01) << 5);
    const lines = value & uart.LOOPBACK ? outputs : uart.PEER_READY;
    const changed = (lines ^ r.msr) & (lines & uart.RING ? 0xb0 : 0xf0);
    r.msr = lines | (r.msr & 0x0f) | (changed >> 4);
  };

  /** IIR bits 3:0, the most urgent cause that is enabled in IER. Changes nothing. */
  // #region solution: const cause = (): number => todo('which interrupt is the most urgent');
  // One wire for four causes: software asks IIR which, and gets the most urgent. Nothing is remembered of an interrupt as such; the
  // wire is up exactly as long as there is a cause, so a cause that nobody removes interrupts again and again.
  const cause = (): number => {
    const count = r.received.length;
    if (r.ier & Enable.lineStatus && r.overrun) return Cause.lineStatus;
    if (r.ier & Enable.received && count >= uart.TRIGGERS[r.fcr >> 6]) return Cause.received;
    // Without a baud rate the line is silent at once: a byte that waits below the trigger has waited long enough.
    if (r.ier & Enable.received && count > 0) return Cause.timeout;
    if (r.ier & Enable.sent && r.sent) return Cause.sent;
    if (r.ier & Enable.modemStatus && r.msr & 0x0f) return Cause.modemStatus;
    return Cause.none;
  };
  // #endregion

  // #region solution
  const accept = (byte: number): void => {
    r.received.push(byte);
    if (!fifo()) r.rbr = byte;
  };

  // THR. The byte is gone when the store is, so "THR empty" is news at once. In loopback it comes back to ourselves; what finds the
  // receiver full is lost, or, without FIFOs, takes the place of what was there.
  const transmit = (byte: number): void => {
    r.sent = true;
    if (!(r.mcr & uart.LOOPBACK)) return send(byte);
    if (full()) r.overrun = true;
    if (!fifo()) r.received.length = 0;
    if (!full()) accept(byte);
  };
  // #endregion

  // To switch FIFOs on or off empties both. An emptied transmitter is news, although ours was empty before.
  const controlFifos = (value: number): void => {
    const toggled = (value & Fifo.enable) !== (r.fcr & Fifo.enable);
    if (toggled || value & Fifo.clearReceiver) r.received.length = 0;
    if (toggled || value & Fifo.clearTransmitter) r.sent = true;
    r.fcr = value & Fifo.enable ? value & 0xc1 : 0; // the other bits take only together with bit 0
  };

  // #region solution: const receive = (byte: number): boolean => todo('a byte arrives');
  // Loopback cuts the wire from outside.
  const receive = (byte: number): boolean => {
    if (r.mcr & uart.LOOPBACK || full()) return false;
    accept(byte);
    return true;
  };
  // #endregion

  // #region solution: const load = (offset: number): number => (offset === Port.mcr ? r.mcr : todo('what a register holds'));
  // Reading is not harmless: RBR takes a byte out, IIR acknowledges "sent" if that is what it shows, LSR and MSR forget what they told.
  const load = (offset: number): number => {
    switch (offset) {
      case Port.rbrThrDll: {
        if (latch()) return r.divisor & 0xff;
        const byte = r.received.shift() ?? 0;
        return fifo() ? byte : r.rbr;
      }
      case Port.ierDlm:
        return latch() ? r.divisor >> 8 : r.ier;
      case Port.iirFcr: {
        const id = cause();
        if (id === Cause.sent) r.sent = false;
        return id | (fifo() ? uart.FIFOS_ON : 0);
      }
      case Port.lcr:
        return r.lcr;
      case Port.mcr:
        return r.mcr;
      case Port.lsr: {
        const ready = r.received.length > 0 ? LineStatus.dataReady : 0;
        const overrun = r.overrun ? LineStatus.overrun : 0;
        r.overrun = false;
        return LineStatus.transmitterEmpty | overrun | ready;
      }
      case Port.msr: {
        const { msr } = r;
        r.msr &= 0xf0;
        return msr;
      }
      default:
        return r.scr;
    }
  };
  // #endregion

  // #region solution: const store = (offset: number, value: number): void => (offset === Port.mcr ? controlModem(value) : todo('what a store does'));
  const store = (offset: number, value: number): void => {
    if (offset === Port.rbrThrDll && latch()) r.divisor = (r.divisor & 0xff00) | value;
    else if (offset === Port.rbrThrDll) transmit(value);
    else if (offset === Port.ierDlm && latch()) r.divisor = (value << 8) | (r.divisor & 0xff);
    else if (offset === Port.ierDlm) {
      // Drivers start to send by switching this cause on: it is pending at once, because the transmitter is empty.
      if (value & Enable.sent && !(r.ier & Enable.sent)) r.sent = true;
      r.ier = value & 0x0f;
    } else if (offset === Port.iirFcr) controlFifos(value);
    else if (offset === Port.lcr) r.lcr = value;
    else if (offset === Port.mcr) controlModem(value);
    else if (offset === Port.scr) r.scr = value; // LSR and MSR are read-only
  };
  // #endregion

  return { load, store, receive, interrupts: () => cause() !== uart.Cause.none };
}

const { Register, Command, Feature, Failure, Status } = ata;
const READY = Status.DRDY | Status.SEEK_COMPLETE;

/** Registers that keep what software wrote, until a command says otherwise. */
const KEPT: Readonly<Record<number, 'sectorCount' | 'lbaLow' | 'lbaMid' | 'lbaHigh' | 'device' | undefined>> = {
  [Register.sectorCount]: 'sectorCount',
  [Register.lbaLow]: 'lbaLow',
  [Register.lbaMid]: 'lbaMid',
  [Register.lbaHigh]: 'lbaHigh',
  [Register.device]: 'device',
};

function disk(r: AtaRegisters, sectors: Sectors): AtaModel {
  /** False while software talks to device 1, which is absent: then Status is 0 and the wire is down. */
  const selected = (): boolean => (r.device & ata.DEVICE_1) === 0;

  // #region solution: const end = (status: number): void => todo('no transfer goes on any more');
  // Every way out of a command comes through here. An index that survives into the next one is how VENOM (CVE-2015-3456) began.
  const end = (status: number): void => {
    r.transfer = 'none';
    r.index = r.following = 0;
    r.status = status;
  };
  // #endregion
  const complete = (): void => {
    end(READY);
    r.interrupt = true;
  };
  const fail = (error: number, more = 0): void => {
    end(READY | Status.ERR | more);
    r.error = error;
    r.interrupt = true;
  };
  // The address registers name the sector that is not there ("READ SECTOR(S)", error outputs).
  const notFound = (sector: number): void => {
    [r.lbaLow, r.lbaMid, r.lbaHigh] = [sector & 0xff, (sector >> 8) & 0xff, (sector >> 16) & 0xff];
    r.device = (r.device & 0xf0) | ((sector >> 24) & 0x0f);
    fail(Failure.IDNF);
  };

  const signature = (): void => {
    Object.assign(r, { features: 0, sectorCount: 1, lbaLow: 1, lbaMid: 0, lbaHigh: 0, device: 0 });
    r.error = ata.DIAGNOSTIC_PASSED;
  };

  // #region solution: const offer = (interrupts: boolean): void => todo('the sector that is next: is it there? DRQ');
  // The guest chose both numbers: each sector is looked at when its turn comes, and not only the first.
  const offer = (interrupts: boolean): void => {
    if (r.sector >= sectors.count) return notFound(r.sector);
    if (r.transfer === 'in') r.buffer.set(sectors.read(r.sector));
    r.index = 0;
    r.status = READY | Status.DRQ;
    r.interrupt ||= interrupts;
  };
  // #endregion
  // #region solution
  const next = (): void => {
    r.following--;
    r.sector++;
    offer(true);
  };
  // #endregion

  /** A count of 0 is 256. Cylinders, heads and sectors are no addresses any more. */
  const range = (): { first: number; count: number } | undefined =>
    r.device & ata.LBA
      ? {
          first: ((r.device & 0x0f) << 24) | (r.lbaHigh << 16) | (r.lbaMid << 8) | r.lbaLow,
          count: r.sectorCount || 256,
        }
      : undefined;

  // #region solution: const start = (transfer: 'in' | 'out'): void => todo('READ SECTOR(S), WRITE SECTOR(S)');
  // Clause 9: the first sector that is to be read is announced by an interrupt; the first one to be written is just awaited.
  const start = (transfer: 'in' | 'out'): void => {
    const asked = range();
    if (!asked) return fail(Failure.ABRT);
    Object.assign(r, { transfer, sector: asked.first, following: asked.count - 1 });
    offer(transfer === 'in');
  };
  // #endregion

  const verify = (): void => {
    const asked = range();
    if (!asked) return fail(Failure.ABRT);
    if (asked.first + asked.count > sectors.count) return notFound(Math.max(asked.first, sectors.count));
    complete();
  };
  const identify = (): void => {
    r.buffer.set(identifyDevice(sectors.count, r.writeCache));
    Object.assign(r, { transfer: 'in', following: 0, status: READY | Status.DRQ, interrupt: true });
  };
  const setFeatures = (): void => {
    const known = r.features === Feature.setTransferMode && ata.TRANSFER_MODES.includes(r.sectorCount);
    if (r.features === Feature.enableWriteCache) r.writeCache = true;
    else if (r.features === Feature.disableWriteCache) {
      r.writeCache = false;
      sectors.flush();
    } else if (!known) return fail(Failure.ABRT);
    complete();
  };

  const COMMANDS: Readonly<Record<number, (() => void) | undefined>> = {
    [Command.readSectors]: () => start('in'),
    [Command.readSectorsWithoutRetry]: () => start('in'),
    [Command.writeSectors]: () => start('out'),
    [Command.writeSectorsWithoutRetry]: () => start('out'),
    [Command.readVerifySectors]: verify,
    [Command.identifyDevice]: identify,
    [Command.setFeatures]: setFeatures,
    [Command.executeDeviceDiagnostic]: () => void (signature(), complete()),
    [Command.flushCache]: () => void (sectors.flush(), complete()),
    [Command.checkPowerMode]: () => void ((r.sectorCount = ata.ACTIVE), complete()),
    [Command.standbyImmediate]: complete,
    [Command.idleImmediate]: complete,
  };
  // #region solution: const command = (code: number): void => todo('find it in COMMANDS');
  // The absent device 1 hears nothing but the diagnostic, which is for both. A transfer that is still going on ends.
  const command = (code: number): void => {
    if (!selected() && code !== Command.executeDeviceDiagnostic) return;
    end(READY);
    r.interrupt = false;
    r.error = 0;
    const carryOut = COMMANDS[code];
    if (carryOut) carryOut();
    else fail(Failure.ABRT);
  };
  // #endregion

  // #region solution: const loadData = (): number => todo('a word for the host');
  const loadData = (): number => {
    const word = r.buffer[r.index] | (r.buffer[r.index + 1] << 8);
    r.index += 2;
    if (r.index < SECTOR) return word;
    if (r.following === 0) end(READY);
    else next();
    return word;
  };
  // #endregion

  // #region solution: const storeData = (word: number): void => todo('a word from the host');
  const storeData = (word: number): void => {
    r.buffer.set([word & 0xff, word >> 8], r.index);
    r.index += 2;
    if (r.index < SECTOR) return;
    if (!sectors.write(r.sector, r.buffer)) return fail(Failure.ABRT, Status.DEVICE_FAULT);
    if (!r.writeCache) sectors.flush();
    if (r.following === 0) complete();
    else next();
  };
  // #endregion

  // #region solution: const control = (value: number): void => todo('nIEN and SRST');
  // SRST holds the device in reset as long as it is set; it comes out of it when the bit goes (clause 9, "Software reset").
  const control = (value: number): void => {
    const was = r.control;
    r.control = value & (ata.NIEN | ata.SRST);
    if (!((value | was) & ata.SRST)) return;
    end(value & ata.SRST ? Status.BSY : READY);
    r.interrupt = false;
    if (!(value & ata.SRST)) signature();
  };
  // #endregion

  // #region solution: const load = (offset: number, width: 1 | 2): number => todo('what a register holds');
  const load = (offset: number, width: 1 | 2): number => {
    const kept = KEPT[offset];
    if (kept) return r[kept];
    if (offset === Register.data) return width === 2 && r.transfer === 'in' ? loadData() : 0;
    if (offset === Register.errorFeatures) return r.error;
    if (offset !== Register.statusCommand && offset !== ata.CONTROL_BLOCK) return 0;
    if (!selected()) return 0;
    if (offset === Register.statusCommand) r.interrupt = false; // the host knows now; Alternate Status is for looking without saying so
    return r.status;
  };
  // #endregion

  const store = (offset: number, width: 1 | 2, value: number): void => {
    const kept = KEPT[offset];
    if (offset === Register.data) return width === 2 && r.transfer === 'out' ? storeData(value) : undefined;
    if (offset === ata.CONTROL_BLOCK) return control(value & 0xff);
    if (r.status & Status.BSY) return;
    if (kept) r[kept] = value & 0xff;
    else if (offset === Register.errorFeatures) r.features = value & 0xff;
    else if (offset === Register.statusCommand) command(value & 0xff);
  };

  // #region solution: const interrupts = (): boolean => todo('is INTRQ up?');
  const interrupts = (): boolean => r.interrupt && (r.control & ata.NIEN) === 0 && selected();
  // #endregion

  return { load, store, interrupts };
}

export const emulatedDevices: EmulatedDevices = { uart: serialPort, ataDisk: disk };
