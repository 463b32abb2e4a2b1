/** What the TLB remembers of a guest's two stages, and which fence forgets it (hypervisor extension, "Memory-Management Fences" and "Hypervisor Memory-Management Fence Instructions"). */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import type { PhysicalMemory } from '../../../src/machine/engine/memory';
import type { Hart } from '../../../src/machine/hart/hart';
import type { Mode } from '../../../src/machine/hart/privilege';
import { BASE, bench, openMemory, type Bench } from '../hart/bench-hart';
import { ONES, wordOf } from '../hart/hypervisor/guest-bench';

/** Two pages with different contents; a guest page that leads to the one or the other, and a host page likewise. */
const [FIRST, SECOND] = [BASE + 0x8_0000n, BASE + 0x8_1000n];
const GUEST_VA = 0x1_4000_0000n;
const GUEST_PA = 0x60_0000_0000n;
const HOST_VA = 0x1_8000_0000n;
const page = (n: number): bigint => BASE + BigInt(0x1_0000 + 0x1000 * n);
const G_ROOT = page(0); // 16 KiB
const V = 1n, R = 2n, W = 4n, X = 8n, U = 0x10n, A = 0x40n, D = 0x80n; // prettier-ignore
const DATA = V | R | W | A | D;
const entry = (to: bigint, bits: bigint): bigint => ((to >> 12n) << 10n) | bits;
const index = (address: bigint, level: number, width = 9n): bigint =>
  (address >> BigInt(12 + 9 * level)) & ((1n << width) - 1n);

const EXECUTORS = {
  interpret: (memory: PhysicalMemory) => interpreter(memory),
  compile: (memory: PhysicalMemory) => compiler(memory),
};

