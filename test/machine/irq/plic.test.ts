/** The PLIC by its specification 1.0.0: priorities, thresholds, enables, claim, complete, gateways. */
import { Plic } from '../../../src/machine/irq/plic';

const PRIORITY = (id: number): number => 4 * id;
const PENDING = 0x1000;
const ENABLE = (context: number): number => 0x2000 + 0x80 * context;
const THRESHOLD = (context: number): number => 0x20_0000 + 0x1000 * context;
const CLAIM = (context: number): number => THRESHOLD(context) + 4;

/** A PLIC with two contexts; sources 1..96 have priority 1 and are enabled in both. */
function setUp(): { plic: Plic; outputs: boolean[]; load(at: number): number; store(at: number, value: number): void } {
  const outputs = [false, false];
  const plic = new Plic(
    96,
    outputs.map((_, context) => ({ set: (level: boolean) => void (outputs[context] = level) })),
  );
  const load = (at: number): number => Number(plic.load(at));
  const store = (at: number, value: number): void => plic.store(at, 4, BigInt(value));
  for (let id = 1; id <= 96; id++) store(PRIORITY(id), 1);
  for (const context of [0, 1]) for (let word = 0; word < 4; word++) store(ENABLE(context) + 4 * word, 0xffff_ffff);
  return { plic, outputs, load, store };
}

test('a raised line is pending, interrupts every context that enables it, and is claimed once', () => {
  const { plic, outputs, load } = setUp();
  plic.source(10).set(true);
  expect(load(PENDING)).toBe(1 << 10);
  expect(outputs).toEqual([true, true]);
  expect(load(CLAIM(1))).toBe(10);
  expect(load(PENDING)).toBe(0);
  expect(outputs).toEqual([false, false]);
  expect(load(CLAIM(0))).toBe(0);
  expect(load(CLAIM(1))).toBe(0);
});

test('a level that stays high asks again after completion, not before', () => {
  const { plic, outputs, load, store } = setUp();
  const line = plic.source(10);
  line.set(true);
  load(CLAIM(1));
  line.set(false);
  line.set(true);
  expect(outputs[1]).toBe(false);
  store(CLAIM(1), 10);
  expect(outputs[1]).toBe(true);
  expect(load(CLAIM(1))).toBe(10);
  line.set(false);
  store(CLAIM(1), 10);
  expect(outputs[1]).toBe(false);
});

test('a request is not taken back when the line falls before the claim', () => {
  const { plic, load } = setUp();
  const line = plic.source(3);
  line.set(true);
  line.set(false);
  expect(load(CLAIM(0))).toBe(3);
});

test('the higher priority goes first, the lower id among equals', () => {
  const { plic, load, store } = setUp();
  store(PRIORITY(40), 5);
  for (const id of [96, 33, 7, 40]) plic.source(id).set(true);
  expect([1, 2, 3, 4, 5].map(() => load(CLAIM(0)))).toEqual([40, 7, 33, 96, 0]);
});

test('priority 0 never interrupts; a threshold masks its own priority and those below', () => {
  const { plic, outputs, load, store } = setUp();
  store(PRIORITY(1), 0);
  plic.source(1).set(true);
  expect([outputs, load(PENDING), load(CLAIM(0))]).toEqual([[false, false], 2, 0]);
  store(PRIORITY(1), 3);
  store(THRESHOLD(0), 3);
  expect(outputs).toEqual([false, true]);
  expect(load(CLAIM(0))).toBe(0);
  store(THRESHOLD(0), 2);
  expect(outputs).toEqual([true, true]);
});

test('priorities and thresholds have three bits', () => {
  const { load, store } = setUp();
  store(PRIORITY(5), 0xffff_ffff);
  store(THRESHOLD(1), 0xffff_fff9);
  expect([load(PRIORITY(5)), load(THRESHOLD(1))]).toEqual([7, 1]);
});

test('a source that a context does not enable neither interrupts it nor can be completed by it', () => {
  const { plic, outputs, load, store } = setUp();
  const line = plic.source(10);
  store(ENABLE(0), 0);
  line.set(true);
  expect(outputs).toEqual([false, true]);
  expect(load(CLAIM(1))).toBe(10);
  store(CLAIM(0), 10);
  expect(outputs[1]).toBe(false); // still in service
  store(CLAIM(1), 10);
  expect(outputs[1]).toBe(true);
});

test('the completion id need not be the last claimed', () => {
  const { plic, load, store } = setUp();
  plic.source(1).set(true);
  plic.source(2).set(true);
  expect([load(CLAIM(0)), load(CLAIM(0))]).toEqual([1, 2]);
  store(CLAIM(0), 1);
  expect(load(CLAIM(0))).toBe(1);
});

test.each([0, 97, 1023, 0xffff_ffff])('completing source %i, which does not exist, does nothing', (id) => {
  const { plic, load, store } = setUp();
  plic.source(10).set(true);
  load(CLAIM(0));
  store(CLAIM(0), id);
  expect(load(CLAIM(0))).toBe(0);
});

test('source 0 does not exist', () => {
  const { load, store } = setUp();
  store(PRIORITY(0), 7);
  store(ENABLE(0), 0xffff_ffff);
  expect([load(PRIORITY(0)), load(ENABLE(0))]).toEqual([0, 0xffff_fffe]);
});

test('source 96 is the last one', () => {
  const { plic, load } = setUp();
  plic.source(96).set(true);
  expect([load(ENABLE(0) + 12), load(PENDING + 12), load(PRIORITY(97))]).toEqual([1, 1, 0]);
});

test('pending bits are read-only, and what is between and behind the registers reads 0', () => {
  const { plic, load, store } = setUp();
  plic.source(10).set(true);
  for (const at of [
    PENDING,
    PENDING + 0x40,
    ENABLE(0) + 0x40,
    ENABLE(2),
    THRESHOLD(0) + 8,
    THRESHOLD(2),
    CLAIM(2),
    0x1f_fffc,
    0x5f_fffc,
  ]) {
    store(at, 0xffff_ffff);
    expect(load(at)).toBe(at === PENDING ? 1 << 10 : 0);
  }
});

test('after a reset everything is off, and a line that is still high is pending', () => {
  const { plic, outputs, load, store } = setUp();
  plic.source(10).set(true);
  load(CLAIM(0));
  plic.reset();
  expect([outputs, load(PENDING), load(PRIORITY(10)), load(ENABLE(1))]).toEqual([[false, false], 1 << 10, 0, 0]);
  store(PRIORITY(10), 1);
  store(ENABLE(1), 1 << 10);
  expect(outputs).toEqual([false, true]);
});
