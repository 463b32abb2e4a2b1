/** LEB128, the variable-length integers of the WebAssembly binary format (section 5.2.2): seven bits a byte, low ones first. */

const MORE = 0x80;
const SIGN = 0x40;

/** Appends `value`, 0 to 2^32 - 1, to `out`. */
export function writeUnsigned(out: number[], value: number): void {
  let rest = value >>> 0;
  while (rest >= MORE) {
    out.push((rest & 0x7f) | MORE);
    rest >>>= 7;
  }
  out.push(rest);
}

/** Appends a signed 32-bit `value`; only its low 32 bits count. */
export function writeSigned32(out: number[], value: number): void {
  let rest = value | 0;
  for (;;) {
    const byte = rest & 0x7f;
    rest >>= 7;
    if (rest === (byte & SIGN ? -1 : 0)) {
      out.push(byte);
      return;
    }
    out.push(byte | MORE);
  }
}

/** Appends a signed 64-bit `value`; only its low 64 bits count. */
export function writeSigned64(out: number[], value: number | bigint): void {
  const number = Number(value);
  if (number === (number | 0)) return writeSigned32(out, number); // the same bytes, without bigints
  let rest = BigInt.asIntN(64, BigInt(value));
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    if (rest === (byte & SIGN ? -1n : 0n)) {
      out.push(byte);
      return;
    }
    out.push(byte | MORE);
  }
}
