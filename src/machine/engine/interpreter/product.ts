/** The high half of an unsigned product, which WebAssembly cannot give: schoolbook multiplication by halves of 32 bits. */
import { Code, type Local } from '../wasm/code';
import { I64 } from '../wasm/opcodes';

/** The function (i64, i64) -> i64: bits 127:64 of the product. */
export function mulhuFunction(): Code {
  const code = new Code(2);
  const [a, b]: Local[] = [0, 1];
  const middle = code.local(I64);
  const low = (of: Local) => (): unknown => code.wat`local.get ${of} i64.const 0xffffffff i64.and`;
  const high = (of: Local) => (): unknown => code.wat`local.get ${of} i64.const 32 i64.shr_u`;

  // None of the sums overflows: each is at most (2^32 - 1)^2 + 2^32 - 1.
  return code.wat`
    ${high(a)} ${low(b)} i64.mul
    ${low(a)} ${low(b)} i64.mul i64.const 32 i64.shr_u
    i64.add local.set ${middle}

    ${high(a)} ${high(b)} i64.mul
    ${high(middle)} i64.add
    ${low(middle)} ${low(a)} ${high(b)} i64.mul i64.add i64.const 32 i64.shr_u
    i64.add`;
}
