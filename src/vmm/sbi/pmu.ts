/**
 * SBI performance monitoring "PMU": counters of what the firmware did for a hart. SBI ch. 11.
 * Only firmware counters: cycle and instret count here whatever the guest asks, so they are not handed out.
 */
import type { HostedVcpu, Vm } from '../vm';
import { EVENT_COUNTERS, isFirmwareEvent, type EventCounters } from './event-counters';
import { failure, notSupported, SbiError, success, type SbiExtension, type SbiOutcome } from './extension';

/** event_idx: type in bits 19:16, code in bits 15:0. */
const FIRMWARE_TYPE = 15;
/** counter_info: a firmware counter has bit XLEN-1 set, and nothing else that means anything. */
const FIRMWARE_COUNTER = 1n << 63n;

/** Flags of "configure matching counters". */
const CONFIG = { SKIP_MATCH: 1n, CLEAR_VALUE: 2n, AUTO_START: 4n };
/** Flags of "start" and "stop". */
const SET_INIT_VALUE = 1n;
const STOP_RESET = 1n;

export const pmu: SbiExtension = {
  id: 0x504d55n,
  name: 'performance monitoring',
  call: (vm, vcpu, fn, args) => {
    const events = eventsOf(vm, vcpu);
    switch (fn) {
      case 0n: return success(BigInt(EVENT_COUNTERS));
      case 1n: return args[0] < EVENT_COUNTERS ? success(FIRMWARE_COUNTER) : failure(SbiError.INVALID_PARAM);
      case 2n: return configure(events, args);
      case 3n: return start(events, args);
      case 4n: return stop(events, args);
      case 5n: return read(events, args[0], (value) => value);
      case 6n: return read(events, args[0], () => 0n); // the upper half, for 32-bit guests
      default: return notSupported;
    }
  },
}; // prettier-ignore

const eventsOf = (vm: Vm, vcpu: HostedVcpu): EventCounters => vm.firmware[vcpu.id].events;

/** The counters that (base, mask) names; undefined if one of them does not exist, or none is named. */
function countersOf(base: bigint, mask: bigint): number[] | undefined {
  if (mask === 0n || base >= EVENT_COUNTERS) return undefined;
  const named = Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n);
  const counters = named.map((bit) => Number(base) + bit);
  return counters.every((counter) => counter < EVENT_COUNTERS) ? counters : undefined;
}

/** Chooses a free counter of those named and gives it to the event; with SKIP_MATCH the first one named, which must have one already. */
function configure(events: EventCounters, [base, mask, flags, event]: readonly bigint[]): SbiOutcome {
  const counters = countersOf(base, mask);
  if (!counters) return failure(SbiError.INVALID_PARAM);
  const skips = (flags & CONFIG.SKIP_MATCH) !== 0n;
  const code = Number(event & 0xffffn);
  const isKnown = event >> 16n === BigInt(FIRMWARE_TYPE) && isFirmwareEvent(code);
  if (!skips && !isKnown) return failure(SbiError.NOT_SUPPORTED);
  const counter = skips ? counters[0] : counters.find((each) => !events.isConfigured(each));
  if (counter === undefined) return failure(SbiError.NOT_SUPPORTED);
  if (skips && !events.isConfigured(counter)) return failure(SbiError.INVALID_PARAM);
  if (!skips && isFirmwareEvent(code)) events.configure(counter, code);
  if (flags & CONFIG.CLEAR_VALUE) events.set(counter, 0n);
  if (flags & CONFIG.AUTO_START) events.start(counter);
  return success(BigInt(counter));
}

function start(events: EventCounters, [base, mask, flags, initial]: readonly bigint[]): SbiOutcome {
  const counters = countersOf(base, mask);
  if (!counters?.every((counter) => events.isConfigured(counter))) return failure(SbiError.INVALID_PARAM);
  if (counters.some((counter) => events.isRunning(counter))) return failure(SbiError.ALREADY_STARTED);
  for (const counter of counters) {
    if (flags & SET_INIT_VALUE) events.set(counter, initial);
    events.start(counter);
  }
  return success();
}

function stop(events: EventCounters, [base, mask, flags]: readonly bigint[]): SbiOutcome {
  const counters = countersOf(base, mask);
  if (!counters?.every((counter) => events.isConfigured(counter))) return failure(SbiError.INVALID_PARAM);
  const stopped = counters.some((counter) => !events.isRunning(counter));
  for (const counter of counters) {
    if (flags & STOP_RESET) events.free(counter);
    else events.stop(counter);
  }
  return stopped ? failure(SbiError.ALREADY_STOPPED) : success();
}

function read(events: EventCounters, counter: bigint, part: (value: bigint) => bigint): SbiOutcome {
  if (counter >= EVENT_COUNTERS || !events.isConfigured(Number(counter))) return failure(SbiError.INVALID_PARAM);
  return success(part(events.get(Number(counter))));
}
