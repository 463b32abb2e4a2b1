/** Sets a computer up for one random program: code, data, page tables, protection, registers and mode. The same seed gives the same scene. */
import type { Hart } from '../../../../src/machine/hart/hart';
import { isGuest, privilegeOf, type Mode } from '../../../../src/machine/hart/privilege';
import type { Chance } from './chance';
import type { Computer } from './computer';
import { writeGuestTables } from './guest-tables';
import {
  CELL,
  GUEST_CODE,
  GUEST_HANDLER,
  MACHINE_CODE,
  MACHINE_HANDLER,
  SUPERVISOR_CODE,
  SUPERVISOR_HANDLER,
} from './handlers';
import {
  ALIAS,
  BASE,
  CODE,
  CODE_BYTES,
  DATA,
  DATA_CODE_BYTES,
  DATA_PAGES,
  HIGH_GIGAPAGE,
  MSIP,
  MTIMECMP,
  POINTERS,
  REGISTER,
  SUPERPAGE,
  TABLES,
  UART,
} from './map';
import { writePageTables } from './page-tables';
import { randomInstruction } from './random-code';

/** Bits of mstatus that a program may start with. */
const RARE_STATUS = [1n << 17n, 1n << 19n, 1n << 20n, 1n << 21n, 1n << 22n]; // MPRV, MXR, TVM, TW, TSR
/** mstatus.FS: mostly Dirty, sometimes Off, Initial or Clean. */
const FLOAT_STATES = [3n, 3n, 3n, 3n, 0n, 1n, 2n].map((state) => state << 13n);
const SUM = 1n << 18n;
const MPIE = 1n << 7n;
const SPP = 1n << 8n;
const mpp = (mode: Mode): bigint => BigInt(privilegeOf(mode)) << 11n;
const MPV = 1n << 39n;
/** Bits of hstatus that a program may start with: HU, VTVM, VTW, VTSR. */
const RARE_HYPERVISOR_STATUS = [1n << 9n, 1n << 20n, 1n << 21n, 1n << 22n];
const SPVP = 1n << 8n;

/** What a program is entered with, at first and again. */
export interface Scene {
  readonly mode: Mode;
  /** Value for satp, or for vsatp of a guest. */
  readonly satp: bigint;
  /** Value for hgatp: of a guest, or for hlv and hsv. */
  readonly hgatp: bigint;
  /** Virtual address of RAM. */
  readonly image: bigint;
}

/** Prepares `computer`, which has been reset. */
export function setScene(computer: Computer, chance: Chance): Scene {
  const { hart } = computer;
  const mode = chance.pick<Mode>(['M', 'S', 'U', 'VS', 'VS', 'VU']);
  writeMemory(computer, chance, mode);
  const satp = mode !== 'M' && !chance.oneIn(4) ? writePageTables(computer, chance, privilegeOf(mode) === 0) : 0n;
  const hgatp = !chance.oneIn(5) ? writeGuestTables(computer, chance) : 0n;
  const image = imageFor(chance, mode, satp, hgatp);
  computer.writeWord(CELL.code, image + BigInt(CODE));
  computer.writeWord(CELL.mpp, mpp(mode));
  computer.writeWord(CELL.spp, privilegeOf(mode) === 0 ? 0n : SPP);
  setProtection(computer, chance);
  if (chance.oneIn(8)) hart.nativeMode = mode === 'M' ? undefined : mode === 'S' ? 'M' : chance.pick(['S', 'M']);
  return { mode, satp, hgatp, image };
}

/** Where the program sees RAM: at its physical address, or at one of those where tables put it, too. */
function imageFor(chance: Chance, mode: Mode, satp: bigint, hgatp: bigint): bigint {
  if (chance.oneIn(3)) return BASE;
  if (satp) return chance.pick([BASE, ALIAS, SUPERPAGE, HIGH_GIGAPAGE]);
  return isGuest(mode) && hgatp ? chance.pick([BASE, ALIAS, SUPERPAGE]) : BASE;
}

