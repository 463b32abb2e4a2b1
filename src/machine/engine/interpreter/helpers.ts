/** The interpreter's small functions beside `run`: what to do when a TLB probe fails, and the high half of a product. */
import { AccessKind } from '../access';
import { HART, READ_TABLE, WRITE_TABLE } from '../layout';
import { Code, type Local } from '../wasm/code';
import { I64 } from '../wasm/opcodes';
import { FUNCTION } from './functions';

const STORE_BIT = AccessKind.of(true, 1, false);
const ATOMIC_BIT = AccessKind.of(false, 1, true);

/**
 * The function (address, entry, AccessKind) -> i32 for a failed probe: 0 if the entry serves the access after all.
 * A misaligned access within a page fails the probe although its entry is there; it is done like any other.
 */
export function missFunction(hart: number): Code {
  const code = new Code(3);
  const [address, entry, kind]: Local[] = [0, 1, 2];
  code
    .get(kind)
    .i32(STORE_BIT)
    .op('i32.and')
    .i32(WRITE_TABLE - READ_TABLE)
    .op('i32.mul');
  code.get(entry).op('i32.add').memory('i64.load', READ_TABLE).get(address).i64(-4096).op('i64.and', 'i64.eq');
  code.if(() => {
    code.get(kind).i32(ATOMIC_BIT).op('i32.lt_u');
    code.get(address).op('i32.wrap_i64').i32(4095).op('i32.and');
    code.get(kind).i32(1).op('i32.shr_u').i32(7).op('i32.and'); // width - 1
    code.op('i32.add').i32(4096).op('i32.lt_u', 'i32.and');
    code.if(() => code.i32(0).op('return'));
  });
  return code
    .i32(0)
    .get(address)
    .memory('i64.store', hart + HART.ADDRESS)
    .get(kind)
    .call(FUNCTION.fill);
}

/** The function (i64, i64) -> i64: bits 127:64 of the unsigned product, by halves of 32 bits. */
export function mulhuFunction(): Code {
  const code = new Code(2);
  const [a, b]: Local[] = [0, 1];
  const middle = code.local(I64);
  const low = (of: Local): Code => code.get(of).i64(0xffff_ffff).op('i64.and');
  const high = (of: Local): Code => code.get(of).i64(32).op('i64.shr_u');

  // middle = high(a) * low(b) + carry of low(a) * low(b): at most 2^64 - 2^33 + ..., so it does not overflow
  high(a);
  low(b).op('i64.mul');
  low(a);
  low(b).op('i64.mul').i64(32).op('i64.shr_u', 'i64.add').set(middle);

  high(a);
  high(b).op('i64.mul');
  high(middle).op('i64.add');
  low(middle);
  low(a);
  high(b).op('i64.mul', 'i64.add').i64(32).op('i64.shr_u', 'i64.add');
  return code;
}
