/** LR, SC and AMOs: reservations, results and where they may not go (Unprivileged, chapter A). */
import { BASE, bench, DEVICE, word, type Bench } from './bench-hart';

const DATA = BASE + 0x800n;
const lr = word('lr.w', { rd: 6, rs1: 5 });
const sc = word('sc.w', { rd: 7, rs1: 5, rs2: 8 });

function run(...words: number[]): Bench {
  const machine = bench();
  machine.code(BASE, ...words);
  machine.poke(DATA, 0xffff_fffe_8000_0001n);
  machine.hart.setX(5, DATA);
  machine.hart.setX(7, 99n);
  machine.hart.setX(8, 0x5555_5555n);
  machine.hart.setX(9, DATA + 8n);
  machine.hart.csr.write('mtvec', BASE + 0x400n);
  machine.hart.run(words.length);
  return machine;
}

test('lr sign-extends; sc after it stores and gives 0', () => {
  const { hart, peek } = run(lr, sc);
  expect([hart.x[6], hart.x[7], peek(DATA)]).toEqual([0xffff_ffff_8000_0001n, 0n, 0xffff_fffe_5555_5555n]);
});

test('sc without a reservation stores nothing and gives 1', () => {
  const { hart, peek } = run(sc);
  expect([hart.x[7], peek(DATA)]).toEqual([1n, 0xffff_fffe_8000_0001n]);
});

test('one reservation serves one sc', () => {
  expect(run(lr, sc, sc).hart.x[7]).toBe(1n);
});

test('sc elsewhere fails, and ends the reservation', () => {
  const elsewhere = word('sc.w', { rd: 7, rs1: 9, rs2: 8 });
  expect(run(lr, elsewhere).hart.x[7]).toBe(1n);
  expect(run(lr, elsewhere, sc).hart.x[7]).toBe(1n);
});

test('the latest lr counts', () => {
  expect(run(lr, word('lr.w', { rd: 6, rs1: 9 }), sc).hart.x[7]).toBe(1n);
});

test('a trap ends the reservation, so that another context cannot use it', () => {
  const machine = run(lr, word('ecall'));
  machine.hart.pc = BASE;
  machine.code(BASE, sc);
  machine.hart.run(1);
  expect(machine.hart.x[7]).toBe(1n);
});

test('an AMO of a word leaves its neighbour alone and sign-extends the old value', () => {
  const { hart, peek } = run(word('amoadd.w', { rd: 6, rs1: 5, rs2: 8 }));
  expect([hart.x[6], peek(DATA)]).toEqual([0xffff_ffff_8000_0001n, 0xffff_fffe_d555_5556n]);
});

test('atomics need RAM: on a device they are access faults', () => {
  const machine = bench();
  const { hart } = machine;
  hart.csr.write('mtvec', BASE + 0x400n);
  hart.setX(5, BigInt(DEVICE));
  for (const [instruction, cause] of [
    [lr, 5n],
    [sc, 7n],
    [word('amoswap.w', { rd: 6, rs1: 5, rs2: 8 }), 7n],
  ] as const) {
    machine.code(BASE, instruction);
    hart.pc = BASE;
    hart.run(1);
    expect([hart.csr.read('mcause'), hart.csr.read('mtval')]).toEqual([cause, BigInt(DEVICE)]);
  }
});
