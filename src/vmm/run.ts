/**
 * One run of the hypervisor: gives the run loop what it works with, and sees to it that the loop keeps to its limits.
 *
 * The loop itself (enter the guest, take the exit, dispatch, move the pc) is a part: solutions/01-event-handler/run-loop.ts.
 * What it dispatches to is the table in handlers/index.ts.
 */
import type { Hart } from '#machine';
import type { HostClock } from './clock';
import { countIn } from './counters';
import type { DeviceAlarms } from './device-alarms';
import { EnteredVcpu } from './entered-vcpu';
import type { TraceEvent } from './events';
import type { Next, StopReason, VmExit } from './exit';
import { causeOfExit } from './exit-cause';
import { handle } from './handlers';
import { idle } from './idle';
import { Limits, wrongLoop } from './limits';
import { ours, PartFailure } from './part-failure';
import { NotWritten, type Parts, type RunLoopContext, type RunLoopEnd } from './parts';
import type { Scheduling } from './scheduling';
import type { Vcpu } from './vcpu';
import type { HostedVcpu, Vm } from './vm';

/** Who runs, under which rules. */
export interface Run {
  readonly vms: readonly Vm[];
  readonly clock: HostClock;
  /** Those that belong to no VM, by the host's clock. */
  readonly alarms: DeviceAlarms;
  /** Those that execute the guests. */
  readonly harts: readonly Hart[];
  readonly parts: Pick<Parts, 'runLoop' | 'virtualTime'>;
  /** Who chooses whose turn it is; without it the loop takes one after the other. */
  readonly scheduling?: Scheduling;
  /** Instructions of a turn, 1 or more. */
  readonly slice: number;
  /** Exits allowed in this run. */
  readonly exits: number;
  /** Hears of a part that failed, and ended its VM instead of the run (BootOptions). */
  readonly onPartFailure?: (vm: Vm, failure: Error) => void;
}

/**
 * Lets the guests run until all VMs are over, nobody can go on, or the exits are used up.
 * Throws FrameFault, and PartFailure or NotWritten if nobody hears of them; nothing that a guest does makes it throw.
 */
export function run(all: Run): RunLoopEnd {
  const { parts, onPartFailure, slice } = all;
  // A loop would give such turns for ever.
  if (!(slice >= 1)) throw new Error(`a turn of ${slice} instructions is none`);
  const atWork: { vcpu?: HostedVcpu } = {};
  for (let { exits } = all; ;) {
    const limits = new Limits(exits);
    try {
      return parts.runLoop(contextOf({ ...all, exits }, limits, atWork));
    } catch (error) {
      if (!onPartFailure || !(error instanceof PartFailure || error instanceof NotWritten)) throw error;
      for (const vm of brokenBy(error, all.vms, atWork.vcpu)) {
        end(vm.vcpus[0], { why: 'crashed', code: 1, detail: error.message });
        onPartFailure(vm, error);
      }
    }
    exits = limits.left;
    if (all.vms.every((vm) => vm.stop)) return 'all-stopped';
    if (exits === 0) return 'out-of-budget';
  }
}

/** The VMs that end with a part: the one that it worked for, or all if the loop itself is broken. */
function brokenBy(failure: PartFailure | NotWritten, vms: readonly Vm[], atWork?: HostedVcpu): readonly Vm[] {
  const running = vms.filter((vm) => !vm.stop);
  if (failure instanceof PartFailure && failure.part === 'runLoop') return running;
  const own = running.filter((vm) => vm === atWork?.vm);
  return own.length > 0 ? own : running.slice(0, 1);
}

