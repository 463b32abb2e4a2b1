/** A wall around a student's parts: whatever they throw or return becomes one sentence about the part, never a failure of ours. */
import { guardEmulatedDevices } from './devices/guarded-devices';
import type { MemoryMap } from './memory-plan';
import type { Piece, Slot } from './memory/slots';
import { guardParavirtualDevices } from './devices/guarded-paravirtual';
import type { Emulated, PageTableAnswer, Parts, RunLoopEnd, Scheduler } from './parts';
import { alternatives, anObject, checked, describe, failureOf, guarded, PartFailure } from './part-failure';
import type { InterruptState, StealAccount, StealEvent, VirtualTime } from './virtual-time';

const EMULATED: readonly Emulated[] = ['advance', 'redirected', 'block', 'illegal'];
const ENDS: readonly RunLoopEnd[] = ['all-stopped', 'deadlock', 'out-of-budget'];
const OWNERS = ['guest', 'vmm'] as const;
const MAPPED = ['mapped', 'not-ram', 'no-frame'] as const;
const GUEST_MODES = [8, 9] as const;
const INTERRUPTS: readonly number[] = [1, 5, 9];
const ANSWERS: readonly PageTableAnswer[] = ['done', 'malformed', 'foreign', 'conflict'];

/** The same parts, each behind the wall. */
export function guardParts(parts: Parts): Parts {
  return {
    runLoop: (context) => checked('runLoop', 'runLoop', ENDS, () => parts.runLoop(context)),
    classifier: guardClassifier(parts.classifier),
    virtualSupervisor: (instruction, vcpu) =>
      checked('virtualSupervisor', 'virtualSupervisor', EMULATED, () => parts.virtualSupervisor(instruction, vcpu)),
    reflect: {
      owner: (trap, vcpu) => checked('reflect', 'reflect.owner', OWNERS, () => parts.reflect.owner(trap, vcpu)),
      deliver: (trap, vcpu) => guarded('reflect', 'reflect.deliver', () => parts.reflect.deliver(trap, vcpu)),
    },
    virtualTime: new GuardedTime(parts.virtualTime),
    guestMemory: guardMemoryMap(parts.guestMemory),
    shadowPaging: {
      fill: (tables, miss) => guarded('shadowPaging', 'shadowPaging.fill', () => parts.shadowPaging.fill(tables, miss)),
      fence: (tables, page) =>
        guarded('shadowPaging', 'shadowPaging.fence', () => parts.shadowPaging.fence(tables, page)),
    },
    gStage: guardGStage(parts.gStage),
    binaryTranslator: {
      translate: (code, out) =>
        guarded('binaryTranslator', 'binaryTranslator.translate', () => parts.binaryTranslator.translate(code, out)),
    },
    hardwareAssist: guardHardwareAssist(parts.hardwareAssist),
    scheduler: (options) => guardScheduler(guarded('scheduler', 'scheduler', () => parts.scheduler(options))),
    paravirtualCpu: guardParavirtualCpu(parts.paravirtualCpu),
    emulatedDevices: guardEmulatedDevices(parts.emulatedDevices),
    paravirtualDevices: guardParavirtualDevices(parts.paravirtualDevices),
  };
}

function guardClassifier(part: Parts['classifier']): Parts['classifier'] {
  const answer = <T extends object>(name: keyof Parts['classifier'], call: () => T): T =>
    anObject('classifier', `classifier.${name}`, () => guarded('classifier', `classifier.${name}`, call));
  return {
    classify: (subject) => answer('classify', () => part.classify(subject)),
    theorem1: (table) => answer('theorem1', () => part.theorem1(table)),
    theorem2: (table, withoutTiming) => answer('theorem2', () => part.theorem2(table, withoutTiming)),
    theorem3: (table) => answer('theorem3', () => part.theorem3(table)),
  };
}

/** Asked several times at every exit: made without closures, which would make an exit a tenth slower. */
class GuardedTime implements VirtualTime {
  readonly #part: VirtualTime;

  constructor(part: VirtualTime) {
    this.#part = part;
  }

  pending(deadline: number, external: boolean, now: number): bigint {
    try {
      const result = this.#part.pending(deadline, external, now);
      return typeof result === 'bigint' ? result : lied('pending', result, 'a bigint');
    } catch (error) {
      throw timeFailure('pending', error);
    }
  }

  due(state: InterruptState): number | undefined {
    try {
      const result = this.#part.due(state);
      const right = result === undefined || INTERRUPTS.includes(result);
      return right ? result : lied('due', result, `undefined, ${alternatives(INTERRUPTS)}`);
    } catch (error) {
      throw timeFailure('due', error);
    }
  }

  wakes(state: Pick<InterruptState, 'pending' | 'enabled'>, alarm: number, now: number): boolean {
    try {
      const result = this.#part.wakes(state, alarm, now);
      return typeof result === 'boolean' ? result : lied('wakes', result, 'true or false');
    } catch (error) {
      throw timeFailure('wakes', error);
    }
  }

  budget(left: number, alarm: number, now: number): number {
    try {
      const result = this.#part.budget(left, alarm, now);
      const right = Number.isInteger(result) && result >= 1 && result <= left;
      return right ? result : lied('budget', result, `a whole number from 1 to ${left}`);
    } catch (error) {
      throw timeFailure('budget', error);
    }
  }

