/** A mistake of the driver's after which a device cannot go on (virtio 1.2, section 2.1 "Device Status Field": DEVICE_NEEDS_RESET). */

/** Thrown where the mistake is found, also by queue operations that are not the machine's; caught in `VirtioCore` and nowhere else. The message is for people who debug a driver. */
export class DriverError extends Error {
  override readonly name: string = 'DriverError';
}
