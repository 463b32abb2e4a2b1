/** A guest's timer: vstimecmp, which costs no exit, or for guests without Sstc an alarm of ours that raises VSTIP (Privileged, "Sstc Extension"). */
import { SavedFields, type Isa, type Savable } from '#machine';
import type { VmClock } from '../../clock';
import type { VirtualTime } from '../../virtual-time';
import { instantFrom, saveInstant } from '../saved-instant';
import type { GuestContext } from './guest-context';

export interface GuestTimer extends Savable {
  /** The guest, or its firmware for it, wants its timer interrupt from this tick of `time` on. */
  set(deadline: bigint): void;
  /** Before the guest runs. What the VM's clock reads when we have to look again (Infinity: never; in the past: no more). */
  update(): number;
  /** It waits from now on. */
  wait(): void;
  /** While it waits: what the VM's clock reads when the timer ends that (Infinity: never). */
  alarm(): number;
}

interface Surroundings {
  readonly clock: VmClock;
  readonly time: VirtualTime;
  readonly context: GuestContext;
  /** The wire of the timer interrupt. */
  readonly raise: (level: boolean) => void;
}

export const guestTimer = (isa: Isa, around: Surroundings): GuestTimer =>
  isa.has('Sstc') ? hardwareTimer(around) : softwareTimer(around);

const STIE = 1n << 5n;

/** The hart compares; we look only while the guest waits. A timer that it has not enabled wakes it no more than on a real machine. */
function hardwareTimer({ clock, context }: Surroundings): GuestTimer {
  return {
    set: (deadline) => context.csr.write('vstimecmp', deadline),
    update: () => Infinity,
    wait: () => {},
    alarm: () => (context.csr.read('vsie') & STIE ? clock.instructionAt(context.csr.read('vstimecmp')) : Infinity),
    save: () => ({}), // it is all in vstimecmp
    restore: () => {},
  };
}

/** The end of a run at the deadline stands for a timer interrupt of HS-mode. */
function softwareTimer({ clock, time, raise }: Surroundings): GuestTimer {
  let deadline = Infinity;
  let raised = false;
  /** Of the present wait: whether the guest has masked its interrupt or not, on a machine of its own the firmware would have run. */
  let waits = Infinity;
  const isDue = (): boolean => time.pending(deadline, false, clock.now) !== 0n;
  return {
    set: (tick) => {
      deadline = clock.instructionAt(tick);
      raise((raised = isDue()));
    },
    update: () => {
      if (!raised && isDue()) raise((raised = true));
      return deadline;
    },
    wait: () => {
      waits = isDue() ? Infinity : deadline;
    },
    alarm: () => waits,
    save: () => ({ deadline: saveInstant(deadline), raised, waits: saveInstant(waits) }),
    restore: (saved) => {
      const from = new SavedFields(saved, 'timer');
      deadline = instantFrom(from, 'deadline');
      raised = from.flag('raised');
      waits = instantFrom(from, 'waits');
    },
  };
}
