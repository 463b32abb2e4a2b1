/** What the board tells software about itself: the device tree of QEMU's virt board, less what this board does not have. */
import { CACHE_BLOCK } from './hart/cache-block';
import { ATA_BYTES, CONTROL_BLOCK } from './devices/ata-registers';
import { cells, empty, node, text, writeFdt, type FdtNode } from './fdt';

/** A device's place on the board. */
export interface Place {
  readonly base: number;
  readonly size: number;
}

/** Where everything is; the same values build the bus. */
export interface BoardMap {
  readonly test: Place;
  readonly rtc?: Place & { readonly irq: number };
  /** Missing where M-mode is missing too. */
  readonly clint?: Place;
  readonly plic: Place;
  readonly uart: Place & { readonly irq: number };
  /** Slot n is n * size further on, with interrupt irq + n. */
  readonly virtio?: Place & { readonly irq: number; readonly slots: number };
  readonly ata?: Place & { readonly irq: number };
  readonly ideal?: Place;
}

export interface TreeOptions {
  readonly harts: number;
  /** Lowest first; one or more. */
  readonly ram: readonly Place[];
  readonly plicSources: number;
  /** `riscv,isa`, for instance rv64imac_zicsr_zifencei. */
  readonly isa: string;
  /** The longest translation that satp can select: sv39, sv48 or sv57. */
  readonly translation: string;
  /** Ticks of mtime in a second. */
  readonly timebase: number;
  /** The kernel's command line; none leaves /chosen without bootargs. */
  readonly bootargs?: string;
  /** Bytes that the kernel stirs into its random numbers. */
  readonly rngSeed?: Uint8Array;
  /** Where the kernel's first file system lies: physical addresses below 2^32, `end` behind the last byte. */
  readonly initrd?: { readonly start: number; readonly end: number };
}

/** The clock that a 16550's divisor divides: 3.6864 MHz, as QEMU says. */
const UART_CLOCK = 3_686_400;

/** phandles: numbers by which nodes refer to each other. Harts' interrupt controllers come after these. */
const PLIC_PHANDLE = 1;
const TEST_PHANDLE = 2;
const cpuPhandle = (hart: number): number => 3 + 2 * hart;
const cpuIntcPhandle = (hart: number): number => 4 + 2 * hart;

/** Interrupts of a hart, by cause number (Privileged, table "mcause values"). */
const MACHINE_SOFTWARE = 3;
const MACHINE_TIMER = 7;
const SUPERVISOR_EXTERNAL = 9;
const MACHINE_EXTERNAL = 11;

/** The blob that a1 points at when software starts. */
export function deviceTree(map: BoardMap, options: TreeOptions): Uint8Array {
  return writeFdt(
    node(
      '',
      {
        '#address-cells': cells(2),
        '#size-cells': cells(2),
        compatible: text('riscv-virtio'),
        model: text('riscv-virtio,worldswitch'),
      },
      [
        chosen(map, options),
        node(at('memory', options.ram[0].base), {
          device_type: text('memory'),
          reg: cells(...options.ram.flatMap(({ base, size }) => [BigInt(base), BigInt(size)])),
        }),
        cpus(options),
        ...syscon(),
        soc(map, options),
      ],
    ),
  );
}

/** What the firmware and the kernel are told by whoever starts them. */
function chosen(map: BoardMap, { bootargs, initrd, rngSeed }: TreeOptions): FdtNode {
  return node('chosen', {
    'stdout-path': text(`/soc/${at('serial', map.uart.base)}`),
    ...(bootargs === undefined ? {} : { bootargs: text(bootargs) }),
    ...(rngSeed && { 'rng-seed': rngSeed }),
    ...(initrd && { 'linux,initrd-start': cells(initrd.start), 'linux,initrd-end': cells(initrd.end) }),
  });
}

function cpus(options: TreeOptions): FdtNode {
  const harts = Array.from({ length: options.harts }, (_, hart) => hart);
  const cores = harts.map((hart) => node(`core${hart}`, { cpu: cells(cpuPhandle(hart)) }));
  return node(
    'cpus',
    { '#address-cells': cells(1), '#size-cells': cells(0), 'timebase-frequency': cells(options.timebase) },
    [...harts.map((hart) => cpu(hart, options)), node('cpu-map', {}, [node('cluster0', {}, cores)])],
  );
}

function cpu(hart: number, options: TreeOptions): FdtNode {
  const properties = {
    phandle: cells(cpuPhandle(hart)),
    device_type: text('cpu'),
    reg: cells(hart),
    status: text('okay'),
    compatible: text('riscv'),
    'riscv,isa': text(options.isa),
    'mmu-type': text(`riscv,${options.translation}`),
    ...cacheBlocks(options.isa),
  };
  const controller = node('interrupt-controller', {
    '#interrupt-cells': cells(1),
    '#address-cells': cells(0),
    'interrupt-controller': empty,
    compatible: text('riscv,cpu-intc'),
    phandle: cells(cpuIntcPhandle(hart)),
  });
  return node(at('cpu', hart), properties, [controller]);
}

