/** Walks for tests, and the plain forward runs that they are measured against. */
import { referenceParts } from '#reference';
import { bootVms, imageOf, type Parts, type TechniqueName } from '#vmm';
import { MEMORY_BYTES, readGuest } from '../../../src/course/lab';
import { Sight, Walk, type Boot, type Listeners } from '../../../src/course/step';

export interface Walked {
  readonly guest: string;
  readonly technique: TechniqueName;
  readonly parts?: Partial<Parts>;
  readonly checkpointEvery?: number;
}

export const bootOf =
  ({ guest, technique, parts }: Walked): Boot =>
  ({ onGuestEvent, ...listeners }: Listeners) =>
    bootVms({
      vms: [{ name: guest, image: imageOf(guest, readGuest(guest)), memoryBytes: MEMORY_BYTES }],
      technique,
      parts: { ...referenceParts, ...parts },
      ...listeners,
      ...(onGuestEvent ? { onGuestEvent: (_vm, _vcpu, event) => onGuestEvent(event) } : {}),
    });

export const walkOf = (walked: Walked): Walk =>
  new Walk(bootOf(walked), walked.checkpointEvery ? { checkpointEvery: walked.checkpointEvery } : {});

/** All that a guest can see, and what it has done so far. */
export function stateOf(sight: Sight, memory: string, console: string): object {
  const { pc, mode, x, guestCsrs } = sight;
  return { pc, mode, x, guestCsrs, memory, console };
}

export const stateOfWalk = ({ host, vm, console }: Walk): object =>
  stateOf(new Sight(host), vm.memory.digest(), console);

/**
 * One run of its own from the start, on the stepping executor and one step at a time: its states after these numbers of steps, which
 * rise. It shares neither executor nor cuts with a walk.
 */
export function plainStates(walked: Walked, steps: readonly number[]): object[] {
  const host = bootOf(walked)({ engine: 'step' });
  const [vm] = host.vms;
  const states = steps.map((step) => {
    while (vm.vcpus[0].ran < step) host.run(1, 1);
    return stateOf(new Sight(host), vm.memory.digest(), vm.console.text);
  });
  host.release();
  return states;
}
