/** Loads, stores and atomic instructions as WebAssembly: a TLB probe and the access itself. */
import { CACHE_BLOCK } from '../hart/cache-block';
import { Csr, Environment } from '../hart/fields';
import { S } from '../hart/privilege';
import type { FloatFormat, Semantics, SystemAction, Width } from '../isa/row';
import { emit, type Surroundings } from './emit';
import { DATA_ENTRIES, HART, RAM, RAM_BASE, READ_TABLE, TLB_ENTRY, WRITE_TABLE } from './layout';
import type { Code, Local } from './wasm/code';

/** What the code around an instruction provides for it: the interpreter does, and compiled regions do. */
export interface Place extends Surroundings {
  readonly code: Code;
  /**
   * The hart's block begins at what `pushHart` pushes (i32) plus `hart`, a constant for the offset of a load or store. The
   * interpreter knows the address; a region, which all harts share, is told it.
   */
  readonly hart: number;
  pushHart(): void;
  /** Holds the linear address of the TLB bank for data, i32. */
  readonly bank: Local;
  /** Scratch for one instruction: a virtual address (i64), its TLB entry (i32), a value (i64). */
  readonly address: Local;
  readonly entry: Local;
  readonly value: Local;
  /** The same for floating point: f32, and two f64. */
  readonly single: Local;
  readonly double: Local;
  readonly integral: Local;
  /** Indices of the functions of float/fused.ts. */
  readonly fused: Readonly<Record<FloatFormat, number>>;
  /** rd = what `push` pushes. */
  setRd(push: () => void): void;
  /** fd = what `push` pushes: 64 bits. */
  setFd(push: () => void): void;
  /** Pushes what HART.FLOAT holds, i32. */
  pushFloatState(): void;
  /** Pushes the rounding mode that the instruction names, i32. */
  pushRounding(): void;
  /** Pushes HART.BUDGET as TypeScript would find it: instructions that may begin, this one included, i32. */
  pushBudget(): void;
  /** Leaves this instruction to TypeScript; nothing of it has been done. Must branch away. */
  giveUp(): void;
  /** The TLB probe for an access of this AccessKind has failed. Must branch away, or see to it that `entry` serves the access. */
  missed(kind: number): void;
}

type Access = Extract<Semantics, { kind: 'load' | 'store' | 'lr' | 'sc' | 'amo' }>;

/** Accesses that are not plain loads and stores of the running mode: they must be aligned, or use a guest's eyes (hlv, hsv). */
type Manner = 'atomic' | 'guest';

/** An access as a number that fits the call from WebAssembly: bit 0 store, bits 3:1 width - 1, bit 4 atomic, bit 5 guest. */
export const AccessKind = {
  of: (isStore: boolean, width: Width, manner?: Manner): number =>
    (isStore ? 1 : 0) | ((width - 1) << 1) | (manner === 'atomic' ? 16 : 0) | (manner === 'guest' ? 32 : 0),
  isStore: (kind: number): boolean => (kind & 1) !== 0,
  width: (kind: number): number => ((kind >> 1) & 7) + 1,
  isAtomic: (kind: number): boolean => (kind & 16) !== 0,
  isGuest: (kind: number): boolean => (kind & 32) !== 0,
} as const;

const LOAD: Record<Width, { signed: string; unsigned: string }> = {
  1: { signed: 'i64.load8_s', unsigned: 'i64.load8_u' },
  2: { signed: 'i64.load16_s', unsigned: 'i64.load16_u' },
  4: { signed: 'i64.load32_s', unsigned: 'i64.load32_u' },
  8: { signed: 'i64.load', unsigned: 'i64.load' },
};
const STORE: Record<Width, string> = { 1: 'i64.store8', 2: 'i64.store16', 4: 'i64.store32', 8: 'i64.store' };

/** The code of a row that accesses memory. */
export function emitAccess(place: Place, does: Access): void {
  const { code, operands, address } = place;
  operands.rs1();
  if (does.kind === 'load' || does.kind === 'store') code.wat`${operands.imm} i64.add`;
  code.wat`local.set ${address}`;
  switch (does.kind) {
    case 'load':
      return emitLoad(place, does);
    case 'store':
      return emitStore(place, does);
    case 'lr':
      return emitLoadReserved(place, does.width);
    case 'sc':
      return emitStoreConditional(place, does.width);
    case 'amo':
      return emitAmo(place, does);
  }
}

function emitLoad(place: Place, { width, signed, float, guest }: Extract<Access, { kind: 'load' }>): void {
  const { code } = place;
  probe(place, READ_TABLE, width, guest && 'guest');
  const loaded = (): void => {
    pushLinear(place, READ_TABLE);
    code.wat`${LOAD[width][signed ? 'signed' : 'unsigned']}`;
  };
  if (!float) return place.setRd(loaded);
  place.setFd(() => {
    loaded();
    if (width === 4) code.wat`i64.const ${-(2n ** 32n)} i64.or`; // NaN-boxed
  });
}

function emitStore(place: Place, { width, float, guest }: Extract<Access, { kind: 'store' }>): void {
  probe(place, WRITE_TABLE, width, guest && 'guest');
  pushLinear(place, WRITE_TABLE);
  place.code.wat`${float ? place.operands.fs2 : place.operands.rs2} ${STORE[width]}`;
}

