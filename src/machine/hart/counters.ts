/** mcycle and minstret, which count by themselves, and mcountinhibit, which stops them (Privileged, "Hardware Performance Monitor"). */
import { unsigned } from '../bits';
import type { Behaviour, CsrHart } from './csr-row';
import { Csr } from './fields';

/*
 * Nothing is incremented per instruction. The slot of a running counter holds its distance from the number of events since
 * reset; the slot of a stopped one holds its value.
 */
type Events = (hart: CsrHart) => number;

/** Every instruction begun takes one cycle. */
export const cycles: Events = (hart) => hart.begun;
/** An instruction that raises an exception, ecall and ebreak included, does not retire (Privileged, "Environment Call and Breakpoint"). */
export const instructionsRetired: Events = (hart) => hart.begun - hart.trapped;

/** The counters by their bits in mcountinhibit. */
const COUNTERS = [
  { bit: 0, slot: Csr.mcycle, events: cycles },
  { bit: 2, slot: Csr.minstret, events: instructionsRetired },
];

const isStopped = (hart: CsrHart, bit: number): boolean => ((hart.low(Csr.mcountinhibit) >>> bit) & 1) === 1;

/** A counter of `events` that bit `bit` of mcountinhibit stops. */
export const counter =
  (bit: number, events: Events): Behaviour =>
  (slot) => ({
    read: (hart) => (isStopped(hart, bit) ? hart.slot(slot) : unsigned(hart.slot(slot) + BigInt(events(hart)))),
    write: (hart, value) => hart.setSlot(slot, isStopped(hart, bit) ? value : unsigned(value - BigInt(events(hart)))),
    // "A value written to instret by one instruction will be the value read by the following instruction" (Zicsr).
    writeByInstruction: (hart, value) =>
      hart.setSlot(slot, isStopped(hart, bit) ? value : unsigned(value - BigInt(events(hart) + 1))),
  });

/** The bits of mcountinhibit that exist: CY and IR. */
const INHIBITABLE = 0b101;

/** Stops and starts counters from the writing instruction on. */
export const countInhibit = (): Behaviour => (slot) => ({
  read: (hart) => hart.slot(slot),
  write: (hart, value) => {
    const after = Number(value & 0xffn) & INHIBITABLE;
    const changed = hart.low(slot) ^ after;
    for (const each of COUNTERS) {
      if (((changed >>> each.bit) & 1) === 0) continue;
      const events = BigInt(each.events(hart));
      hart.setSlot(each.slot, unsigned(hart.slot(each.slot) + (isStopped(hart, each.bit) ? -events : events)));
    }
    hart.setSlot(slot, BigInt(after));
  },
});
