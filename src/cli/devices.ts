/** What `hv boot` plugs into one machine, real or virtual: disks from files, and a network of its own. */
import { SeededBytes, Switch, type MachineOptions } from '#machine';
import { openDisk } from './disk-file';

export interface DeviceOptions {
  /** Files, each perhaps with `,write`. */
  readonly disk?: readonly string[];
  /** A network card, on a switch with a gateway that answers DHCP and ping. */
  readonly net?: boolean;
}

export interface Devices {
  readonly setup: Pick<MachineOptions, 'virtio' | 'gateway'>;
  /** Bytes for the kernel's random numbers, for /chosen. */
  readonly rngSeed: Uint8Array;
  close(): void;
}

/** Two runs of the same machine are the same run, random numbers included. */
const SEED = 0n;
const RNG_SEED_BYTES = 32;

/** Locally administered, as QEMU's first card. */
const MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56);

/** Throws UsageError for a disk that cannot be had. */
export function openDevices({ disk = [], net = false }: DeviceOptions): Devices {
  const disks = openAll(disk);
  const network = new Switch();
  const connect = network.connect.bind(network);
  return {
    setup: {
      virtio: { disks, nets: net ? [{ mac: MAC, connect }] : [], entropySeed: SEED },
      gateway: net ? connect : undefined,
    },
    rngSeed: new SeededBytes(SEED + 1n).next(RNG_SEED_BYTES),
    close: () => disks.forEach((each) => each.close()),
  };
}

/** All or none. */
function openAll(options: readonly string[]): ReturnType<typeof openDisk>[] {
  const disks: ReturnType<typeof openDisk>[] = [];
  try {
    for (const option of options) disks.push(openDisk(option));
    return disks;
  } catch (error) {
    for (const disk of disks) disk.close();
    throw error;
  }
}
