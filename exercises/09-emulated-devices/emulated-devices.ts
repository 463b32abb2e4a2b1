// Edit this file: `npx hv watch 09` grades it at every save, `npx hv reset 09` brings this original back.
// 09 · Two devices that are nothing but software. A guest's driver has touched a register; it must not be able to tell that
// there is no chip behind it.
//
// `serialPort`: a 16550 (PC16550D data sheet, section 8) whose bytes leave at once. `disk`: an ATA disk without DMA (ATA/ATAPI-6,
// clauses 7 to 9) that moves sectors word by word. Write what is left open: what a load and a store do, and when the interrupt wire is
// up. All that a device remembers is in `r`, which the frame keeps; what is here already is done, and you may change it.
import { ata, identifyDevice, uart } from '#machine';
import { todo, type AtaModel, type AtaRegisters, type EmulatedDevices, type Sectors, type UartModel, type UartRegisters } from '#vmm';

const { Register: Port, Fifo } = uart;

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
  const cause = (): number => todo('which interrupt is the most urgent');

  // To switch FIFOs on or off empties both. An emptied transmitter is news, although ours was empty before.
  const controlFifos = (value: number): void => {
    const toggled = (value & Fifo.enable) !== (r.fcr & Fifo.enable);
    if (toggled || value & Fifo.clearReceiver) r.received.length = 0;
    if (toggled || value & Fifo.clearTransmitter) r.sent = true;
    r.fcr = value & Fifo.enable ? value & 0xc1 : 0; // the other bits take only together with bit 0
  };

  const receive = (byte: number): boolean => todo('a byte arrives');

  const load = (offset: number): number => (offset === Port.mcr ? r.mcr : todo('what a register holds'));

  const store = (offset: number, value: number): void => (offset === Port.mcr ? controlModem(value) : todo('what a store does'));

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

  const end = (status: number): void => todo('no transfer goes on any more');
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

  const offer = (interrupts: boolean): void => todo('the sector that is next: is it there? DRQ');

  /** A count of 0 is 256. Cylinders, heads and sectors are no addresses any more. */
  const range = (): { first: number; count: number } | undefined =>
    r.device & ata.LBA
      ? {
          first: ((r.device & 0x0f) << 24) | (r.lbaHigh << 16) | (r.lbaMid << 8) | r.lbaLow,
          count: r.sectorCount || 256,
        }
      : undefined;

  const start = (transfer: 'in' | 'out'): void => todo('READ SECTOR(S), WRITE SECTOR(S)');

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
  const command = (code: number): void => todo('find it in COMMANDS');

  const loadData = (): number => todo('a word for the host');

  const storeData = (word: number): void => todo('a word from the host');

  const control = (value: number): void => todo('nIEN and SRST');

  const load = (offset: number, width: 1 | 2): number => todo('what a register holds');

  const store = (offset: number, width: 1 | 2, value: number): void => {
    const kept = KEPT[offset];
    if (offset === Register.data) return width === 2 && r.transfer === 'out' ? storeData(value) : undefined;
    if (offset === ata.CONTROL_BLOCK) return control(value & 0xff);
    if (r.status & Status.BSY) return;
    if (kept) r[kept] = value & 0xff;
    else if (offset === Register.errorFeatures) r.features = value & 0xff;
    else if (offset === Register.statusCommand) command(value & 0xff);
  };

  const interrupts = (): boolean => todo('is INTRQ up?');

  return { load, store, interrupts };
}

export const emulatedDevices: EmulatedDevices = { uart: serialPort, ataDisk: disk };
