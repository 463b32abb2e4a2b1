/** From a file of virtual machines to what the hypervisor is asked for: images read, disks opened, networks connected. */
import path from 'node:path';
import { UsageError } from '#course';
import { findGuest, readGuest } from '#course/lab';
import { BOARD, initrdImage, loadImage, SeededBytes, Switch, type Image, type Link } from '#machine';
import { imageOf, type BootOptions, type VmConfig } from '#vmm';
import { openDisk, type DiskFile } from '../disk-file';
import { readImageFile } from '../image-file';
import { unpacked } from '../unpack';
import type { VmEntry } from './form';
import type { ParsedVms, Path } from './parse';

/** What is asked for, and how to close the files behind it. */
export interface Machines {
  readonly options: Pick<BootOptions, 'vms' | 'gateways'>;
  close(): void;
}

/** Takes what the VM of this name writes. */
export type Consoles = (vm: string) => (byte: number) => void;

type VmDisk = NonNullable<VmEntry['devices']['ata']>;

/** Where firmware puts a raw kernel, from the start of RAM. */
const KERNEL_OFFSET = 2 ** 21;
const RNG_SEED_BYTES = 32;

/**
 * Files are looked for beside the file of machines. `console` makes the reader of a VM's output. Throws UsageError with its line for what
 * cannot be had.
 */
export function machinesOf({ file, problem }: ParsedVms, folder: string, console: Consoles): Machines {
  const opened: DiskFile[] = [];
  const networks = new Map<string, Switch>();
  const close = (): void => opened.forEach((disk) => disk.close());
  const maker = new MachineMaker(folder, opened, networks, problem, console);
  try {
    const vms = Object.entries(file.vms).map(([name, entry], i) => maker.vm(name, entry, i));
    const gateways = [...networks.values()].map((network) => (gateway: Link) => network.connect(gateway));
    return { options: { vms, gateways }, close };
  } catch (error) {
    close();
    throw error;
  }
}

class MachineMaker {
  constructor(
    private readonly folder: string,
    private readonly opened: DiskFile[],
    private readonly networks: Map<string, Switch>,
    private readonly problem: ParsedVms['problem'],
    private readonly console: Consoles,
  ) {}

  /** Kernels, unpacked, and initrds by path: machines with the same one share its bytes. */
  private readonly images = new Map<string, Uint8Array>();
  /** The files in use, and whether somebody writes to them. */
  private readonly writers = new Map<string, boolean>();

  /** `index` makes addresses on the network and random numbers the VM's own. */
  vm(name: string, entry: VmEntry, index: number): VmConfig {
    const at = ['vms', name];
    const ranges =
      typeof entry.memory === 'number' ? undefined : entry.memory.map(({ at: gpa, size }) => ({ gpa, size }));
    const memoryBytes =
      typeof entry.memory === 'number' ? entry.memory : entry.memory.reduce((sum, { size }) => sum + size, 0);
    const [first] = [...(ranges ?? [{ gpa: BOARD.ram.base, size: memoryBytes }])].sort((a, b) => a.gpa - b.gpa);
    const ram = { base: first.gpa, size: first.size };
    const image = this.image(entry, at, ram);
    return {
      name,
      image,
      initrd: this.initrd(entry, at, image, ram),
      memoryBytes,
      ranges,
      pieceBytes: entry.pieces,
      harts: entry.harts,
      append: entry.append,
      rngSeed: new SeededBytes(BigInt(index) + 1n).next(RNG_SEED_BYTES),
      consoleBytes: entry.console?.quota,
      console: this.console(name),
      devices: this.devices(entry.devices, [...at, 'devices'], { name, index }),
    };
  }

  private image(entry: VmEntry, at: Path, ram: { base: number; size: number }): Image {
    const { guest, kernel } = entry;
    if (guest !== undefined)
      return this.trying([...at, 'guest'], () => imageOf(findGuest(guest).file, readGuest(guest)));
    return this.trying([...at, 'kernel'], () => {
      const bytes = this.once('kernel', kernel!, (path) => unpacked(readImageFile(path), kernel!));
      return loadImage(bytes, kernel!, { rawAddress: ram.base + KERNEL_OFFSET, ram });
    });
  }

  private initrd({ initrd }: VmEntry, at: Path, kernel: Image, ram: { base: number; size: number }): Image | undefined {
    if (initrd === undefined) return undefined;
    return this.trying([...at, 'initrd'], () =>
      initrdImage(this.once('initrd', initrd, readImageFile), initrd, kernel, ram),
    );
  }

  private once(as: string, file: string, read: (path: string) => Uint8Array): Uint8Array {
    const path = this.path(file);
    const bytes = this.images.get(`${as} ${path}`) ?? read(path);
    this.images.set(`${as} ${path}`, bytes);
    return bytes;
  }

  private devices(entry: VmEntry['devices'], at: Path, vm: { name: string; index: number }): VmConfig['devices'] {
    const disks = entry.disk.map((disk, i) => ({
      store: this.disk(disk, entry.disk.length > 1 ? [...at, 'disk', i] : [...at, 'disk']).store,
      readOnly: disk.readonly,
    }));
    const nets = entry.net.map(({ network, backlog }, i) => ({
      mac: macOf(vm.index, i),
      backlog,
      connect: (device: Link) => this.network(network).connect(device),
    }));
    return {
      virtio: {
        disks,
        nets,
        entropySeed: entry.entropy === undefined ? undefined : BigInt(entry.entropy),
        console: entry.console ? this.console(vm.name) : undefined,
      },
      ata: entry.ata && this.disk(entry.ata, [...at, 'ata']).store,
      ideal: entry.ideal && this.disk(entry.ideal, [...at, 'ideal']).store,
      timeAtPowerOn: entry.rtc === undefined ? undefined : BigInt(Date.parse(entry.rtc)) * 1_000_000n,
    };
  }

  /** Opened for this device alone: what it writes stays in memory of its own, or else nobody else may use the file. */
  private disk({ file, write, quota }: VmDisk, at: Path): DiskFile {
    const place = this.path(file);
    const shared = this.writers.get(place);
    if (shared !== undefined && (shared || write))
      throw this.problem(at, `"${file}" is written to, so only one disk may use it.`);
    this.writers.set(place, write);
    const option = place + (write ? ',write' : '');
    const disk = this.trying(at, () => openDisk(option, quota === undefined ? undefined : { limitBytes: quota }));
    this.opened.push(disk);
    return disk;
  }

  private network(name: string): Switch {
    const known = this.networks.get(name) ?? new Switch();
    this.networks.set(name, known);
    return known;
  }

  private path(file: string): string {
    return path.resolve(this.folder, file);
  }

  /** What goes wrong with a file is told with the line that names it. */
  private trying<T>(at: Path, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (error instanceof UsageError || (error as Error).name === 'ImageError')
        throw this.problem(at, (error as Error).message);
      throw error;
    }
  }
}

/** Locally administered, as QEMU's cards: 52:54:00:12, VM, card. */
const macOf = (vm: number, card: number): Uint8Array => Uint8Array.of(0x52, 0x54, 0x00, 0x12, vm, 0x56 + card);
