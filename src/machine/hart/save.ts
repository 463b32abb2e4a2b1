/** One hart in a snapshot: registers, CSRs, counts and whether it waits. What is derived from them, and every cache, is not in it. */
import { unsigned } from '../bits';
import { SavedFields, type Saved } from '../saved';
import { Csr } from './fields';
import type { Hart } from './hart';
import { modes } from './privilege';

/** So that the sum over all harts is exact. */
const MOST = 2 ** 50;

export function saveHart(hart: Hart): Saved {
  return {
    x: [...hart.x],
    f: [...hart.f],
    pc: hart.pc,
    mode: hart.mode,
    csrs: hart.csr.save(),
    reservation: unsigned(hart.reservation),
    lines: hart.lines,
    guestLines: hart.low(Csr.hgeip),
    waiting: hart.waiting,
    begun: hart.begun,
    trapped: hart.trapped,
  };
}

/** Throws InputError for a state that the hart could not be in. */
export function restoreHart(hart: Hart, saved: Saved): void {
  const from = new SavedFields(saved, `hart ${hart.id}`);
  hart.reset();
  hart.x.set(from.words('x', 32));
  hart.x[0] = 0n;
  hart.f.set(from.words('f', 32));
  hart.pc = from.word('pc') & ~1n;
  hart.csr.restore(from.part('csrs'));
  hart.mode = from.oneOf('mode', modes(hart.isa.has('H')));
  hart.reservation = BigInt.asIntN(64, from.word('reservation'));
  hart.setLow(Csr.hgeip, from.integer('guestLines', 0, 0xffff_fffe));
  hart.lines = from.integer('lines', 0, 0xffff);
  hart.waiting = from.flag('waiting');
  hart.trapped = from.integer('trapped', 0, MOST);
  hart.resume(from.integer('begun', 0, MOST));
}
