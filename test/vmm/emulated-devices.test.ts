/** The emulated serial port and ATA disk against the machine's own: whatever a driver does, it cannot tell them apart. */
import { ata, Ata, MemoryStore, SECTOR, Uart16550, type Device, type Saved } from '#machine';
import { referenceParts } from '#reference';
import { guardParts, type EmulatedDevices } from '#vmm';
import { EmulatedAta } from '../../src/vmm/devices/ata';
import { EmulatedUart } from '../../src/vmm/devices/uart';
import { Chance } from '../machine/engine/lockstep/chance';

const SECTORS = 6;
const ACCESSES = Number(process.env.WORLDSWITCH_FUZZ ?? 5_000);
const { emulatedDevices } = guardParts(referenceParts);
const contents = Uint8Array.from({ length: SECTORS * SECTOR }, (_, i) => i * 7 + (i >> 9));

/** A wire that remembers where it stands and how often it moved. */
class Wire {
  level = false;
  rises = 0;
  set(level: boolean): void {
    if (level && !this.level) this.rises++;
    this.level = level;
  }
}

/** A disk whose medium takes nothing while it is worn out. */
class Store extends MemoryStore {
  wornOut = false;
  flushes = 0;
  override write(sector: number, bytes: Uint8Array): boolean {
    return !this.wornOut && super.write(sector, bytes);
  }
  override flush(): void {
    this.flushes++;
  }
}

/** Wire and device, and what else can be seen of it from outside. */
interface Seen {
  readonly wire: Wire;
  readonly device: Device;
  readonly outside: () => readonly unknown[];
}

function serialPorts(
  part: EmulatedDevices,
): readonly [bare: Seen & { device: Uart16550 }, vm: Seen & { device: EmulatedUart }] {
  const seen = <D extends Uart16550 | EmulatedUart>(make: (wire: Wire, send: (byte: number) => void) => D) => {
    const [wire, sent]: [Wire, number[]] = [new Wire(), []];
    const device = make(wire, (byte) => sent.push(byte));
    return { wire, device, outside: () => [sent.splice(0), device.drained, device.listens, device.polls] };
  };
  return [
    seen((wire, send) => new Uart16550(wire, send)),
    seen((wire, send) => new EmulatedUart(part.uart, wire, send)),
  ];
}

function disks(part: EmulatedDevices): readonly [bare: Seen & { store: Store }, vm: Seen & { store: Store }] {
  const seen = (make: (wire: Wire, store: Store) => Device) => {
    const [wire, store] = [new Wire(), new Store(contents)];
    return { wire, store, device: make(wire, store), outside: () => [store.flushes] };
  };
  return [
    seen((wire, store) => new Ata(wire, store)),
    seen((wire, store) => new EmulatedAta(part.ataDisk, wire, store)),
  ];
}

/** One access to both: they answer the same, and stand the same afterwards. */
function both([bare, vm]: readonly [Seen, Seen], what: string, act: (device: Device) => unknown): void {
  const seen = ({ device, wire, outside }: Seen): string =>
    `${what}: ${[act(device), wire.level, wire.rises, ...outside()].join(' ')}`;
  const [right, mine] = [seen(bare), seen(vm)];
  if (mine !== right) expect(mine).toBe(right); // the matcher is slow, and is asked a million times
}

test('a serial port answers any sequence of loads, stores, arriving bytes and resets as the chip does', () => {
  const pair = serialPorts(emulatedDevices);
  const chance = new Chance(9);
  for (let i = 0; i < 10 * ACCESSES; i++) {
    const [offset, value] = [chance.below(8), chance.next() & (chance.oneIn(2) ? 0x1f : 0xff)];
    const kind = chance.below(16);
    if (kind === 0)
      both(pair, 'input', (port) =>
        (port as Uart16550).input(Uint8Array.from({ length: 1 + (i % 20) }, (_, n) => n + i)),
      );
    else if (kind === 1 && chance.oneIn(20)) both(pair, 'reset', (port) => port.reset());
    else if (kind < 8) both(pair, `load ${offset}`, (port) => port.load(offset, 1));
    else both(pair, `store ${offset} ${value}`, (port) => port.store(offset, 1, BigInt(value)));
  }
});

/** What drivers store, and what nobody should. */
function register(chance: Chance): { offset: number; value: number } {
  const offset = 4 * chance.below(9);
  const commands = [...Object.values(ata.Command), 0xff];
  if (offset === ata.Register.statusCommand) return { offset, value: chance.pick(commands) };
  if (offset === ata.Register.device) return { offset, value: chance.pick([0x40, 0x40, 0x40, 0xe0, 0x50, 0x00, 0x4f]) };
  if (offset === ata.CONTROL_BLOCK) return { offset, value: chance.pick([0, 0, 0, ata.NIEN, ata.SRST, 0xff]) };
  if (offset === ata.Register.errorFeatures)
    return { offset, value: chance.pick([...Object.values(ata.Feature), 0x55]) };
  if (offset === ata.Register.sectorCount) return { offset, value: chance.pick([0, 1, 2, 3, 8, 9]) };
  return { offset, value: chance.pick([0, 0, 0, 1, 2, 5, 6, 0xff]) };
}

