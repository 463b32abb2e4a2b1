/** Bit manipulation: Zba (addresses), Zbb (basic) and Zbs (single bits), all 1.0.0: unprivileged manual, chapter "B". */
import {
  add,
  and,
  clz,
  ctz,
  geS,
  geU,
  imm,
  low32,
  ltS,
  ltU,
  mul,
  num,
  or,
  popcnt,
  rs1,
  rs2,
  select,
  sext16,
  sext32,
  sext8,
  shl,
  shrU,
  sub,
  xor,
  type Expr,
} from './expr';
import { alu, extension, shift, unaryAlu } from './rows';

export const ZBA = extension('Zba', [
  alu('sh1add', '0010000 rs2 rs1 010 rd 0110011', add(rs2, shl(rs1, num(1)))),
  alu('sh2add', '0010000 rs2 rs1 100 rd 0110011', add(rs2, shl(rs1, num(2)))),
  alu('sh3add', '0010000 rs2 rs1 110 rd 0110011', add(rs2, shl(rs1, num(3)))),
  alu('add.uw', '0000100 rs2 rs1 000 rd 0111011', add(rs2, low32(rs1))),
  alu('sh1add.uw', '0010000 rs2 rs1 010 rd 0111011', add(rs2, shl(low32(rs1), num(1)))),
  alu('sh2add.uw', '0010000 rs2 rs1 100 rd 0111011', add(rs2, shl(low32(rs1), num(2)))),
  alu('sh3add.uw', '0010000 rs2 rs1 110 rd 0111011', add(rs2, shl(low32(rs1), num(3)))),
  shift('slli.uw', '000010 shamt5:0 rs1 001 rd 0011011', shl(low32(rs1), imm)),
]);

const not = (a: Expr) => xor(a, num(-1));

// Shifts take their amount modulo 64, so the complement of an amount is its negation.
const rotateRight = (a: Expr, by: Expr) => or(shrU(a, by), shl(a, sub(num(0), by)));
const rotateLeft = (a: Expr, by: Expr) => or(shl(a, by), shrU(a, sub(num(0), by)));
/** A word twice in 64 bits rotates like a word: the low half of the result is right for amounts below 32. */
const twice = (a: Expr) => or(low32(a), shl(a, num(32)));
const by5 = (amount: Expr) => and(amount, num(31));

const LOW_7_BITS = num(0x7f7f_7f7f_7f7f_7f7fn);
const LOWEST_BITS = num(0x0101_0101_0101_0101n);
/** The lowest bit of each byte: whether any bit of the byte is set. Adding 0x7f carries into the top bit unless the other seven are 0. */
const anyBitOfBytes = (a: Expr) => and(shrU(or(add(and(a, LOW_7_BITS), LOW_7_BITS), a), num(7)), LOWEST_BITS);

/** Exchanges neighbours of `width` bits; `low` selects the lower of each pair. */
const exchange = (a: Expr, width: number, low: bigint) =>
  or(shl(and(a, num(low)), num(width)), and(shrU(a, num(width)), num(low)));
const bytesReversed = exchange(
  exchange(exchange(rs1, 8, 0x00ff_00ff_00ff_00ffn), 16, 0x0000_ffff_0000_ffffn),
  32,
  0xffff_ffffn,
);

export const ZBB = extension('Zbb', [
  alu('andn', '0100000 rs2 rs1 111 rd 0110011', and(rs1, not(rs2))),
  alu('orn', '0100000 rs2 rs1 110 rd 0110011', or(rs1, not(rs2))),
  alu('xnor', '0100000 rs2 rs1 100 rd 0110011', not(xor(rs1, rs2))),

  unaryAlu('clz', '0110000 00000 rs1 001 rd 0010011', clz(rs1)),
  unaryAlu('ctz', '0110000 00001 rs1 001 rd 0010011', ctz(rs1)),
  unaryAlu('cpop', '0110000 00010 rs1 001 rd 0010011', popcnt(rs1)),
  unaryAlu('clzw', '0110000 00000 rs1 001 rd 0011011', sub(clz(low32(rs1)), num(32))),
  unaryAlu('ctzw', '0110000 00001 rs1 001 rd 0011011', ctz(or(rs1, num(1n << 32n)))),
  unaryAlu('cpopw', '0110000 00010 rs1 001 rd 0011011', popcnt(low32(rs1))),

  alu('max', '0000101 rs2 rs1 110 rd 0110011', select(geS(rs1, rs2), rs1, rs2)),
  alu('maxu', '0000101 rs2 rs1 111 rd 0110011', select(geU(rs1, rs2), rs1, rs2)),
  alu('min', '0000101 rs2 rs1 100 rd 0110011', select(ltS(rs1, rs2), rs1, rs2)),
  alu('minu', '0000101 rs2 rs1 101 rd 0110011', select(ltU(rs1, rs2), rs1, rs2)),

  unaryAlu('sext.b', '0110000 00100 rs1 001 rd 0010011', sext8(rs1)),
  unaryAlu('sext.h', '0110000 00101 rs1 001 rd 0010011', sext16(rs1)),
  unaryAlu('zext.h', '0000100 00000 rs1 100 rd 0111011', and(rs1, num(0xffff))),

  alu('rol', '0110000 rs2 rs1 001 rd 0110011', rotateLeft(rs1, rs2)),
  alu('ror', '0110000 rs2 rs1 101 rd 0110011', rotateRight(rs1, rs2)),
  shift('rori', '011000 shamt5:0 rs1 101 rd 0010011', rotateRight(rs1, imm)),
  alu('rolw', '0110000 rs2 rs1 001 rd 0111011', sext32(rotateLeft(twice(rs1), by5(rs2)))),
  alu('rorw', '0110000 rs2 rs1 101 rd 0111011', sext32(shrU(twice(rs1), by5(rs2)))),
  shift('roriw', '0110000 shamt4:0 rs1 101 rd 0011011', sext32(shrU(twice(rs1), imm))),

  unaryAlu('orc.b', '001010000111 rs1 101 rd 0010011', mul(anyBitOfBytes(rs1), num(0xff))),
  unaryAlu('rev8', '011010111000 rs1 101 rd 0010011', bytesReversed),
]);

const bit = (number: Expr) => shl(num(1), number);

export const ZBS = extension('Zbs', [
  alu('bclr', '0100100 rs2 rs1 001 rd 0110011', and(rs1, not(bit(rs2)))),
  shift('bclri', '010010 shamt5:0 rs1 001 rd 0010011', and(rs1, not(bit(imm)))),
  alu('bext', '0100100 rs2 rs1 101 rd 0110011', and(shrU(rs1, rs2), num(1))),
  shift('bexti', '010010 shamt5:0 rs1 101 rd 0010011', and(shrU(rs1, imm), num(1))),
  alu('binv', '0110100 rs2 rs1 001 rd 0110011', xor(rs1, bit(rs2))),
  shift('binvi', '011010 shamt5:0 rs1 001 rd 0010011', xor(rs1, bit(imm))),
  alu('bset', '0010100 rs2 rs1 001 rd 0110011', or(rs1, bit(rs2))),
  shift('bseti', '001010 shamt5:0 rs1 001 rd 0010011', or(rs1, bit(imm))),
]);
