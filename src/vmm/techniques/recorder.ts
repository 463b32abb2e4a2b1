/** Tells what a VCPU's guest went through: traps that entered its kernel, and (for lock-step comparison) every instruction. */
import type { Instruction, RetireEvent } from '#machine';
import { countIn } from '../counters';
import type { Injection } from '../vcpu';
import type { Vm } from '../vm';

/** Where the guest stands. */
interface Position {
  readonly pc: bigint;
  readonly mode: 'S' | 'U';
}

const A0 = 10;

/** Shared by all techniques, so that their events have the same meaning. Costs next to nothing while nobody listens. */
export class GuestRecorder {
  readonly #vm: Vm;
  readonly #vcpu: number;
  /** The instruction that made the guest exit, while somebody listens. */
  #begun: (Position & { readonly instruction: Instruction | undefined }) | undefined;

  constructor(vm: Vm, vcpu: number) {
    this.#vm = vm;
    this.#vcpu = vcpu;
  }

  /** The instruction at `position` left the guest; `instruction` reads it. */
  begin(position: Position, instruction: () => Instruction | undefined): void {
    this.#begun = this.#vm.onGuestEvent && { pc: position.pc, mode: position.mode, instruction: instruction() };
  }

  /** It was emulated; `registers` hold its result. An SBI call shows what it returned in a0. */
  completed(registers: { get(register: number): bigint }): void {
    if (!this.#begun?.instruction) return;
    const { pc, mode, instruction } = this.#begun;
    const { does } = instruction.row;
    const rd = does.kind === 'system' && does.action === 'ecall' ? A0 : instruction.rd;
    this.#tell({ pc, mode, rd, word: instruction.word, value: registers.get(rd) });
  }

  /** An instruction completed without leaving the guest. */
  retired({ pc, instruction, rd, value }: RetireEvent, mode: 'S' | 'U'): void {
    this.#tell({ pc, mode, rd, word: instruction.word, value });
  }

  /** A trap entered the guest's kernel at this `time`; `from` is where the guest was. */
  trap({ cause, interrupt, tval }: Injection, from: Position, time: bigint): void {
    const { counters, name } = this.#vm;
    if (interrupt) counters.interruptsInjected++;
    else countIn(counters.trapsByCause, cause);
    this.#vm.onEvent?.({ kind: 'injected', vm: name, vcpu: this.#vcpu, time, pc: from.pc, cause, interrupt, tval });
    this.#vm.onGuestEvent?.(this.#vcpu, { kind: 'trap', pc: from.pc, cause, interrupt, tval, mode: from.mode });
  }

  #tell(completed: Position & { word: number; rd: number; value: bigint }): void {
    this.#vm.onGuestEvent?.(this.#vcpu, { kind: 'instruction', ...completed });
  }
}
