/** The registers of an ATA device that say what a command is about: count, address, device (ATA/ATAPI-6, clause 7). */
import { CONTROL_BLOCK, DEVICE_1, LBA, Register } from './ata-registers';

const ADDRESS = [Register.lbaLow, Register.lbaMid, Register.lbaHigh];

export class TaskFile {
  /** What software wrote, by offset: features, count, address, device. */
  readonly written = new Uint8Array(CONTROL_BLOCK);

  /** Device 1 is absent: device 0 answers for it, with a Status of 0 (clause 9, "Device 0 only configurations"). */
  get isSelected(): boolean {
    return (this.written[Register.device] & DEVICE_1) === 0;
  }

  /** How software tells disks from packet devices (clause 9, "Signature and persistence"). */
  putSignature(): void {
    this.written.fill(0);
    this.written[Register.sectorCount] = 1;
    this.written[Register.lbaLow] = 1;
  }

  /** The 28-bit address and the count, 0 of which is 256; undefined for cylinders, heads and sectors, which ATA/ATAPI-6 no longer has. */
  range(): { first: number; count: number } | undefined {
    const device = this.written[Register.device];
    if (!(device & LBA)) return undefined;
    const [low, mid, high] = ADDRESS.map((register) => this.written[register]);
    const first = ((device & 0xf) << 24) | (high << 16) | (mid << 8) | low;
    return { first, count: this.written[Register.sectorCount] || 256 };
  }

  /** The registers name a sector that is not there ("READ SECTOR(S)", error outputs). */
  name(sector: number): void {
    ADDRESS.forEach((register, i) => (this.written[register] = sector >> (8 * i)));
    this.written[Register.device] = (this.written[Register.device] & 0xf0) | ((sector >> 24) & 0xf);
  }
}