test('a disk answers any sequence of loads, stores and resets as the drive does, and writes the same sectors', () => {
  const pair = disks(emulatedDevices);
  const chance = new Chance(10);
  for (let i = 0; i < ACCESSES; i++) {
    const kind = chance.below(12);
    const many = chance.pick([1, 255, 256, 257]);
    if (kind < 2) for (let n = 0; n < many; n++) both(pair, 'load Data', (disk) => disk.load(0, 2));
    else if (kind < 4)
      for (let n = 0; n < many; n++) both(pair, 'store Data', (disk) => disk.store(0, 2, BigInt((i + n) & 0xffff)));
    else if (kind === 4 && chance.oneIn(20)) both(pair, 'reset', (disk) => disk.reset());
    else if (kind === 5) for (const { store } of pair) store.wornOut = i % 5 === 0;
    else if (kind < 8) {
      const [width, offset] = [chance.pick([1, 2] as const), 2 * chance.below(18)];
      both(pair, `load ${offset}`, (disk) => disk.load(offset, width));
    } else if (kind === 8) {
      const [first, count, code] = [chance.below(SECTORS + 1), chance.below(4), chance.pick([0x20, 0x30, 0x30, 0x40])];
      for (const [offset, value] of [
        [0x20, 0],
        [0x18, 0x40],
        [0x0c, first],
        [0x10, 0],
        [0x14, 0],
        [0x08, count],
        [0x1c, code],
      ])
        both(pair, `store ${offset} ${value}`, (disk) => disk.store(offset, 1, BigInt(value)));
    } else {
      const { offset, value } = register(chance);
      both(pair, `store ${offset} ${value}`, (disk) => disk.store(offset, 1, BigInt(value)));
    }
  }
  const [bare, vm] = pair.map(({ store }) => Buffer.from(store.read(0, SECTORS)));
  expect(vm.equals(bare)).toBe(true);
  expect(vm.equals(contents)).toBe(false);
});

/** What `save` gave, in another device of the same kind, which goes on with it. */
function movedTo<D extends Device>(device: D, other: D): D {
  other.restore(device.save());
  return other;
}

test('a snapshot in the middle of a write keeps the half sector, and the rest completes it elsewhere', () => {
  const [, { device }] = disks(emulatedDevices);
  for (const [offset, value] of [[0x18, 0x40], [0x0c, 3], [0x10, 0], [0x14, 0], [0x08, 1], [0x1c, 0x30]]) device.store(offset, 1, BigInt(value)); // prettier-ignore
  for (let i = 0; i < 100; i++) device.store(0, 2, 0xabcdn);
  const [, target] = disks(emulatedDevices);
  const copy = movedTo(device, target.device);
  for (let i = 100; i < 256; i++) copy.store(0, 2, 0xabcdn);
  expect(Buffer.from(target.store.read(3, 1)).equals(Buffer.alloc(SECTOR, 'cdab', 'hex'))).toBe(true);
  expect(target.wire.level).toBe(true);
});

test.each<[string, Record<string, Saved>]>([
  ['an index beyond the sector', { word: 256 }],
  ['half a word', { word: 0.5 }],
  ['a write to a sector that is not there', { transfer: 'out', sector: SECTORS }],
  ['a direction that is none', { transfer: 'up' }],
  ['a short buffer', { buffer: new Uint8Array(511) }],
  ['a register of nine bits', { status: 256 }],
])('what is no snapshot of a disk is refused: %s', (_, fields) => {
  const [, { device }] = disks(emulatedDevices);
  expect(() => device.restore({ ...(device.save() as object), ...fields })).toThrow(/^The snapshot is damaged: /);
});

test.each<[string, Record<string, Saved>]>([
  ['two bytes in a receiver that has room for one', { received: new Uint8Array(2) }],
  ['seventeen in a FIFO', { fcr: 1, received: new Uint8Array(17) }],
  ['a divisor of 17 bits', { divisor: 0x10000 }],
  ['no flag', { sent: 1 }],
])('what is no snapshot of a serial port is refused: %s', (_, fields) => {
  const [, { device }] = serialPorts(emulatedDevices);
  expect(() => device.restore({ ...(device.save() as object), ...fields })).toThrow(/^The snapshot is damaged: /);
});

describe('a part that fails', () => {
  const withDevices = (part: Partial<EmulatedDevices>): EmulatedDevices =>
    guardParts({ ...referenceParts, emulatedDevices: { ...referenceParts.emulatedDevices, ...part } }).emulatedDevices;
  const PORT = emulatedDevices.uart;
  const DISK = emulatedDevices.ataDisk;

  test.each([
    [NaN, 'NaN'],
    [256, '256'],
    [-1, '-1'],
    [undefined, 'undefined'],
  ])('a register that holds %p', (value, words) => {
    const part = withDevices({ uart: (...args) => ({ ...PORT(...args), interrupts: () => false, load: () => value as number }) });
    const [, { device }] = serialPorts(part);
    expect(() => device.load(5)).toThrow(`your \`uart.load\` returned ${words}; it must return a whole number from 0 to 255.`);
  }); // prettier-ignore

  test('a sector beyond the disk is never read or written', () => {
    const model = { load: () => 0, interrupts: () => false };
    const part = withDevices({
      ataDisk: (_, sectors) => ({
        ...model,
        store: (offset) => void (offset ? sectors.write(SECTORS, contents.slice(0, 512)) : sectors.read(-1)),
      }),
    });
    const [, { device }] = disks(part);
    expect(() => device.store(0, 2, 0n)).toThrow('your `ataDisk` read sector -1 of a disk that has 6, numbered from 0');
    expect(() => device.store(4, 1, 0n)).toThrow('your `ataDisk` wrote sector 6 of a disk that has 6, numbered from 0');
  });

  test('registers that no device has do not get into a snapshot', () => {
    const part = withDevices({
      ataDisk: (registers, sectors) => ({
        ...DISK(registers, sectors),
        interrupts: () => false,
        store: () => void (registers.index = 3),
      }),
    });
    const [, { device }] = disks(part);
    device.store(0, 2, 0n);
    expect(() => device.save()).toThrow('your `ataDisk` left registers that no disk has.');
  });
});
