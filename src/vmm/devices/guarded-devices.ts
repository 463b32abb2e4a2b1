/** The wall around the part `emulatedDevices`. Asked at every access to a device, so it is made without closures, as in guarded.ts for time. */
import type { AtaModel, EmulatedDevices, UartModel } from '../emulated-devices';
import { describe, failureOf, guarded, PartFailure } from '../part-failure';

type Asked = 'load' | 'store' | 'receive' | 'interrupts';

export const guardEmulatedDevices = (part: EmulatedDevices): EmulatedDevices => ({
  uart: (registers, send) =>
    new GuardedUart(guarded('emulatedDevices', 'emulatedDevices.uart', () => part.uart(registers, send))),
  ataDisk: (registers, sectors) =>
    new GuardedAta(guarded('emulatedDevices', 'emulatedDevices.ataDisk', () => part.ataDisk(registers, sectors))),
});

class GuardedUart implements UartModel {
  readonly #model: UartModel;

  constructor(model: UartModel) {
    this.#model = model;
  }

  load(offset: number): number {
    try {
      return register('uart', this.#model.load(offset), 0xff);
    } catch (error) {
      throw failure('uart', 'load', error);
    }
  }

  store(offset: number, value: number): void {
    try {
      this.#model.store(offset, value);
    } catch (error) {
      throw failure('uart', 'store', error);
    }
  }

  receive(byte: number): boolean {
    try {
      return flag('uart', 'receive', this.#model.receive(byte));
    } catch (error) {
      throw failure('uart', 'receive', error);
    }
  }

  interrupts(): boolean {
    try {
      return flag('uart', 'interrupts', this.#model.interrupts());
    } catch (error) {
      throw failure('uart', 'interrupts', error);
    }
  }
}

class GuardedAta implements AtaModel {
  readonly #model: AtaModel;

  constructor(model: AtaModel) {
    this.#model = model;
  }

  load(offset: number, width: 1 | 2): number {
    try {
      return register('ataDisk', this.#model.load(offset, width), width === 1 ? 0xff : 0xffff);
    } catch (error) {
      throw failure('ataDisk', 'load', error);
    }
  }

  store(offset: number, width: 1 | 2, value: number): void {
    try {
      this.#model.store(offset, width, value);
    } catch (error) {
      throw failure('ataDisk', 'store', error);
    }
  }

  interrupts(): boolean {
    try {
      return flag('ataDisk', 'interrupts', this.#model.interrupts());
    } catch (error) {
      throw failure('ataDisk', 'interrupts', error);
    }
  }
}

function register(device: keyof EmulatedDevices, value: unknown, most: number): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most) return value as number;
  throw lied(device, 'load', value, `a whole number from 0 to ${most}`);
}

function flag(device: keyof EmulatedDevices, asked: Asked, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw lied(device, asked, value, 'true or false');
}

const failure = (device: keyof EmulatedDevices, asked: Asked, error: unknown): unknown =>
  failureOf('emulatedDevices', `${device}.${asked}`, error);

const lied = (device: keyof EmulatedDevices, asked: Asked, value: unknown, allowed: string): PartFailure =>
  new PartFailure(
    'emulatedDevices',
    `your \`${device}.${asked}\` returned ${describe(value)}; it must return ${allowed}.`,
  );