describe.each(Object.keys(EXECUTORS) as (keyof typeof EXECUTORS)[])('%s', (engine) => {
  let machine: Bench;
  let hart: Hart;

  /** Each stage's leaf for the page in question. */
  const leaf = { guest: page(6), host: page(9), physical: page(12) };
  const point = (which: keyof typeof leaf, va: bigint, to: bigint, bits: bigint): void =>
    machine.poke(leaf[which] + index(va, 0) * 8n, entry(to, bits));

  beforeEach(() => {
    let executor: ReturnType<typeof interpreter> | undefined;
    machine = bench({ executor: (owner) => (executor ??= EXECUTORS[engine](owner.memory))(owner) });
    ({ hart } = machine);
    openMemory(hart);
    const { poke } = machine;
    poke(FIRST, 0x1111n);
    poke(SECOND, 0x2222n);
    // G-stage: RAM as it is, and GUEST_PA
    poke(G_ROOT + index(BASE, 2, 11n) * 8n, entry(BASE & ~0x3fff_ffffn, DATA | X | U));
    poke(G_ROOT + index(GUEST_PA, 2, 11n) * 8n, entry(page(11), V));
    poke(page(11) + index(GUEST_PA, 1) * 8n, entry(leaf.physical, V));
    point('physical', GUEST_PA, FIRST, DATA | U);
    // VS-stage: RAM as it is, and GUEST_VA
    poke(page(4) + index(BASE, 2) * 8n, entry(BASE & ~0x3fff_ffffn, DATA | X));
    poke(page(4) + index(GUEST_VA, 2) * 8n, entry(page(5), V));
    poke(page(5) + index(GUEST_VA, 1) * 8n, entry(leaf.guest, V));
    point('guest', GUEST_VA, GUEST_PA, DATA);
    // HS: the same with HOST_VA
    poke(page(7) + index(BASE, 2) * 8n, entry(BASE & ~0x3fff_ffffn, DATA | X));
    poke(page(7) + index(HOST_VA, 2) * 8n, entry(page(8), V));
    poke(page(8) + index(HOST_VA, 1) * 8n, entry(leaf.host, V));
    point('host', HOST_VA, FIRST, DATA);
    hart.csr.write('hgatp', (8n << 60n) | (G_ROOT >> 12n));
    hart.csr.write('vsatp', (8n << 60n) | (page(4) >> 12n));
    hart.csr.write('satp', (8n << 60n) | (page(7) >> 12n));
    hart.csr.write('hstatus', 1n << 8n); // SPVP
    hart.csr.write('mtvec', BASE + 0x400n);
  });

  let at = BASE + 0x1000n;
  const run = (mode: Mode, ...lines: string[]): void => {
    for (const line of lines) {
      machine.code(at, wordOf(line));
      hart.pc = at;
      hart.mode = mode;
      expect([line, hart.run(1).why, hart.pc]).toEqual([line, 'budget', at + 4n]);
      at += 4n;
    }
  };
  const guestSees = (mode: 'S' | 'VS'): bigint => {
    hart.setX(11, GUEST_VA);
    run(mode, mode === 'S' ? 'hlv.d a0,(a1)' : 'ld a0,0(a1)');
    return hart.x[10];
  };
  const hostSees = (): bigint => {
    hart.setX(11, HOST_VA);
    run('S', 'ld a0,0(a1)');
    return hart.x[10];
  };

  test('both stages are remembered as one, for hlv and for the guest itself', () => {
    for (const mode of ['S', 'VS'] as const) {
      point('physical', GUEST_PA, FIRST, DATA | U);
      hart.executor.forgetTranslations('all');
      expect(guestSees(mode)).toBe(0x1111n);
      point('physical', GUEST_PA, SECOND, DATA | U);
      expect(guestSees(mode)).toBe(0x1111n); // nobody has fenced
    }
  });

  test.each([
    ['S', 'hfence.gvma', 'G-stage'],
    ['S', 'hfence.gvma a2,zero', 'G-stage'], // rs1: the guest physical address >> 2
    ['S', 'hinval.gvma a2,zero', 'G-stage'],
    ['S', 'hfence.vvma', 'VS-stage'],
    ['S', 'hfence.vvma a1,zero', 'VS-stage'],
    ['S', 'hinval.vvma a1,zero', 'VS-stage'],
    ['M', 'hfence.vvma', 'VS-stage'],
    ['VS', 'sfence.vma', 'VS-stage'],
    ['VS', 'sfence.vma a1,zero', 'VS-stage'],
    ['VS', 'sinval.vma a1,zero', 'VS-stage'],
    ['VS', 'csrw satp,a3', 'VS-stage'],
    ['S', 'csrw vsatp,a3', 'VS-stage'],
    ['S', 'csrw hgatp,a4', 'G-stage'],
  ] as const)('in %s-mode %s orders changes of the %s', (mode, fence, stage) => {
    expect([guestSees('S'), guestSees('VS')]).toEqual([0x1111n, 0x1111n]);
    if (stage === 'G-stage') point('physical', GUEST_PA, SECOND, DATA | U);
    else point('guest', GUEST_VA, SECOND, DATA); // RAM is mapped as it is
    hart.setX(11, GUEST_VA + 0x123n);
    hart.setX(12, (GUEST_PA + 0x123n) >> 2n);
    hart.setX(13, hart.csr.read('vsatp'));
    hart.setX(14, hart.csr.read('hgatp'));
    run(mode, fence);
    expect([guestSees('S'), guestSees('VS')]).toEqual([0x2222n, 0x2222n]);
  });

  test("HS-mode's sfence.vma is for its own translations, VS-mode's for the guest's", () => {
    expect([hostSees(), guestSees('S')]).toEqual([0x1111n, 0x1111n]);
    point('host', HOST_VA, SECOND, DATA);
    point('physical', GUEST_PA, SECOND, DATA | U);
    run('VS', 'sfence.vma');
    expect([hostSees(), guestSees('S')]).toEqual([0x1111n, 0x2222n]);
    point('physical', GUEST_PA, FIRST, DATA | U);
    run('S', 'sfence.vma');
    expect([hostSees(), guestSees('S')]).toEqual([0x2222n, 0x2222n]);
  });

  test('a superpage of the guest is forgotten as a whole by a fence for one address of it', () => {
    machine.poke(page(4) + index(GUEST_VA, 2) * 8n, entry(GUEST_PA, DATA)); // 1 GiB
    expect(guestSees('VS')).toBe(0x1111n);
    machine.poke(page(4) + index(GUEST_VA, 2) * 8n, entry(page(5), V));
    point('guest', GUEST_VA, SECOND, DATA);
    hart.setX(11, GUEST_VA + 0x1234_5678n);
    run('VS', 'sfence.vma a1,zero');
    expect(guestSees('VS')).toBe(0x2222n);
  });

  test('SPVP, SUM and MXR count at once', () => {
    hart.csr.write('medeleg', ONES);
    const cause = (mode: Mode, line: string): bigint => {
      hart.csr.write('scause', 0n);
      machine.code(BASE + 0x800n, wordOf(line));
      hart.pc = BASE + 0x800n;
      hart.mode = mode;
      hart.setX(11, GUEST_VA);
      hart.run(1);
      return hart.csr.read('scause');
    };
    point('guest', GUEST_VA, GUEST_PA, DATA | U);
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(13n); // VS-mode may not load from user pages
    hart.csr.write('vsstatus', 1n << 18n);
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(0n);
    hart.csr.write('vsstatus', 0n);
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(13n);
    hart.csr.write('sstatus', 1n << 18n); // "the HS-level sstatus.SUM is ignored"
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(13n);
    hart.csr.write('hstatus', 0n); // SPVP = 0: as VU-mode
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(0n);
    point('guest', GUEST_VA, GUEST_PA, V | X | U | A);
    point('physical', GUEST_PA, FIRST, V | X | U | A);
    hart.executor.forgetTranslations('guest');
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(13n);
    expect(cause('S', 'hlvx.wu a0,(a1)')).toBe(0n);
    hart.csr.write('vsstatus', 1n << 19n);
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(21n); // the G-stage is not overridden by vsstatus.MXR
    hart.csr.write('sstatus', 1n << 19n);
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(0n);
    hart.csr.write('sstatus', 0n);
    expect(cause('S', 'hlv.d a0,(a1)')).toBe(21n);
  });
});
