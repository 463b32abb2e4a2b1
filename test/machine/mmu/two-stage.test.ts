/** Both stages of a guest's translation against a walk written from the manual alone: every pattern of low bits, and random tables with random faults. */
import type { TrapEvent } from '../../../src/machine/hart/events';
import { bench, openMemory, word, type Bench } from '../hart/bench-hart';
import { random32 } from '../isa/random';
import { translateForGuest, type GuestAnswer, type Memory, type Question, type Stage } from './manual-walk';

const BASE = 0x8000_0000n;
const RAM = 0x10_0000n;
const page = (n: number): bigint => BASE + BigInt(n) * 0x1000n;

/** The instruction that looks lies in page 1, its handler in page 2; pages 16 to 19 are the G-stage's root, the rest is for tables and data. */
const [CODE, HANDLER, GUEST_ROOT] = [page(1), page(2), page(16)];
const FREE = { first: 20, last: 254 };
const V = 1n, R = 2n, W = 4n, X = 8n, U = 0x10n, A = 0x40n, D = 0x80n; // prettier-ignore

const machine: Bench = bench();
const { hart, memory: ram } = machine;

/** RAM as the manual's walk sees it, with what it writes kept apart. */
class Shadow implements Memory {
  readonly written = new Map<bigint, bigint>();
  read(address: bigint): bigint | undefined {
    if (address < BASE || address + 8n > BASE + RAM) return undefined;
    return this.written.get(address) ?? machine.peek(address);
  }
  write(address: bigint, entry: bigint): void {
    this.written.set(address, entry);
  }
}

interface Scene {
  va: bigint;
  vs: Stage;
  g: Stage;
  question: Question & { hsMxr: boolean };
}

const SETTING = { menvcfg: 0x6000_0000_0000_0000n, medeleg: 0xf0_b3ffn, stvec: HANDLER, mtvec: HANDLER } as const;

function arrange({ vs, g, question }: Scene): void {
  const { csr } = hart;
  for (const [name, value] of Object.entries(SETTING)) csr.write(name, value);
  csr.write('menvcfg', (g.adue ? 1n << 61n : 0n) | (g.pbmte ? 1n << 62n : 0n));
  csr.write('henvcfg', (vs.adue ? 1n << 61n : 0n) | (vs.pbmte ? 1n << 62n : 0n));
  csr.write('vsatp', (BigInt(vs.mode) << 60n) | (vs.root >> 12n));
  csr.write('hgatp', (BigInt(g.mode) << 60n) | (g.root >> 12n));
  csr.write('vsstatus', (question.sum ? 1n << 18n : 0n) | (question.mxr ? 1n << 19n : 0n));
  csr.write('sstatus', question.hsMxr ? 1n << 19n : 0n);
  csr.write('hstatus', question.user ? 0n : 1n << 8n);
}

/** hlv, hlvx or hsv from HS-mode, or a jump in the guest: the trap, or nothing. */
function access({ va, question }: Scene): TrapEvent | undefined {
  let trap: TrapEvent | undefined;
  hart.onTrap = (event) => (trap ??= event);
  if (question.access === 'fetch') {
    hart.mode = question.user ? 'VU' : 'VS';
    hart.pc = va;
  } else {
    hart.mode = 'S';
    hart.pc = CODE;
    hart.setX(11, va);
    const load = question.hlvx ? 'hlvx.wu' : 'hlv.wu';
    machine.code(
      CODE,
      question.access === 'load' ? word(load, { rd: 10, rs1: 11 }) : word('hsv.w', { rs1: 11, rs2: 10 }),
    );
  }
  hart.run(1);
  return trap;
}

function compare(scene: Scene): GuestAnswer {
  const shadow = new Shadow();
  const { va, vs, g, question } = scene;
  const expected = translateForGuest(va, vs, g, question, shadow);
  arrange(scene);
  const trap = access(scene);
  const { csr } = hart;
  const describe = { va: va.toString(16), vs, g, question };
  if (typeof expected === 'bigint') {
    const inRam = expected >= BASE && expected < BASE + RAM;
    const cause = { fetch: 1, load: 5, store: 7 }[question.access];
    // where it leads is checked by what fetches and stores do elsewhere; here: that nothing but the place can fault
    if (inRam && question.access !== 'fetch') expect({ ...describe, trap }).toEqual({ ...describe, trap: undefined });
    if (!inRam) expect({ ...describe, cause: trap?.cause }).toEqual({ ...describe, cause });
    if (inRam && question.access === 'load') {
      const value = machine.peek(expected & ~3n, 4);
      expect({ ...describe, value: hart.x[10] }).toEqual({ ...describe, value });
    }
  } else {
    const found = { cause: trap?.cause, htval: csr.read('htval'), pseudo: csr.read('htinst') };
    const gva = (csr.read('hstatus') >> 6n) & 1n;
    // what is not an implicit access gets the transformed instruction: hypervisor/trap-instruction.test.ts
    const tinst = expected.pseudo !== 0n || question.access === 'fetch' ? found.pseudo : expected.pseudo;
    expect({ ...describe, ...found, pseudo: tinst, tval: csr.read('stval'), gva }).toEqual({
      ...describe,
      ...expected,
      tval: va,
      gva: 1n,
    });
  }
  for (const [address, entry] of shadow.written) {
    if (question.access === 'store' && typeof expected === 'bigint' && (expected & ~7n) === address) continue; // overwritten by the access
    expect({ ...describe, at: address.toString(16), entry: machine.peek(address) }).toEqual({
      ...describe,
      at: address.toString(16),
      entry,
    });
  }
  return expected;
}

