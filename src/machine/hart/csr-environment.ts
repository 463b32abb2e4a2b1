/** menvcfg, henvcfg and senvcfg: what a mode allows the modes below it (Privileged, "Machine Environment Configuration Register" and its like). */
import { extract, insert, mask } from '../bits';
import type { Extension, Isa } from '../isa';
import type { Behaviour, CsrHart } from './csr-row';
import { Csr } from './fields';

interface Field {
  readonly high: number;
  readonly low: number;
  /** The extension that brings the field. */
  readonly needs?: Extension;
  /** senvcfg has it too. */
  readonly forUser?: boolean;
}

const FIOM: Field = { high: 0, low: 0, forUser: true };
const CBIE: Field = { high: 5, low: 4, needs: 'Zicbom', forUser: true };
const CBCFE: Field = { high: 6, low: 6, needs: 'Zicbom', forUser: true };
const CBZE: Field = { high: 7, low: 7, needs: 'Zicboz', forUser: true };
const ADUE: Field = { high: 61, low: 61, needs: 'Svadu' };
const PBMTE: Field = { high: 62, low: 62, needs: 'Svpbmt' };
const STCE: Field = { high: 63, low: 63, needs: 'Sstc' };

const FIELDS = [FIOM, CBIE, CBCFE, CBZE, ADUE, PBMTE, STCE];

/** These three are read-only zero in henvcfg while they are zero in menvcfg. */
const GRANTED = [ADUE, PBMTE, STCE];

const bitsOf = (fields: readonly Field[]): bigint => fields.reduce((bits, { high, low }) => bits | mask(high, low), 0n);

const existing = (hart: CsrHart, of: readonly Field[]): Field[] =>
  of.filter(({ needs }) => needs === undefined || hart.isa.has(needs));

/** CBIE = 2 is reserved: such a write keeps the old value. */
function legal(before: bigint, value: bigint): bigint {
  const { high, low } = CBIE;
  return extract(value, high, low) === 2n ? insert(value, high, low, extract(before, high, low)) : value;
}

const environment =
  (fields: readonly Field[], granted: (hart: CsrHart) => bigint, reset?: (isa: Isa) => bigint): Behaviour =>
  (slot) => ({
    reset,
    read: (hart) => hart.slot(slot) & granted(hart),
    write: (hart, value) => {
      const before = hart.slot(slot);
      hart.setSlot(slot, legal(before, value) & bitsOf(existing(hart, fields)));
      hart.environmentChanged(before ^ hart.slot(slot));
    },
  });

const everything = (): bigint => mask(63, 0);

/** The manual leaves the values after reset open. Older firmware knows neither field: Svpbmt and, unless Svade is there too, Svadu are on. */
const machineReset = (isa: Isa): bigint =>
  (isa.has('Svpbmt') ? bitsOf([PBMTE]) : 0n) | (isa.has('Svadu') && !isa.has('Svade') ? bitsOf([ADUE]) : 0n);

export const machineEnvironment = (): Behaviour => environment(FIELDS, everything, machineReset);
export const supervisorEnvironment = (): Behaviour =>
  environment(
    FIELDS.filter(({ forUser }) => forUser),
    everything,
  );
export const hypervisorEnvironment = (): Behaviour =>
  environment(FIELDS, (hart) => ~bitsOf(GRANTED) | hart.slot(Csr.menvcfg));
