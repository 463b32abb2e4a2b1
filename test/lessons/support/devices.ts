/** Devices for judging their emulation: code that touches registers one after the other, disks that watch, and models on a bench. */
import { BOARD, MemoryStore, SECTOR } from '#machine';
import type { AtaModel, AtaRegisters, EmulatedDevices, Sectors, UartModel, UartRegisters } from '#vmm';
import { ataAtPowerOn } from '../../../src/vmm/devices/ata';
import { uartAtPowerOn } from '../../../src/vmm/devices/uart';

/** Lets the PLIC hand interrupts of both devices to hart 0. sie stays 0: the guest asks, and is not interrupted. */
const PLIC_ON = `
    li a1, ${BOARD.plic.base}
    li t1, 1
    sw t1, ${4 * BOARD.uart.irq}(a1)
    sw t1, ${4 * BOARD.ata.irq}(a1)
    li a2, ${BOARD.plic.base + 0x2080}
    li t1, ${(1 << BOARD.uart.irq) | (1 << BOARD.ata.irq)}
    sw t1, 0(a2)
    li a1, ${BOARD.plic.base + 0x20_1004}`;

/** A kernel's body that touches the registers of one device. */
export const driver = (device: 'uart' | 'ata', ...touches: readonly string[]): string =>
  `${PLIC_ON}\n    li a0, ${BOARD[device].base}\n${touches.join('\n')}`;

export const load = (offset: number, width: 1 | 2 = 1): string =>
  `    ${width === 1 ? 'lbu' : 'lhu'} t2, ${offset}(a0)`;
export const store = (offset: number, value: number, width: 1 | 2 = 1): string =>
  `    li t1, ${value}\n    ${width === 1 ? 'sb' : 'sh'} t1, ${offset}(a0)`;
/** The PLIC's claim, completed at once: 0 if the device's wire is down. */
export const WIRE = '    lw t3, 0(a1)\n    sw t3, 0(a1)';
/** 256 words of Data, or as many as said, each of which the guest adds up. */
export const loadWords = (count = 256, label = 1): string =>
  `    li t4, ${count}\n${label}:  lhu t2, 0(a0)\n    add s1, s1, t2\n    addi t4, t4, -1\n    bnez t4, ${label}b`;
export const storeWords = (first: number, count = 256, label = 1): string =>
  `    li t4, ${count}\n    li t1, ${first}\n${label}:  sh t1, 0(a0)\n    addi t1, t1, 257\n    addi t4, t4, -1\n    bnez t4, ${label}b`;

/** Registers of the disk, by their names in ATA/ATAPI-6; what they mean is in the test. */
export const DATA = 0x00;
export const ERROR = 0x04;
export const COUNT = 0x08;
export const LBA_LOW = 0x0c;
export const DEVICE = 0x18;
export const STATUS = 0x1c;
export const CONTROL = 0x20;

/** The stores that make up a command with a 28-bit address: 0x20 reads, 0x30 writes. */
export const commandOf = (code: number, sector: number, count: number): [offset: number, value: number][] => [
  [COUNT, count],
  [LBA_LOW, sector & 0xff],
  [0x10, (sector >> 8) & 0xff],
  [0x14, (sector >> 16) & 0xff],
  [DEVICE, 0x40 | ((sector >> 24) & 0x0f)],
  [STATUS, code],
];
export const command = (code: number, sector: number, count: number): string =>
  commandOf(code, sector, count)
    .map(([offset, value]) => store(offset, value))
    .join('\n');

/** A sector's contents: no two sectors are alike, nor are two words of one. */
export const contentsOf = (sector: number): Uint8Array =>
  Uint8Array.from({ length: SECTOR }, (_, i) => 31 * sector + i + (i >> 8));

export const contents = (sectors: number): Uint8Array =>
  Buffer.concat(Array.from({ length: sectors }, (_, i) => contentsOf(i)));

/** `devices` of a run: the same disk for the bare machine and for the VM, and both of them afterwards. */
export function twins(sectors: number): { devices: () => { ata: MemoryStore }; stores: MemoryStore[] } {
  const stores: MemoryStore[] = [];
  const devices = () => {
    const ata = new MemoryStore(contents(sectors));
    stores.push(ata);
    return { ata };
  };
  return { devices, stores };
}

/** A disk without a machine around it, and what is asked of its store. */
export interface DiskBench {
  readonly registers: AtaRegisters;
  readonly model: AtaModel;
  readonly bytes: Uint8Array;
  /** In order: `read 3`, `write 4`, `flush`. */
  readonly asked: string[];
  /** What is stored into these registers, one byte each. */
  stores(touches: readonly (readonly [offset: number, value: number])[]): void;
  readWords(count?: number): Uint8Array;
  writeWords(bytes: Uint8Array): void;
}

/** `taken: false`: the medium has no room for what is written. */
export function diskBench(part: EmulatedDevices, count: number, { taken = true } = {}): DiskBench {
  const [bytes, asked] = [contents(count), [] as string[]];
  const sectors: Sectors = {
    count,
    read: (sector) => {
      asked.push(`read ${sector}`);
      return bytes.slice(sector * SECTOR, (sector + 1) * SECTOR);
    },
    write: (sector, from) => {
      asked.push(`write ${sector}`);
      if (taken && sector < count) bytes.set(from, sector * SECTOR);
      return taken;
    },
    flush: () => void asked.push('flush'),
  };
  const registers = ataAtPowerOn();
  const model = part.ataDisk(registers, sectors);
  return {
    registers,
    model,
    bytes,
    asked,
    stores: (touches) => touches.forEach(([offset, value]) => model.store(offset, 1, value)),
    readWords(words = 256) {
      const read = Uint16Array.from({ length: words }, () => model.load(DATA, 2));
      return new Uint8Array(read.buffer);
    },
    writeWords(from) {
      for (let i = 0; i < from.length; i += 2) model.store(DATA, 2, from[i] | (from[i + 1] << 8));
    },
  };
}

/** A serial port without a machine around it, and what it has sent. */
export function portBench(part: EmulatedDevices): { registers: UartRegisters; port: UartModel; sent: number[] } {
  const [registers, sent] = [uartAtPowerOn(), [] as number[]];
  return { registers, sent, port: part.uart(registers, (byte) => sent.push(byte)) };
}

export const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);
