/** The bus: which device answers at which physical address. */
import type { PhysicalBus } from '../hart/ports';
import { InputError } from '../input-error';
import type { Width } from '../isa/row';
import type { Device } from './device';

/** A device and the first physical address that it answers at. */
export interface Claim {
  readonly base: number;
  readonly device: Device;
}

/** Physical addresses are numbers below 2^53; values are unsigned bigints. */
export class Bus implements PhysicalBus {
  readonly #claims: Claim[] = [];

  /** Every device with its address, lowest first. */
  get claims(): readonly Claim[] {
    return this.#claims;
  }

  /** Lets `device` answer at base .. base + device.size - 1. Throws InputError where another device already answers. */
  claim(base: number, device: Device): void {
    const other = this.#claims.find((c) => base < c.base + c.device.size && c.base < base + device.size);
    if (other) {
      throw new InputError(
        `"${device.name}" claims ${range(base, device.size)}, which overlaps "${other.device.name}" at ${range(other.base, other.device.size)}.`,
      );
    }
    this.#claims.push({ base, device });
    this.#claims.sort((a, b) => a.base - b.base);
  }

  /** The unsigned value that a device gives, or undefined where no device accepts such an access: an access fault. */
  load(address: number, width: Width): bigint | undefined {
    const claim = this.#accepting(address, width);
    return claim?.device.load(address - claim.base, width);
  }

  /** True when a device took the value; false where none accepts such an access: an access fault. */
  store(address: number, width: Width, value: bigint): boolean {
    const claim = this.#accepting(address, width);
    claim?.device.store(address - claim.base, width, value);
    return claim !== undefined;
  }

  /** The 16 bits of an instruction at an even address, or undefined where there is no memory to execute from. */
  fetch(address: number): number | undefined {
    const claim = this.#accepting(address, 2);
    return claim?.device.executable ? Number(claim.device.load(address - claim.base, 2)) : undefined;
  }

  /** Resets every device, lowest address first. */
  reset(): void {
    for (const { device } of this.#claims) device.reset();
  }

  /** Who answers an access of this width at this address. Devices take aligned accesses only, of the widths they know. */
  #accepting(address: number, width: Width): Claim | undefined {
    if (address % width !== 0) return undefined;
    const claim = this.#claims.find((c) => address >= c.base && address + width <= c.base + c.device.size);
    return claim?.device.widths.includes(width) ? claim : undefined;
  }
}

/** `0x10000000-0x100000ff` */
function range(base: number, size: number): string {
  return `0x${base.toString(16)}-0x${(base + size - 1).toString(16)}`;
}
