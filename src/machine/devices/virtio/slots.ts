/** Which virtio device is in which slot of the board. */
import { InputError } from '../../input-error';
import type { Link } from '../../net/link';
import type { BlockStore } from '../block-store';
import { SeededBytes } from '../random-bytes';
import { VirtioBlock, type BlockOptions } from './block';
import { VirtioConsole } from './console';
import type { VirtioPorts } from './core';
import type { VirtioDevice } from './device';
import { VirtioEntropy } from './entropy';
import { VirtioMmio } from './mmio';
import { VirtioNet, type NetOptions } from './net';

/** What is plugged in: disks from slot 0 on, in their order, behind them the networks, then entropy, then the console. */
export interface VirtioSetup {
  readonly disks?: readonly (BlockOptions & { readonly store: BlockStore })[];
  /** `connect` gets the device's end of the cable, which takes frames for the guest, and gives the other end. */
  readonly nets?: readonly (NetOptions & { readonly connect: (device: Link) => Link })[];
  /** Plugs an entropy device in, whose bytes follow from this integer. */
  readonly entropySeed?: bigint;
  /** Plugs a console in: takes each byte that the guest prints there. */
  readonly console?: (byte: number) => void;
  /** Instructions that each request takes, 1 or more. Default: requests complete at once. */
  readonly latency?: number;
}

export interface VirtioSlots {
  /** As many as the board has, with and without a device. */
  readonly slots: readonly VirtioMmio[];
  readonly disks: readonly VirtioBlock[];
  readonly nets: readonly VirtioNet[];
  readonly console?: VirtioConsole;
}

/** `ports(n)` is what slot n is connected to. Throws InputError for more devices than slots. */
export function virtioSlots(setup: VirtioSetup, count: number, ports: (slot: number) => VirtioPorts): VirtioSlots {
  const disks = (setup.disks ?? []).map(({ store, ...options }) => new VirtioBlock(store, options));
  const nets = (setup.nets ?? []).map(({ connect, ...options }) => new VirtioNet(connect, options));
  const entropy = setup.entropySeed === undefined ? undefined : new VirtioEntropy(new SeededBytes(setup.entropySeed));
  const console = setup.console && new VirtioConsole(setup.console);
  const plugged: readonly (VirtioDevice | undefined)[] = [...disks, ...nets, entropy, console];
  const devices = plugged.filter((device) => device !== undefined);
  if (devices.length > count) {
    throw new InputError(`${devices.length} virtio devices are not possible: the board has ${count} slots for them.`);
  }
  const slots = Array.from({ length: count }, (_, slot) => new VirtioMmio(ports(slot), devices[slot]));
  return { slots, disks, nets, console };
}
