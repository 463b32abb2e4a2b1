/** The world switch: registers, translations and reservations of one guest never reach another. */
import { createMachine, encode, rowByName, type Engine } from '#machine';
import { referenceParts } from '#reference';
import { shadowPaging } from '../../../solutions/07-shadow-paging/shadow-paging';
import { newCounters } from '../../../src/vmm/counters';
import { FrameAllocator } from '../../../src/vmm/memory/frames';
import { GuestMemory } from '../../../src/vmm/memory/guest-memory';
import type { View } from '../../../src/vmm/memory/guest-walk';
import { GuestSpace } from '../../../src/vmm/memory/shadow/guest-space';
import { ShadowTables } from '../../../src/vmm/memory/shadow/shadow-tables';
import { MemorySlots } from '../../../src/vmm/memory/slots';
import { HostHart, type Guest } from '../../../src/vmm/techniques/host-hart';
import { GuestRegisters } from '../../../src/vmm/techniques/registers';

const BASE = 0x8000_0000;
const [CODE, ONE, TWO, FRAMES] = [BASE, BASE + 0x1000, BASE + 0x2000, BASE + 0x10000];
const END = BASE + 2 ** 20;
/** Guest-virtual: the code, and a page of data. */
const [CODE_AT, DATA_AT] = [0x1000n, 0x2000n];
const ECALL = 0x73;

interface TestGuest extends Guest {
  readonly space: GuestSpace;
  pc: bigint;
  keepsReservation: boolean;
}

const VIEW: View = { mode: 'S', sum: false, mxr: false };

/** A host whose guests share one page of code: the instructions given, then an ecall. */
function host(engine: Engine, ...words: readonly number[]) {
  const machine = createMachine({ ramBytes: END - BASE, nativeMode: 'S', engine });
  [...words, ECALL].forEach((word, i) => machine.ram.write(CODE + 4 * i, 4, BigInt(word)));
  const frames = new FrameAllocator(FRAMES, END);
  /** A VM whose memory is the page of code and this page of data; it does not translate. */
  const guest = (data: number): TestGuest => {
    const slots = new MemorySlots(referenceParts.guestMemory);
    slots.add({ gpa: CODE_AT, hpa: CODE, size: 4096 });
    slots.add({ gpa: DATA_AT, hpa: data, size: 4096 });
    const memory = new GuestMemory(machine.ram, slots);
    const counters = newCounters(memory.counts);
    const tables = new ShadowTables({ frames, ram: machine.ram, slots, limit: 64 }, counters);
    const made: TestGuest = {
      registers: new GuestRegisters(),
      space: new GuestSpace({ memory, tables, paging: shadowPaging, counters }),
      get table() {
        return this.space.table(VIEW);
      },
      pc: CODE_AT,
      keepsReservation: false,
      onRetire: undefined,
    };
    fill(made);
    made.registers.set(11, DATA_AT);
    return made;
  };
  return { machine, frames, guest, host: new HostHart(machine.harts[0]) };
}

const fill = ({ space }: TestGuest): void => {
  for (const gva of [CODE_AT, DATA_AT]) space.fill(VIEW, gva, 'load');
};

const load = encode(rowByName('ld'), { rd: 10, rs1: 11, imm: 0 });
const lr = encode(rowByName('lr.d'), { rd: 10, rs1: 11 });
const sc = encode(rowByName('sc.d'), { rd: 12, rs1: 11, rs2: 13 });

