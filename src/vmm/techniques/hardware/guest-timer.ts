/** A guest's timer: vstimecmp, which costs no exit, or for guests without Sstc an alarm of ours that raises VSTIP (Privileged, "Sstc Extension"). */
import { SavedFields, type Isa, type Savable } from '#machine';
import type { VmClock } from '../../clock';
import { instantFrom, saveInstant } from '../saved-instant';
import type { GuestContext } from './guest-context';

export interface GuestTimer extends Savable {
  /** The guest, or its firmware for it, wants its timer interrupt from this tick of `time` on. */
  set(deadline: bigint): void;
  /** Before the guest runs: instructions that it may run until we have to look again. */
  update(): number;
  /** It waits from now on. */
  wait(): void;
  /** While it waits: whether the timer ends that, and what the VM's clock reads when it will (Infinity: never). */
  endsWait(): boolean;
  alarm(): number;
}

export const guestTimer = (
  isa: Isa,
  clock: VmClock,
  context: GuestContext,
  raise: (level: boolean) => void,
): GuestTimer => (isa.has('Sstc') ? hardwareTimer(clock, context) : softwareTimer(clock, raise));

const STIE = 1n << 5n;

/** The hart compares; we look only while the guest waits. A timer that it has not enabled wakes it no more than on a real machine. */
function hardwareTimer(clock: VmClock, context: GuestContext): GuestTimer {
  const alarm = (): number => {
    const { csr } = context;
    return csr.read('vsie') & STIE ? clock.instructionAt(csr.read('vstimecmp')) : Infinity;
  };
  return {
    set: (deadline) => context.csr.write('vstimecmp', deadline),
    update: () => Infinity,
    wait: () => {},
    endsWait: () => clock.now >= alarm(),
    alarm,
    save: () => ({}), // it is all in vstimecmp
    restore: () => {},
  };
}

/** The end of a run at the deadline stands for a timer interrupt of HS-mode. */
function softwareTimer(clock: VmClock, raise: (level: boolean) => void): GuestTimer {
  let deadline = Infinity;
  let raised = false;
  /** Of the present wait: whether the guest has masked its interrupt or not, on a machine of its own the firmware would have run. */
  let waits = Infinity;
  const next = (): number => (deadline > clock.now ? deadline : Infinity);
  return {
    set: (tick) => {
      deadline = clock.instructionAt(tick);
      raise((raised = clock.now >= deadline));
    },
    update: () => {
      if (!raised && clock.now >= deadline) raise((raised = true));
      return next() - clock.now;
    },
    wait: () => {
      waits = next();
    },
    endsWait: () => clock.now >= waits,
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
