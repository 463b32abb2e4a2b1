/** What is done about a load, store or atomic whose TLB probe has failed. */
import { AccessKind } from '../access';
import { HART, READ_TABLE, WRITE_TABLE } from '../layout';
import { Code, type Local } from '../wasm/code';
import { FUNCTION } from './functions';

const STORE_BIT = AccessKind.of(true, 1);
const ATOMIC_BIT = AccessKind.of(false, 1, 'atomic');

/**
 * The function (address, entry, AccessKind) -> i32: 0 if the TLB entry, perhaps after being filled, serves the access.
 * A misaligned access within a page fails its probe although the entry is there; it is done like any other.
 */
export function serveFunction(hart: number): Code {
  const code = new Code(3);
  const [address, entry, kind]: Local[] = [0, 1, 2];
  code.wat`
    local.get ${kind} i32.const ${STORE_BIT} i32.and i32.const ${WRITE_TABLE - READ_TABLE} i32.mul
    local.get ${entry} i32.add i64.load offset=${READ_TABLE}
    local.get ${address} i64.const -4096 i64.and i64.eq`;
  code.if(() => {
    const widthMinus1 = (): unknown => code.wat`local.get ${kind} i32.const 1 i32.shr_u i32.const 7 i32.and`;
    code.wat`
      local.get ${kind} i32.const ${ATOMIC_BIT} i32.and i32.eqz
      local.get ${address} i32.wrap_i64 i32.const 4095 i32.and ${widthMinus1} i32.add i32.const 4096 i32.lt_u
      i32.and`;
    code.if(() => code.wat`i32.const 0 return`);
  });
  return code.wat`
    i32.const 0 local.get ${address} i64.store offset=${hart + HART.ADDRESS}
    local.get ${kind} call ${FUNCTION.fill}`;
}