/** Builds tables for one address of the guest, with a bit or two wrong now and then. */
class Builder {
  #next = FREE.first;
  readonly #random: () => number;
  readonly vs: Stage;
  readonly g: Stage;
  /** The table that the entry at an address led to before it was spoilt. */
  readonly #tables = new Map<bigint, bigint>();
  /** How many entries in 100 get a wrong bit. */
  readonly #wrong: number;

  constructor(random: () => number, wrong: number) {
    this.#random = random;
    this.#wrong = wrong;
    ram.u8.fill(0, ram.linear(Number(GUEST_ROOT), 1), ram.linear(Number(BASE + RAM - 1n), 1));
    const flag = (): boolean => random() % 3 > 0;
    const mode = (): number => [0, 8, 8, 9, 10][random() % 5];
    this.g = { mode: mode(), root: GUEST_ROOT, extra: 2, adue: flag(), pbmte: flag() };
    this.vs = { mode: mode(), root: 0n, extra: 0, adue: this.g.adue && flag(), pbmte: this.g.pbmte && flag() };
  }

  free(): bigint {
    return page(Math.min(this.#next++, FREE.last));
  }

  /** A guest page that leads to `host`. */
  guestPage(host: bigint): bigint {
    if (this.g.mode === 0) return host;
    const width = 12 + 9 * (this.g.mode - 5) + 2;
    const gpa =
      (BigInt.asUintN(Math.min(width, 56), (BigInt(this.#random()) << 32n) | BigInt(this.#random())) >> 12n) << 12n;
    this.#map(
      this.g,
      gpa,
      host,
      (address) => address,
      () => this.free(),
      V | R | X | U | (this.#random() % 6 ? W | A | D : 0n),
    );
    return gpa;
  }

  /** Maps `va` to a guest page, at guest-physical tables. */
  guestAddress(va: bigint): void {
    const tables = new Map<bigint, bigint>();
    const allocate = (): bigint => {
      const host = this.free();
      const gpa = this.guestPage(host);
      tables.set(gpa, host);
      return gpa;
    };
    const hostOf = (gpa: bigint): bigint => tables.get(gpa & ~0xfffn)! + (gpa & 0xfffn);
    this.vs.root = allocate();
    const target = this.guestPage(this.free());
    this.#map(
      this.vs,
      va,
      target,
      hostOf,
      allocate,
      V | R | W | X | (this.#random() % 2 ? U : 0n) | (this.#random() % 3 ? A | D : 0n),
    );
  }

  #map(
    stage: Stage,
    address: bigint,
    to: bigint,
    hostOf: (a: bigint) => bigint,
    allocate: () => bigint,
    leaf: bigint,
  ): void {
    const levels = stage.mode - 5;
    const last = this.#random() % 12 === 0 ? this.#random() % levels : 0; // a superpage, mostly a misaligned one
    let table = stage.root;
    for (let i = levels - 1; i > last; i--) {
      const at = hostOf(table) + this.#index(stage, address, i) * 8n;
      const known = this.#tables.get(at);
      table = known ?? allocate();
      this.#tables.set(at, table);
      if (known === undefined) machine.poke(at, this.#spoilt(((table >> 12n) << 10n) | V));
    }
    const napot = last === 0 && this.#random() % 10 === 0;
    const ppn = napot ? ((to >> 12n) & ~15n) | 8n | (this.#random() % 8 === 0 ? 1n : 0n) : to >> 12n;
    const aligned = last > 0 && this.#random() % 2 ? (ppn >> BigInt(9 * last)) << BigInt(9 * last) : ppn;
    const at = hostOf(table) + this.#index(stage, address, last) * 8n;
    machine.poke(at, this.#spoilt((aligned << 10n) | leaf | (napot ? 1n << 63n : 0n)));
  }

  #index(stage: Stage, address: bigint, level: number): bigint {
    const width = level === stage.mode - 6 ? 9 + stage.extra : 9;
    return (address >> BigInt(12 + 9 * level)) & ((1n << BigInt(width)) - 1n);
  }

  #spoilt(entry: bigint): bigint {
    if (this.#random() % 100 >= this.#wrong) return entry;
    const bit = this.#random() % 8 ? this.#random() % 8 : 54 + (this.#random() % 10);
    return entry ^ (1n << BigInt(bit));
  }
}

function questionBy(random: () => number): Question & { hsMxr: boolean } {
  const flag = (): boolean => random() % 2 === 1;
  const access = (['fetch', 'load', 'store'] as const)[random() % 3];
  return { access, user: flag(), sum: flag(), mxr: flag(), hsMxr: flag(), hlvx: access === 'load' && flag() };
}

beforeEach(() => {
  hart.reset();
  openMemory(hart);
});

test('random tables of both stages, spoilt here and there', () => {
  const random = random32(2024);
  const seen = new Map<string, number>();
  for (let i = 0; i < 12_000; i++) {
    const builder = new Builder(random, i % 45);
    const wide = (BigInt(random()) << 32n) | BigInt(random());
    const width = builder.vs.mode === 0 ? 40 : 12 + 9 * (builder.vs.mode - 5);
    const aligned = BigInt.asUintN(64, BigInt.asIntN(width, wide)) & ~3n;
    const va = (aligned & 0xfffn) > 0xff8n ? aligned & ~0xfffn : aligned;
    let at = random() % 40 === 0 ? va ^ (1n << 60n) : va;
    if (builder.vs.mode === 0) at = builder.guestPage(builder.free()) | (at & 0xffcn);
    else builder.guestAddress(va);
    const answer = compare({ va: at, vs: builder.vs, g: builder.g, question: questionBy(random) });
    const kind = typeof answer === 'bigint' ? 'address' : `${answer.cause} ${answer.pseudo.toString(16)}`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  const kinds = ['address', '1 0', '5 0', '7 0', '12 0', '13 0', '15 0', '20 0', '20 3000', '20 3020', '21 0', '21 3000', '21 3020', '23 0', '23 3000', '23 3020']; // prettier-ignore
  for (const kind of kinds) expect([kind, seen.has(kind)]).toEqual([kind, true]);
}, 120_000);

/** Sv39 over Sv39x4, the leaf of one stage at `level` with all patterns of its low byte; the other stage allows everything. */
describe.each(['VS-stage', 'G-stage'] as const)('every low byte of a %s leaf', (which) => {
  test.each([0, 1, 2])(
    'at level %i, all accesses and views',
    (level) => {
      const random = random32(7);
      const VA = 0x12_4060_7000n;
      for (let low = 0; low < 256; low++) {
        for (let variant = 0; variant < 16; variant++) {
          const builder = new Builder(random, 0);
          Object.assign(builder.g, { mode: 8, adue: variant % 2 === 0 });
          Object.assign(builder.vs, { mode: 8, adue: variant % 4 === 0 });
          buildPlain(builder, VA, which, level, BigInt(low));
          compare({ va: VA | 0x128n, vs: builder.vs, g: builder.g, question: questionBy(random) });
        }
      }
    },
    60_000,
  );
});

/** Identity for the tables of the guest through a gigapage; `va` to a guest address of its own, and that to RAM. */
function buildPlain({ vs, g }: Builder, va: bigint, which: 'VS-stage' | 'G-stage', level: number, low: bigint): void {
  const all = V | R | W | X | A | D;
  const entry = (to: bigint, flags: bigint): bigint => ((to >> 12n) << 10n) | flags;
  const index = (address: bigint, i: number): bigint => (address >> BigInt(12 + 9 * i)) & (i === 2 ? 0x7ffn : 0x1ffn);
  machine.poke(GUEST_ROOT + index(BASE, 2) * 8n, entry(BASE, all | U));
  const gpa = 0x40_0020_3000n;
  const build = (
    root: bigint,
    tables: bigint[],
    address: bigint,
    to: bigint,
    leafLevel: number,
    flags: bigint,
  ): void => {
    let table = root;
    for (let i = 2; i > leafLevel; i--) {
      machine.poke(table + (index(address, i) & (root === GUEST_ROOT ? 0x7ffn : 0x1ffn)) * 8n, entry(tables[i - 1], V));
      table = tables[i - 1];
    }
    const size = 12n + 9n * BigInt(leafLevel);
    machine.poke(
      table + (index(address, leafLevel) & (root === GUEST_ROOT ? 0x7ffn : 0x1ffn)) * 8n,
      entry((to >> size) << size, flags),
    );
  };
  vs.root = page(20);
  const [vsLevel, gLevel] = which === 'VS-stage' ? [level, 0] : [0, level];
  build(page(20), [page(21), page(22)], va, gpa, vsLevel, which === 'VS-stage' ? low : all);
  const size = 12n + 9n * BigInt(vsLevel);
  const reached = ((gpa >> size) << size) | (va & ((1n << size) - 1n));
  build(GUEST_ROOT, [page(23), page(24)], reached, page(40), gLevel, which === 'G-stage' ? low : all | U);
  g.root = GUEST_ROOT;
}