/** Software that uses these extensions has to know the size of a block. */
function cacheBlocks(isa: string): Record<string, Uint8Array> {
  const sized = (extension: string, property: string) =>
    isa.includes(extension) ? { [property]: cells(CACHE_BLOCK) } : {};
  return { ...sized('_zicbom', 'riscv,cbom-block-size'), ...sized('_zicboz', 'riscv,cboz-block-size') };
}

/** How to switch the board off and to reset it: values to store into the test device (devices/finisher.ts). */
function syscon(): FdtNode[] {
  const command = (name: string, value: number): FdtNode =>
    node(name, {
      compatible: text(`syscon-${name}`),
      regmap: cells(TEST_PHANDLE),
      offset: cells(0),
      value: cells(value),
    });
  return [command('poweroff', 0x5555), command('reboot', 0x7777)];
}

function soc(map: BoardMap, options: TreeOptions): FdtNode {
  const properties = {
    '#address-cells': cells(2),
    '#size-cells': cells(2),
    compatible: text('simple-bus'),
    ranges: empty,
  };
  return node('soc', properties, [
    node(at('test', map.test.base), {
      phandle: cells(TEST_PHANDLE),
      compatible: text('sifive,test1', 'sifive,test0', 'syscon'),
      reg: reg(map.test),
    }),
    ...(map.rtc ? [rtc(map.rtc)] : []),
    ...(map.virtio ? virtioSlots(map.virtio) : []),
    ...(map.ata ? [ata(map.ata)] : []),
    ...(map.ideal
      ? [node(at('disk', map.ideal.base), { compatible: text('worldswitch,ideal-disk'), reg: reg(map.ideal) })]
      : []),
    node(at('serial', map.uart.base), {
      compatible: text('ns16550a'),
      reg: reg(map.uart),
      'clock-frequency': cells(UART_CLOCK),
      interrupts: cells(map.uart.irq),
      'interrupt-parent': cells(PLIC_PHANDLE),
    }),
    node(at('plic', map.plic.base), {
      phandle: cells(PLIC_PHANDLE),
      compatible: text('sifive,plic-1.0.0', 'riscv,plic0'),
      reg: reg(map.plic),
      'riscv,ndev': cells(options.plicSources),
      'interrupts-extended': perHart(options, MACHINE_EXTERNAL, SUPERVISOR_EXTERNAL),
      'interrupt-controller': empty,
      '#interrupt-cells': cells(1),
      '#address-cells': cells(0),
    }),
    ...(map.clint ? [clint(map.clint, options)] : []),
  ]);
}

const clint = (place: Place, options: TreeOptions): FdtNode =>
  node(at('clint', place.base), {
    compatible: text('sifive,clint0', 'riscv,clint0'),
    reg: reg(place),
    'interrupts-extended': perHart(options, MACHINE_SOFTWARE, MACHINE_TIMER),
  });

const rtc = (place: Place & { readonly irq: number }): FdtNode =>
  node(at('rtc', place.base), {
    compatible: text('google,goldfish-rtc'),
    reg: reg(place),
    interrupts: cells(place.irq),
    'interrupt-parent': cells(PLIC_PHANDLE),
  });

/** Command block and control block; registers are 1 << reg-shift bytes apart (devices/ata-registers.ts). */
const ata = ({ base, irq }: Place & { readonly irq: number }): FdtNode =>
  node(at('ata', base), {
    compatible: text('ata-generic'),
    reg: cells(BigInt(base), BigInt(CONTROL_BLOCK), BigInt(base + CONTROL_BLOCK), BigInt(ATA_BYTES - CONTROL_BLOCK)),
    'reg-shift': cells(2),
    'pio-mode': cells(4),
    interrupts: cells(irq),
    'interrupt-parent': cells(PLIC_PHANDLE),
  });

/** All slots, empty ones too: drivers look for a device themselves. */
function virtioSlots({ base, size, irq, slots }: NonNullable<BoardMap['virtio']>): FdtNode[] {
  return Array.from({ length: slots }, (_, n) =>
    node(at('virtio_mmio', base + n * size), {
      compatible: text('virtio,mmio'),
      reg: reg({ base: base + n * size, size }),
      interrupts: cells(irq + n),
      'interrupt-parent': cells(PLIC_PHANDLE),
    }),
  );
}

/** `name@address`, address in hexadecimal. */
const at = (name: string, address: number): string => `${name}@${address.toString(16)}`;

const reg = (place: Place): Uint8Array => cells(BigInt(place.base), BigInt(place.size));

/** For each hart, in order: which of its interrupts this controller drives. */
function perHart(options: TreeOptions, ...causes: readonly number[]): Uint8Array {
  const harts = Array.from({ length: options.harts }, (_, hart) => cpuIntcPhandle(hart));
  return cells(...harts.flatMap((phandle) => causes.flatMap((cause) => [phandle, cause])));
}
