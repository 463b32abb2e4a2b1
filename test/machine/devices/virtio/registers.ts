/** Names for what a virtio driver reads and writes (virtio 1.2, sections 2.1, 2.7.5, 4.2.2 and 6). Written from the specification alone. */

/** Registers, section 4.2.2. */
export const REG = {
  magic: 0x00,
  version: 0x04,
  deviceId: 0x08,
  vendorId: 0x0c,
  deviceFeatures: 0x10,
  deviceFeaturesSel: 0x14,
  driverFeatures: 0x20,
  driverFeaturesSel: 0x24,
  queueSel: 0x30,
  queueSizeMax: 0x34,
  queueSize: 0x38,
  queueReady: 0x44,
  queueNotify: 0x50,
  interruptStatus: 0x60,
  interruptAck: 0x64,
  status: 0x70,
  desc: 0x80,
  driver: 0x90,
  device: 0xa0,
  shmLen: 0xb0,
  queueReset: 0xc0,
  generation: 0xfc,
  config: 0x100,
} as const;

export const [ACKNOWLEDGE, DRIVER, DRIVER_OK, FEATURES_OK, NEEDS_RESET, FAILED] = [1, 2, 4, 8, 64, 128];
export const [NEXT, WRITE, INDIRECT] = [1, 2, 4];
export const INDIRECT_DESC = 1n << 28n;
export const EVENT_IDX = 1n << 29n;
export const VERSION_1 = 1n << 32n;
export const RING_RESET = 1n << 40n;