function emitLoadReserved(place: Place, width: 4 | 8): void {
  const { code, hart, entry } = place;
  probe(place, READ_TABLE, width, 'atomic');
  pushLinear(place, READ_TABLE);
  code.wat`
    local.set ${entry}
    ${place.pushHart} ${() => pushPhysical(place, entry)} i64.store offset=${hart + HART.RESERVATION}`;
  place.setRd(() => code.wat`local.get ${entry} ${LOAD[width].signed}`);
}

/** rd = 0 and the store is done if the reservation is for this address; else rd = 1. Either way the reservation ends. */
function emitStoreConditional(place: Place, width: 4 | 8): void {
  const { code, hart, entry, value, operands } = place;
  const reservation = hart + HART.RESERVATION;
  probe(place, WRITE_TABLE, width, 'atomic');
  pushLinear(place, WRITE_TABLE);
  code.wat`
    local.set ${entry}
    ${() => pushPhysical(place, entry)} ${place.pushHart} i64.load offset=${reservation} i64.ne
    i64.extend_i32_u local.tee ${value} i64.eqz`;
  code.if(() => code.wat`local.get ${entry} ${operands.rs2} ${STORE[width]}`);
  code.wat`${place.pushHart} i64.const -1 i64.store offset=${reservation}`;
  place.setRd(() => code.wat`local.get ${value}`);
}

function emitAmo(place: Place, does: Extract<Access, { kind: 'amo' }>): void {
  const { code, entry, value } = place;
  probe(place, WRITE_TABLE, does.width, 'atomic');
  pushLinear(place, WRITE_TABLE);
  code.wat`
    local.tee ${entry} ${LOAD[does.width].signed} local.set ${value}
    local.get ${entry} ${() => emit(code, does.value, place)} ${STORE[does.width]}`;
  place.setRd(() => code.wat`local.get ${value}`);
}

/** The system instructions that are also done by generated code. */
export const isGeneratedSystem = (action: SystemAction): boolean => action === 'cbo.zero' || action === 'fence.i';

/** The code of such a row. */
export function emitSystem(place: Place, action: SystemAction): void {
  if (!isGeneratedSystem(action)) throw new Error(`no code can be generated for ${action}`);
  if (action === 'cbo.zero') emitZeroBlock(place); // fence.i has nothing to do
}

/** Bits 63:6 of an address: the cache block that it is in. */
const BLOCK_MASK = -CACHE_BLOCK;

/**
 * cbo.zero, which kernels clear pages by. In S-mode and VS-mode only: U-mode needs senvcfg too, and M-mode nothing. The address is
 * probed as it is, as a fault reports it so; the block around it lies in the same page.
 */
function emitZeroBlock(place: Place): void {
  const { code, hart, operands, address, entry } = place;
  const csr = (number: number) => (): unknown =>
    code.wat`${place.pushHart} i32.load offset=${hart + HART.CSR + 8 * number}`;
  code.wat`
    ${csr(Csr.menvcfg)}
    ${csr(Csr.henvcfg)} ${place.pushHart} i32.load offset=${hart + HART.VIRTUAL} i32.const 1 i32.sub i32.or i32.and
    i32.const ${Environment.CBZE} i32.and i32.eqz
    ${place.pushHart} i32.load offset=${hart + HART.PRIVILEGE} i32.const ${S} i32.ne i32.or`;
  code.if(() => place.giveUp());
  code.wat`${operands.rs1} local.set ${address}`;
  probe(place, WRITE_TABLE, 1);
  pushLinear(place, WRITE_TABLE);
  code.wat`i32.const ${BLOCK_MASK} i32.and local.set ${entry}`;
  for (let offset = 0; offset < CACHE_BLOCK; offset += 8) {
    code.wat`local.get ${entry} i64.const 0 i64.store offset=${offset}`;
  }
}

/**
 * Leaves the TLB entry for place.address in place.entry. The comparison keeps the low bits that a naturally aligned address
 * has clear, so that a misaligned one never matches.
 */
function probe(place: Place, table: number, width: Width, manner?: Manner): void {
  const { code, address, entry, bank } = place;
  const pushBank = manner === 'guest' ? () => pushGuestBank(place) : () => code.wat`local.get ${bank}`;
  code.wat`
    ${pushBank}
    local.get ${address} i32.wrap_i64 i32.const 8 i32.shr_u i32.const ${(DATA_ENTRIES - 1) * TLB_ENTRY} i32.and
    i32.add local.tee ${entry} i64.load offset=${table}
    local.get ${address} i64.const ${-4096 | (width - 1)} i64.and i64.ne`;
  code.if(() => place.missed(AccessKind.of(table === WRITE_TABLE, width, manner)));
}

/** Pushes the bank for hlv and hsv, where the mode may execute them. */
function pushGuestBank(place: Place): void {
  const { code, hart, entry } = place;
  code.wat`${place.pushHart} i32.load offset=${hart + HART.GUEST_BANK} local.tee ${entry} i32.eqz`;
  code.if(() => place.giveUp());
  code.wat`local.get ${entry}`;
}

/** Pushes the linear address of the access that has just been probed. */
function pushLinear({ code, address, entry }: Place, table: number): void {
  code.wat`local.get ${address} i32.wrap_i64 local.get ${entry} i32.load offset=${table + 8} i32.add`;
}

/** Pushes the physical address, i64, of a linear one. */
function pushPhysical({ code }: Place, linear: Local): void {
  code.wat`local.get ${linear} i64.extend_i32_u i64.const ${RAM_BASE - RAM} i64.add`;
}