/** Enters the program somewhere in its code. Random programs soon run in a circle, so this is done again and again. */
export function enter(computer: Computer, chance: Chance, { mode, satp, hgatp, image }: Scene): void {
  const { hart, bus } = computer;
  setTraps(hart, chance);
  if (chance.oneIn(4)) setProtection(computer, chance);
  setRegisters(hart, chance, image, satp !== 0n || hgatp !== 0n);
  bus.store(MTIMECMP, 8, hart.ticks() + BigInt(chance.below(20)));
  bus.store(MSIP, 4, chance.oneIn(4) ? 1n : 0n);
  hart.csr.write('mip', chance.oneIn(3) ? BigInt(chance.below(0x400)) : 0n);
  setTranslation(hart, isGuest(mode), satp, hgatp);
  setGuest(hart, chance);
  hart.csr.write('mstatus', statusFor(chance, mode));
  const [start, size] = chance.oneIn(4) ? [DATA, DATA_CODE_BYTES] : [CODE, CODE_BYTES];
  hart.csr.write('mepc', image + BigInt(start + 2 * chance.below(size / 2)));
  hart.returnFrom('M');
}

function setTranslation({ csr }: Hart, guest: boolean, own: bigint, hgatp: bigint): void {
  const values = { satp: guest ? 0n : own, vsatp: own, hgatp };
  for (const [name, value] of Object.entries(values)) if (csr.read(name) !== value) csr.write(name, value);
}

/** What a hypervisor decides about its guest. */
function setGuest({ csr }: Hart, chance: Chance): void {
  const rare = RARE_HYPERVISOR_STATUS.reduce((all, bit) => all | (chance.oneIn(10) ? bit : 0n), 0n);
  csr.write('hstatus', rare | (chance.oneIn(2) ? SPVP : 0n) | (BigInt(chance.below(4)) << 12n));
  csr.write(
    'vsstatus',
    chance.pick(FLOAT_STATES) |
      (chance.oneIn(2) ? SUM : 0n) |
      (chance.oneIn(8) ? 1n << 19n : 0n) |
      (chance.oneIn(2) ? 2n : 0n),
  );
  csr.write('hedeleg', BigInt(chance.oneIn(2) ? chance.below(0x10000) : 0));
  csr.write('hideleg', BigInt(chance.below(0x800)));
  csr.write('hvip', chance.oneIn(3) ? BigInt(chance.below(0x800)) : 0n);
  csr.write('hgeie', BigInt(chance.below(8)));
  csr.write('hcounteren', BigInt(chance.below(8)));
  csr.write('henvcfg', chance.pick([0n, 1n << 63n, 1n << 61n, 7n << 61n]));
  csr.write('htimedelta', chance.pick([0n, 1000n, 0xffff_ffff_ffff_fff0n]));
  csr.write('vstimecmp', csr.read('time') + BigInt(chance.below(40)));
  csr.write('stimecmp', csr.read('time') + BigInt(chance.below(40)));
}

function writeMemory(computer: Computer, chance: Chance, mode: Mode): void {
  computer.copyIn(MACHINE_HANDLER, MACHINE_CODE);
  computer.copyIn(SUPERVISOR_HANDLER, SUPERVISOR_CODE);
  computer.copyIn(GUEST_HANDLER, GUEST_CODE);
  const privileged = privilegeOf(mode) !== 0;
  computer.copyIn(CODE, randomCode(chance, CODE_BYTES, privileged));
  for (let i = 0; i < DATA_PAGES * 512; i++) computer.writeWord(DATA + 8 * i, chance.value());
  computer.copyIn(DATA, randomCode(chance, DATA_CODE_BYTES, privileged)); // pages that are written as often as executed
}