  idleUntil(alarms: readonly number[]): number {
    try {
      const result = this.#part.idleUntil(alarms);
      const right = typeof result === 'number' && !Number.isNaN(result);
      return right ? result : lied('idleUntil', result, 'a number');
    } catch (error) {
      throw timeFailure('idleUntil', error);
    }
  }

  account(account: StealAccount, event: StealEvent, now: number): void {
    try {
      this.#part.account(account, event, now);
    } catch (error) {
      throw timeFailure('account', error);
    }
  }
}

const timeFailure = (name: keyof VirtualTime, error: unknown): unknown =>
  failureOf('virtualTime', `virtualTime.${name}`, error);

function lied(name: keyof VirtualTime, result: unknown, allowed: string): never {
  const sentence = `your \`virtualTime.${name}\` returned ${describe(result)}; it must return ${allowed}.`;
  throw new PartFailure('virtualTime', sentence);
}

const guardMemoryMap = (part: MemoryMap): MemoryMap => ({
  assemble: (plan, allocate) =>
    anObject('guestMemory', 'guestMemory.assemble', () =>
      guarded('guestMemory', 'guestMemory.assemble', () => part.assemble(plan, allocate)),
    ),
  translate: (gpa, length, slots) => {
    const pieces = guarded('guestMemory', 'guestMemory.translate', () => part.translate(gpa, length, slots));
    const wrong = pieces && wrongPieces(pieces, length, slots);
    if (wrong === undefined) return pieces;
    const asked = `translate(0x${gpa.toString(16)}, ${length})`;
    throw new PartFailure('guestMemory', `your \`guestMemory.${asked}\` ${wrong}.`);
  },
});

/** What no answer may be, whatever was asked: it would let a VM reach memory of others. Undefined if it is none of that. */
function wrongPieces(pieces: readonly Piece[], length: number, slots: readonly Slot[]): string | undefined {
  if (!Array.isArray(pieces)) return `returned ${describe(pieces)}; it must return a list of pieces, or undefined`;
  let sum = 0;
  for (const piece of pieces as readonly Piece[]) {
    const { hpa, length: bytes } = { ...piece };
    if (!liesIn(slots, hpa, bytes))
      return `gave a piece that lies in no slot: ${bytes} bytes at host-physical 0x${hpa?.toString(16)}`;
    sum += bytes;
  }
  return sum === length ? undefined : `gave pieces of ${sum} bytes together`;
}

/** Every byte is in a slot; in several ones, if these happen to be neighbours in the host. */
function liesIn(slots: readonly Slot[], hpa: number, bytes: number): boolean {
  let at = hpa;
  while (at < hpa + bytes) {
    const slot = slots.find((each) => at >= each.hpa && at < each.hpa + each.size);
    if (slot === undefined) return false;
    at = slot.hpa + slot.size;
  }
  return bytes > 0;
}

function guardScheduler(scheduler: Scheduler): Scheduler {
  const call = <T>(method: keyof Scheduler, action: () => T): T => guarded('scheduler', `scheduler.${method}`, action);
  return {
    add: (vcpu) => call('add', () => scheduler.add(vcpu)),
    remove: (vcpu) => call('remove', () => scheduler.remove(vcpu)),
    wake: (vcpu, now) => call('wake', () => scheduler.wake(vcpu, now)),
    pick: (now) => call('pick', () => scheduler.pick(now)),
    ran: (vcpu, instructions, why) => call('ran', () => scheduler.ran(vcpu, instructions, why)),
  };
}

const guardGStage = (part: Parts['gStage']): Parts['gStage'] => ({
  mode: (end) => checked('gStage', 'gStage.mode', GUEST_MODES, () => part.mode(end)),
  map: (gpa, space) => checked('gStage', 'gStage.map', MAPPED, () => part.map(gpa, space)),
});

function guardHardwareAssist(part: Parts['hardwareAssist']): Parts['hardwareAssist'] {
  const inside = (name: string, call: () => void): void => guarded('hardwareAssist', `hardwareAssist.${name}`, call);
  return {
    configure: (csr) => inside('configure', () => part.configure(csr)),
    save: (csr, guest) => inside('save', () => part.save(csr, guest)),
    load: (csr, guest) => inside('load', () => part.load(csr, guest)),
    interrupt: (csr, interrupt, level) => inside('interrupt', () => part.interrupt(csr, interrupt, level)),
    virtualInstruction: (instruction, vcpu) =>
      checked('hardwareAssist', 'hardwareAssist.virtualInstruction', EMULATED, () =>
        part.virtualInstruction(instruction, vcpu),
      ),
  };
}

function guardParavirtualCpu(part: Parts['paravirtualCpu']): Parts['paravirtualCpu'] {
  const answer = (name: string, call: () => PageTableAnswer) =>
    checked('paravirtualCpu', `paravirtualCpu.${name}`, ANSWERS, call);
  return {
    refer: (frame, type, frames) => answer('refer', () => part.refer(frame, type, frames)),
    release: (frame, frames) => guarded('paravirtualCpu', 'paravirtualCpu.release', () => part.release(frame, frames)),
    update: (frame, index, entry, frames) => answer('update', () => part.update(frame, index, entry, frames)),
    pin: (frame, level, frames) => answer('pin', () => part.pin(frame, level, frames)),
    unpin: (frame, frames) => answer('unpin', () => part.unpin(frame, frames)),
  };
}
