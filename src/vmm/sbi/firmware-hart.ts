/** What the firmware keeps for one hart of a VM: its event counters, and where it wants to be told of stolen time. */
import { SavedFields, type Savable, type Saved } from '#machine';
import type { GuestMemory } from '../memory/guest-memory';
import type { VirtualTime } from '../virtual-time';
import { EventCounters } from './event-counters';
import { StolenTime } from './stolen-time';

export class FirmwareHart implements Savable {
  readonly events = new EventCounters();
  readonly stolen: StolenTime;

  constructor(time: VirtualTime, memory: GuestMemory) {
    this.stolen = new StolenTime(time, memory);
  }

  /** As at power-on. */
  reset(): void {
    this.events.reset();
    this.stolen.reset();
  }

  save(): Saved {
    return { events: this.events.save(), stolen: this.stolen.save() };
  }

  restore(saved: Saved): void {
    const from = new SavedFields(saved, 'firmware');
    this.events.restore(from.saved('events'));
    this.stolen.restore(from.saved('stolen'));
  }
}