function randomCode(chance: Chance, size: number, privileged: boolean): Uint8Array {
  const code = new DataView(new ArrayBuffer(size + 4));
  for (let at = 0; at < size;) {
    const { word, length } = randomInstruction(chance, privileged);
    if (length === 2) code.setUint16(at, word, true);
    else code.setUint32(at, word, true);
    at += length;
  }
  return new Uint8Array(code.buffer, 0, size);
}

function setTraps({ csr }: Hart, chance: Chance): void {
  csr.write('mtvec', BASE + BigInt(MACHINE_HANDLER));
  csr.write('stvec', BASE + BigInt(SUPERVISOR_HANDLER));
  csr.write('vstvec', BASE + BigInt(GUEST_HANDLER));
  csr.write('mcounteren', 7n);
  csr.write('scounteren', BigInt(chance.below(8)));
  const delegate = chance.oneIn(2) ? 0x10000 : 1;
  csr.write('medeleg', BigInt(chance.below(delegate)) | (chance.oneIn(2) ? 0xf0_0400n : 0n));
  csr.write('mideleg', BigInt(chance.below(delegate)));
  csr.write('mie', chance.pick([0x80n, 0x88n, 0xaaan, 0x1eeen, 0x1e6cn]));
}

/** Everything is open but for small regions, some of them locked, which bind M-mode too. */
function setProtection({ hart }: Computer, chance: Chance): void {
  const { csr } = hart;
  csr.write('pmpaddr15', (1n << 54n) - 1n);
  let low = 0n;
  if (chance.oneIn(2)) {
    for (let i = 0; i < 4; i++) {
      const at = BASE + BigInt(chance.pick([DATA, DATA, CODE, TABLES]) + chance.below(0x1000) * 8);
      csr.write(`pmpaddr${i}`, (at >> 2n) | BigInt(chance.pick([0, 1, 0xf, 0x7f])));
      const match = i === 0 ? chance.pick([0, 2, 3]) : chance.below(4); // a first range up to an address would close the handlers
      low |= BigInt(chance.below(8) | (match << 3) | (chance.oneIn(4) ? 0x80 : 0)) << BigInt(8 * i);
    }
  }
  csr.write('pmpcfg2', 0x1fn << 56n);
  csr.write('pmpcfg0', low);
}

function setRegisters(hart: Hart, chance: Chance, image: bigint, translated: boolean): void {
  for (let register = 1; register < 32; register++) hart.setX(register, chance.value());
  for (let register = 0; register < 32; register++) hart.f[register] = chance.float();
  hart.csr.write('fcsr', BigInt(chance.pick([0, 1, 1, 1, chance.below(256)])));
  for (const register of POINTERS) hart.setX(register, pointer(chance, image, translated));
  const code = image + BigInt(CODE);
  for (const register of [1, 5]) hart.setX(register, code + 64n);
  hart.setX(REGISTER.code, code);
}

/**
 * Mostly into data, often just before the end of a page; sometimes into code or devices. Into page tables only while they are not
 * used: without a fence after a store to them, the executors may differ, as harts with and without a TLB do.
 */
function pointer(chance: Chance, image: bigint, translated: boolean): bigint {
  const kind = chance.below(16);
  if (kind === 0) return image + BigInt(CODE + 8 * chance.below(CODE_BYTES / 8));
  if (kind === 1 && !translated) return image + BigInt(TABLES + 8 * chance.below(0xc00));
  if (kind === 2) return BigInt(chance.pick([UART, MSIP, MTIMECMP]));
  return image + BigInt(DATA + 0x1000 * chance.below(DATA_PAGES) + chance.pick([0, 64, 0x800, 0xff8]));
}

function statusFor(chance: Chance, mode: Mode): bigint {
  const rare = RARE_STATUS.reduce((all, bit) => all | (chance.oneIn(8) ? bit : 0n), 0n);
  return (
    mpp(mode) | (isGuest(mode) ? MPV : 0n) | MPIE | chance.pick(FLOAT_STATES) | (chance.oneIn(2) ? SUM : 0n) | rare
  );
}