describe.each(['step', 'interpret', 'compile'] as const)('HostHart (%s)', (engine) => {
  test('each guest finds its own registers', () => {
    const { guest, host: hart } = host(engine);
    const [a, b] = [guest(ONE), guest(TWO)];
    for (let i = 0; i < 32; i++) {
      a.registers.set(i, BigInt(100 + i));
      b.registers.set(i, BigInt(200 + i));
    }
    for (const each of [a, b, a, b]) expect(hart.run(each, 10)).toEqual({ begun: 1, trap: { cause: 8, tval: 0n } });
    expect([0, 1, 31].map((i) => [a.registers.get(i), b.registers.get(i)])).toEqual([
      [0n, 0n],
      [101n, 201n],
      [131n, 231n],
    ]);
  });

  test('the same address leads each guest to its own page', () => {
    const { machine, guest, host: hart } = host(engine, load);
    machine.ram.write(ONE, 8, 111n);
    machine.ram.write(TWO, 8, 222n);
    const [a, b] = [guest(ONE), guest(TWO)];
    for (const [each, value] of [[a, 111n], [b, 222n], [a, 111n]] as const) {
      each.pc = CODE_AT;
      hart.run(each, 10);
      expect(each.registers.get(10)).toBe(value);
    } // prettier-ignore
  });

  test('guests that take turns keep their translations, each under an ASID of its own, until a table changes', () => {
    if (engine === 'step') return; // keeps none
    const { machine, guest, host: hart } = host(engine, load);
    const [a, b] = [guest(ONE), guest(TWO)];
    const walked = (each: TestGuest): number => {
      const before = machine.harts[0].mmu.references;
      each.pc = CODE_AT;
      hart.run(each, 10);
      return machine.harts[0].mmu.references - before;
    };
    expect([walked(a), walked(b)].every((references) => references > 0)).toBe(true);
    expect([walked(a), walked(b), walked(a)]).toEqual([0, 0, 0]);
    a.space.tables.stale.everything();
    expect(walked(b)).toBe(0);
    expect(walked(a)).toBeGreaterThan(0);
    b.space.tables.stale.page(Number(DATA_AT) / 4096);
    expect(walked(b)).toBe(5); // Sv57, for the load alone
  });

  test("a shadow that got the frame of another one's root does not get its cached translations", () => {
    const { machine, frames, guest, host: hart } = host(engine, load);
    machine.ram.write(ONE, 8, 111n);
    machine.ram.write(TWO, 8, 222n);
    const a = guest(ONE);
    const root = a.space.root(VIEW);
    hart.run(a, 10);
    a.space.tables.free(root);
    // The allocator gives the frames of `a` back last in, first out: take them, and return the root last.
    const taken = [1, 2, 3, 4, 5].map(() => frames.allocate()!);
    for (const frame of [...taken.filter((each) => each !== root.frame * 4096), root.frame * 4096]) frames.free(frame);
    const b = guest(TWO);
    expect(b.space.root(VIEW).frame).toBe(root.frame);
    hart.run(b, 10);
    expect(b.registers.get(10)).toBe(222n);
  });

  test.each([
    [true, 0n],
    [false, 1n],
  ])('what LR reserved before an exit: keepsReservation %p, SC gives %i', (keeps, result) => {
    const { guest, host: hart } = host(engine, lr, ECALL, sc);
    const a = guest(ONE);
    hart.run(a, 10);
    a.pc += 4n; // behind the ecall
    a.keepsReservation = keeps;
    hart.run(a, 10);
    expect(a.registers.get(12)).toBe(result);
  });

  test('another guest that ran in between ends the reservation', () => {
    const { guest, host: hart } = host(engine, lr, ECALL, sc);
    const [a, b] = [guest(ONE), guest(ONE)];
    hart.run(a, 1);
    hart.run(b, 1);
    a.keepsReservation = true;
    a.pc += 4n;
    hart.run(a, 1);
    expect(a.registers.get(12)).toBe(1n);
  });

  test('a budget ends exactly where it says', () => {
    const { guest, host: hart } = host(engine, load, load, load);
    const a = guest(ONE);
    expect(hart.run(a, 2)).toEqual({ begun: 2 });
    expect(a.pc).toBe(CODE_AT + 8n);
    expect(hart.run(a, 2)).toEqual({ begun: 2, trap: { cause: 8, tval: 0n } });
    expect(a.pc).toBe(CODE_AT + 12n);
  });
});