/** What the loop works with. `atWork` says whom it has entered last. */
function contextOf(
  { vms, clock, alarms, harts, parts, scheduling, slice, exits }: Run,
  limits: Limits,
  atWork: { vcpu?: HostedVcpu },
): RunLoopContext {
  // Gateways last: what a device's alarm sends may set theirs.
  const nextAlarm = () =>
    Math.min(
      vms.reduce((least, vm) => Math.min(least, vm.clock.onHost(vm.alarms.next())), Infinity),
      alarms.next(),
    );
  const time = parts.virtualTime;
  const exited = exitCounter(vms, harts);
  const hosted = vms.flatMap((vm) => vm.vcpus);
  const entered = new Map<Vcpu, HostedVcpu>(
    hosted.map((vcpu) => [
      new EnteredVcpu(vcpu, {
        limits,
        clock,
        time,
        nextAlarm,
        entering: () => (atWork.vcpu = vcpu),
        exited: (exit) => exited(vcpu, exit),
      }),
      vcpu,
    ]),
  );
  const all = [...entered.keys()];
  const behind = (vcpu: Vcpu, call: string): HostedVcpu => {
    const found = entered.get(vcpu);
    if (!found) throw wrongLoop(`called \`${call}\` for something that is not one of \`vcpus\`.`);
    return found;
  };
  return {
    get vcpus() {
      const current = ours(() => scheduling?.current);
      return current ? all.filter((vcpu) => entered.get(vcpu) === current) : all;
    },
    get slice() {
      return scheduling?.left ?? slice;
    },
    exits,
    handle: (vcpu, exit) => ours(() => judge(behind(vcpu, 'handle'), exit, clock)),
    stop: (vcpu, reason) => ours(() => end(behind(vcpu, 'stop'), reason)),
    idle: () => limits.idling(ours(() => idle(hosted, { clock, time, nextAlarm }))),
  };
}

/** What counts each exit, and tells those who listen. */
function exitCounter(vms: readonly Vm[], harts: readonly Hart[]): (vcpu: HostedVcpu, exit: VmExit) => void {
  const references = (): number => harts.reduce((sum, { mmu }) => sum + mmu.references, 0);
  let counted = references();
  return (vcpu, exit) => {
    const { counters, onEvent } = vcpu.vm;
    counters.exits++;
    counters.byKind[exit.kind]++;
    countIn(counters.byCause[exit.kind], causeOfExit(exit, vcpu.vm));
    const now = references();
    counters.walkReferences += now - counted;
    counted = now;
    if (!onEvent) return;
    const number = vms.reduce((sum, vm) => sum + vm.counters.exits, 0);
    onEvent({ ...moment(vcpu), kind: 'exit', number, exit });
  };
}

/** Asks the handler of this exit. The pc is still at the instruction; moving it is up to the loop. */
function judge(vcpu: HostedVcpu, exit: VmExit, clock: HostClock): Next {
  if (!Object.hasOwn(vcpu.vm.counters.byKind, String(exit?.kind))) {
    throw wrongLoop('gave `handle` something that is not an exit; pass on what `vcpu.run` returned.');
  }
  const { onEvent } = vcpu.vm;
  const before = onEvent && moment(vcpu);
  const next = handle(vcpu, exit);
  vcpu.exitHandled(next);
  vcpu.vm.firmware[vcpu.id].stolen.happened('leaves', clock.now);
  if (before) onEvent?.({ ...before, kind: 'emulated', exit, next });
  return next;
}

/** The VM is over, and only this VM. */
function end(vcpu: HostedVcpu, reason: StopReason): void {
  if (typeof reason?.why !== 'string') {
    throw wrongLoop('called `stop` without a reason; pass on the `stop` that `handle` returned.');
  }
  if (vcpu.vm.stop) return;
  vcpu.vm.onEvent?.({ ...moment(vcpu), kind: 'stop', reason });
  vcpu.vm.end(reason);
}

const moment = (vcpu: HostedVcpu): Pick<TraceEvent, 'vm' | 'vcpu' | 'time' | 'pc'> => ({
  vm: vcpu.vm.name,
  vcpu: vcpu.id,
  time: vcpu.now(),
  pc: vcpu.pc,
});
