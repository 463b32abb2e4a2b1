/** A hart with 1 MiB of RAM and real devices, on one of the executors. */
import type { Isa } from '../../../../src/machine/isa';
import { Bus } from '../../../../src/machine/bus/bus';
import { Finisher } from '../../../../src/machine/devices/finisher';
import { Uart16550 } from '../../../../src/machine/devices/uart16550';
import { PhysicalMemory } from '../../../../src/machine/engine/memory';
import { Interrupt } from '../../../../src/machine/hart/cause';
import { Hart } from '../../../../src/machine/hart/hart';
import type { Executor } from '../../../../src/machine/hart/ports';
import { allOf } from '../../../../src/machine/irq/alarm';
import { Mswi, Mtimer } from '../../../../src/machine/irq/aclint';
import { Turns } from '../../../../src/machine/turns';
import { BASE, FINISHER, MSIP, MTIMECMP, RAM_BYTES, UART } from './map';

export class Computer {
  readonly memory = new PhysicalMemory(RAM_BYTES);
  readonly bus = new Bus();
  readonly hart: Hart;
  readonly turns: Turns;
  /** What the UART has sent. */
  output = '';
  #skipped = 0;

  constructor(executorOn: (memory: PhysicalMemory, isa: Isa) => (hart: Hart) => Executor, isa: Isa) {
    const line = (cause: number) => ({ set: (level: boolean) => this.hart.setInterrupt(cause, level) });
    const now = (): number => ((this.hart as Hart | undefined) ? this.hart.begun : 0) + this.#skipped;
    const mtimer = new Mtimer({ now }, 1, () => this.hart.endSlice());
    this.hart = new Hart({
      id: 0,
      memory: this.memory,
      bus: this.bus,
      timer: mtimer.timer(0),
      executor: executorOn(this.memory, isa),
      resetVector: BASE,
      isa,
    });
    this.turns = new Turns([this.hart], allOf([]), (instructions) => (this.#skipped += instructions));
    this.bus.claim(MSIP, new Mswi([line(Interrupt.machineSoftware)]));
    this.bus.claim(MTIMECMP, mtimer);
    this.bus.claim(FINISHER, new Finisher(({ kind }) => this.hart.halt(kind === 'off' ? 0 : 1)));
    const send = (byte: number): void => {
      this.output += String.fromCharCode(byte);
    };
    this.bus.claim(UART, new Uart16550(line(Interrupt.supervisorExternal), send));
  }

  /** As new, with empty RAM. */
  reset(): void {
    this.output = '';
    this.#skipped = 0;
    this.hart.reset();
    this.hart.nativeMode = undefined;
    this.bus.reset();
    this.copyIn(0, new Uint8Array(RAM_BYTES));
  }

  /** `offset`: from the start of RAM. */
  copyIn(offset: number, bytes: Uint8Array): void {
    const address = Number(BASE) + offset;
    this.memory.u8.set(bytes, this.memory.linear(address, bytes.length));
    this.memory.codeStored(address, bytes.length);
  }

  writeWord(offset: number, value: bigint): void {
    this.memory.write(this.memory.linear(Number(BASE) + offset, 8), 8, value);
  }
}
