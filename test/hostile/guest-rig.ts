/**
 * A guest that is a driver: it executes scripts of loads and stores, in machine code, so that what tests do to a device on the bench can be
 * done by a guest in a VM, under any technique. The test is who writes the scripts into its memory.
 */
import type { Program, VirtioMmio, Width } from '#machine';
import type { Host } from '#vmm';
import { assembleGuest } from '../../src/course/lab';
import { RAM_BASE, type Rig } from '../machine/devices/virtio/driver';

/** Number of entries, then these from 16 bytes further on; each is what to do, where, the value, and scause + 1 if it trapped. */
const SCRIPT = 0x8021_0000;
const [ENTRY, MOST] = [32, 500];
/** What a script can do: loads and stores by the logarithm of their width; and let time pass. */
const [LOAD, STORE, PASS] = [0, 4, 8];
const WIDTHS = [1, 2, 4, 8] as const;

/** Where a case has its queues and buffers: before each, they are zeros. */
const BENCH_BYTES = 2 ** 20;

/** Takes a script, executes it, says by an exit that it is done, and waits for the next. */
export const scriptedDriver: Program = assembleGuest(
  `_start: la t0, caught
    csrw stvec, t0
idle: li a7, -1                 # any exit: who runs us looks for what has become of the script
    ecall
    li s0, ${SCRIPT}
    ld s1, 0(s0)
    beqz s1, idle
    addi s2, s0, 16
next: ld t0, 0(s2)
    ld a1, 8(s2)
    ld a2, 16(s2)
    slli t0, t0, 3
    la t1, table
    add t1, t1, t0
    jr t1
    .balign 4
table:
    ${['lbu', 'lhu', 'lwu', 'ld', 'sb', 'sh', 'sw', 'sd'].map((name) => `.option norvc; ${name} a2, 0(a1); j done`).join('\n    ')}
    j spin
    .balign 4
spin: addi a2, a2, -2           # two instructions a round
    bgtz a2, spin
done: sd a2, 16(s2)
    sd zero, 24(s2)
over: addi s2, s2, ${ENTRY}
    addi s1, s1, -1
    bnez s1, next
    sd zero, 0(s0)
    j idle
    .balign 4
caught: csrr t0, scause
    addi t0, t0, 1
    sd t0, 24(s2)
    la t0, over
    csrw sepc, t0
    sret
    .include "lib.s"
`,
  'driver.s',
);

/** One operation that the guest did. */
interface Done {
  readonly value: bigint;
  /** Missing if it did not trap. */
  readonly cause?: number;
}

/** The guest's hands. Stores are collected, and done before anything is looked at. */
export class Driver {
  readonly host: Host;
  readonly #entries: { what: number; address: bigint; value: bigint }[] = [];

  /** The first VM of `host` runs `scriptedDriver`. */
  constructor(host: Host) {
    this.host = host;
  }

  get memory() {
    return this.host.vms[0].memory;
  }

  /** Undefined: it trapped, `cause` says how. */
  load(address: bigint, width: Width): Done {
    this.#entries.push({ what: LOAD + WIDTHS.indexOf(width), address, value: 0n });
    return this.settle()!;
  }

  store(address: bigint, width: Width, value: bigint): void {
    this.#entries.push({ what: STORE + WIDTHS.indexOf(width), address, value: BigInt.asUintN(64, value) });
    if (this.#entries.length === MOST) this.settle();
  }

  /** Executes about so many instructions. */
  pass(instructions: number): void {
    this.#entries.push({ what: PASS, address: 0n, value: BigInt(instructions) });
    this.settle();
  }

  /** Does all that was asked for; what became of the last of it. */
  settle(): Done | undefined {
    const count = this.#entries.length;
    if (count === 0) return undefined;
    const script = Buffer.alloc(16 + ENTRY * count);
    script.writeBigUInt64LE(BigInt(count));
    this.#entries.splice(0).forEach(({ what, address, value }, i) => {
      const at = 16 + ENTRY * i;
      script.writeBigUInt64LE(BigInt(what), at);
      script.writeBigUInt64LE(address, at + 8);
      script.writeBigUInt64LE(value, at + 16);
    });
    this.memory.copyIn(BigInt(SCRIPT), script);
    for (let i = 0; this.memory.read(BigInt(SCRIPT), 8) !== 0n; i++) {
      if (i > 20_000 || this.host.vms[0].stop) throw new Error('the guest does not do what its script says');
      this.host.run(4);
    }
    const last = BigInt(SCRIPT + 16 + ENTRY * (count - 1));
    const trapped = this.memory.read(last + 24n, 8)!;
    return { value: this.memory.read(last + 16n, 8)!, ...(trapped ? { cause: Number(trapped - 1n) } : {}) };
  }
}

/** One slot of the VM's board, as on the bench. A device's time is `scale` times that of the bench. */
export class GuestRig implements Rig {
  readonly #driver: Driver;
  readonly #slot: VirtioMmio;
  readonly #base: bigint;
  readonly #scale: number;

  constructor(driver: Driver, { slot, base, scale = 1 }: { slot: VirtioMmio; base: number; scale?: number }) {
    this.#driver = driver;
    this.#slot = slot;
    this.#base = BigInt(base);
    this.#scale = scale;
    this.store(0x70, 4, 0n); // whatever the case before has left
    this.ram.fill(RAM_BASE, BENCH_BYTES);
  }

  get slot(): VirtioMmio {
    this.#driver.settle();
    return this.#slot;
  }
  /** What the device asks of its wire. */
  get irq(): boolean {
    return this.slot.core!.interrupts !== 0;
  }
  load(register: number, width: 1 | 2 | 4): bigint {
    return this.#driver.load(this.#base + BigInt(register), width).value;
  }
  store(register: number, width: 1 | 2 | 4, value: bigint): void {
    this.#driver.store(this.#base + BigInt(register), width, value);
  }
  pass(instructions: number): void {
    this.#driver.pass(instructions * this.#scale);
  }

  /** What is small is stored by the guest; large pieces are there at once, as if another of its devices had put them there. */
  readonly ram: Rig['ram'] = {
    read: (address, width) => {
      this.#driver.settle();
      return this.#driver.memory.read(BigInt(address), width)!;
    },
    write: (address, width, value) => this.#driver.store(BigInt(address), width, value),
    copyIn: (address, bytes) => {
      this.#driver.settle();
      this.#driver.memory.copyIn(BigInt(address), bytes);
    },
    copyOut: (address, length) => {
      this.#driver.settle();
      return this.#driver.memory.copyOut(BigInt(address), length)!;
    },
    fill: (address, length, value = 0) => {
      this.#driver.settle();
      this.#driver.memory.copyIn(BigInt(address), new Uint8Array(length).fill(value));
    },
  };
}
