/**
 * Random page tables for both stages, random registers, random addresses, through Mmu.find: an address or the cause of an
 * exception that the access can have, no host exception, no endless walk; of memory, only A and D of entries change
 * (Privileged, "Virtual Address Translation Process").
 *
 * WORLDSWITCH_FUZZ=10000000 translates so many addresses; a failure names the seed.
 */
import { hartAt, RAM, RAM_BASE } from '../../src/machine/engine/layout';
import { ACCESS_FAULT, GUEST_PAGE_FAULT, PAGE_FAULT, type Access } from '../../src/machine/hart/cause';
import { PteBit } from '../../src/machine/mmu/pte';
import type { Mode } from '../../src/machine';
import { Chance } from '../machine/engine/lockstep/chance';
import { bench } from '../machine/hart/bench-hart';

const TRANSLATIONS = Number(process.env.WORLDSWITCH_FUZZ ?? 1e5);
const SEED = 1;

const RAM_BYTES = 0x10_0000;
const TABLE_PAGES = 16;
const ACCESSES: readonly Access[] = ['fetch', 'load', 'store'];
const MODES: readonly Mode[] = ['M', 'S', 'U', 'VS', 'VU'];
const ACCESSED_DIRTY = BigInt(PteBit.A | PteBit.D);

const { hart, memory, peek, poke } = bench();

/** An entry: often one that leads on to another table or to RAM, otherwise any 64 bits. */
function randomEntry(chance: Chance): bigint {
  if (chance.oneIn(6)) return chance.value();
  const page = BigInt(RAM_BASE / 4096 + chance.below(chance.oneIn(4) ? RAM_BYTES / 4096 : TABLE_PAGES));
  const bits = chance.oneIn(2) ? PteBit.V : chance.below(1024);
  return (
    ((chance.oneIn(8) ? page & ~0x1ffn : page) << 10n) |
    BigInt(bits) |
    (chance.oneIn(16) ? chance.value() & (0x3ffn << 54n) : 0n)
  );
}

function fillTables(chance: Chance): void {
  for (let at = 0; at < TABLE_PAGES * 4096; at += 8) poke(BigInt(RAM_BASE + at), randomEntry(chance));
}

function setRegisters(chance: Chance): void {
  const { csr } = hart;
  for (const name of ['satp', 'vsatp', 'hgatp']) {
    const root = BigInt(RAM_BASE / 4096 + (chance.oneIn(16) ? -1 : chance.below(TABLE_PAGES)));
    csr.write(name, chance.oneIn(8) ? chance.value() : (BigInt(chance.pick([0, 8, 9, 10])) << 60n) | root);
  }
  for (const name of ['mstatus', 'vsstatus', 'hstatus', 'menvcfg', 'henvcfg']) csr.write(name, chance.value());
  csr.write('pmpaddr0', chance.oneIn(8) ? chance.value() : (1n << 54n) - 1n);
  csr.write('pmpcfg0', chance.oneIn(8) ? BigInt(chance.below(128)) : 0x1fn);
  hart.mode = chance.pick(MODES);
}

/** Canonical in some scheme, or anything. */
function randomAddress(chance: Chance): bigint {
  const any = (BigInt(chance.next()) << 32n) | BigInt(chance.next());
  return chance.oneIn(8) ? any : BigInt.asUintN(64, BigInt.asIntN(chance.pick([32, 39, 41, 48, 50, 57, 59]), any));
}

const causesOf = (access: Access): number[] => [ACCESS_FAULT[access], PAGE_FAULT[access], GUEST_PAGE_FAULT[access]];

test(`random tables, seed ${SEED}: an address or the right kind of exception, and only A and D change`, () => {
  const chance = new Chance(SEED);
  const strangers = memory.u8.slice(hartAt(1), hartAt(1) + 0x1_0000);
  const outcomes = new Map<string, number>();
  let before = new BigUint64Array();
  const tables = new BigUint64Array(memory.wasm.buffer, RAM, RAM_BYTES / 8);
  for (let i = 0; i < TRANSLATIONS; i++) {
    if (i % 4000 === 0) {
      if (before.length > 0) expectOnlyAccessedDirty(before, tables);
      fillTables(chance);
      before = tables.slice();
    }
    if (i % 8 === 0) setRegisters(chance);
    const access = chance.pick(ACCESSES);
    const address = randomAddress(chance);
    const found = hart.mmu.find(Number(address & 0xffff_ffffn), Number(BigInt.asIntN(32, address >> 32n)), 1, access);
    const isRight = found < 0 ? causesOf(access).includes(-found) : found <= 2 ** 64; // above 2^53 it is rounded
    if (!isRight) {
      throw new Error(`translation ${i} of seed ${SEED}: ${access} at 0x${address.toString(16)} gives ${found}`);
    }
    const kind = found < 0 ? String(-found) : 'found';
    outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
  }
  expectOnlyAccessedDirty(before, tables);
  expect([...outcomes.keys()].sort()).toEqual(['1', '12', '13', '15', '20', '21', '23', '5', '7', 'found']);
  expect(outcomes.get('found')).toBeGreaterThan(TRANSLATIONS / 100);
  expect(Buffer.compare(memory.u8.subarray(hartAt(1), hartAt(1) + 0x1_0000), strangers)).toBe(0);
  expect(peek(BigInt(RAM_BASE + RAM_BYTES - 8))).toBe(0n);
}, 3_600_000);

function expectOnlyAccessedDirty(before: BigUint64Array, after: BigUint64Array): void {
  const wrong = after.findIndex(
    (entry, i) => (entry | ACCESSED_DIRTY) !== (before[i] | ACCESSED_DIRTY) || (before[i] & ~entry) !== 0n,
  );
  expect(wrong).toBe(-1);
}
