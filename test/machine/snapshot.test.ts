/** Snapshots: a restored machine continues identically, to the instruction; anything else than an undamaged snapshot of its kind is refused. */
import { CSR_ROWS } from '../../src/machine/hart/csr';
import { InputError } from '../../src/machine/input-error';
import { assemble } from '../../src/machine/isa';
import { createMachine, type Machine } from '../../src/machine/machine';
import type { Engine, MachineOptions } from '../../src/machine/machine-options';
import { crc32 } from '../../src/machine/snapshot/crc32';
import { Chance } from './engine/lockstep/chance';

const ENGINES: readonly Engine[] = ['step', 'interpret', 'compile'];

/**
 * Each hart counts under a lock, sets itself an alarm, waits, calls the next hart by an IPI and prints a letter; traps count.
 * So at a random instant harts run, wait for each other, hold a reservation or are in a handler.
 */
const BUSY = `
  la t0, trap
  csrw mtvec, t0
  csrr s0, mhartid
  li s1, 0x2000000      # MSIP
  li s2, 0x2004000      # MTIMECMP
  li s3, 0x200bff8      # MTIME
  li s4, 0x10000000     # UART
  la s5, lock
  la s6, counter
  slli t0, s0, 3
  add s2, s2, t0
  li t0, 0x88           # MSIE, MTIE
  csrw mie, t0
  csrsi mstatus, 8
loop:
  li t2, 1
take:
  amoswap.w.aq t0, t2, (s5)
  bnez t0, take
  ld t0, 0(s6)
  addi t0, t0, 1
  sd t0, 0(s6)
  amoswap.w.rl zero, zero, (s5)
retry:
  lr.d t0, 8(s6)
  addi t0, t0, 1
  sc.d t1, t0, 8(s6)
  bnez t1, retry
  addi t0, s0, 'a'
  sb t0, 0(s4)
  ld t0, 0(s3)
  add t0, t0, s0
  addi t0, t0, 20
  sd t0, 0(s2)
  wfi
  addi t0, s0, 1
  li t1, HARTS
  bltu t0, t1, send
  li t0, 0
send:
  slli t0, t0, 2
  add t0, t0, s1
  li t1, 1
  sw t1, 0(t0)
  j loop

  .balign 4
trap:
  csrw mscratch, t0
  slli t0, s0, 2
  add t0, t0, s1
  sw zero, 0(t0)
  li t0, -1
  sd t0, 0(s2)
  addi s7, s7, 1
  csrr t0, mscratch
  mret

  .balign 8
lock:
  .dword 0
counter:
  .dword 0
  .dword 0
`;

function busy(options: MachineOptions & { harts: number }): { machine: Machine; output: () => string } {
  const source = BUSY.replace('HARTS', String(options.harts))
    .replaceAll('8(s6)', '(s8)')
    .replace('la s6, counter', 'la s6, counter\naddi s8, s6, 8');
  const { bytes, symbols } = assemble(source, { origin: 0x8000_0000n });
  let output = '';
  const console = (byte: number): void => void (output += String.fromCharCode(byte));
  const machine = createMachine({ ramBytes: 2 ** 20, console, ...options });
  const segment = { address: 0x8000_0000, bytes, memBytes: bytes.length };
  machine.load({ kernel: { name: 'busy', entry: 0x8000_0000n, segments: [segment], symbols } });
  return { machine, output: () => output };
}

describe.each([1, 2, 5])('%d harts', (harts) => {
  test('a restored machine continues identically, under either engine, from random instants', () => {
    const chance = new Chance(harts);
    for (let i = 0; i < 6; i++) {
      const [n, m] = [1 + chance.below(30_000), 1 + chance.below(20_000)];
      const first = busy({ harts, engine: chance.pick(ENGINES) });
      first.machine.run(n);
      const snapshot = first.machine.snapshot();
      const second = busy({ harts, engine: chance.pick(ENGINES) });
      second.machine.run(1 + chance.below(5000)); // restore must forget all of this
      second.machine.restore(snapshot);
      expect([i, second.machine.digest()]).toEqual([i, first.machine.digest()]);
      const [before, other] = [first.output().length, second.output().length];
      const stops = [first, second].map(({ machine }) => machine.run(m));
      expect(stops[1]).toEqual(stops[0]);
      expect([i, second.machine.digest()]).toEqual([i, first.machine.digest()]);
      expect(second.output().slice(other)).toBe(first.output().slice(before));
      expect(second.machine.snapshot()).toEqual(first.machine.snapshot());
      for (const { machine } of [first, second]) machine.release();
    }
  });
});

test('whatever can be written to CSRs, in every mode, is believed again', () => {
  const { machine } = busy({ harts: 2 });
  const other = busy({ harts: 2 });
  for (let seed = 1; seed <= 40; seed++) {
    const chance = new Chance(seed);
    machine.reset();
    for (const hart of machine.harts) {
      for (let i = 0; i < 150; i++) hart.csr.write(chance.pick(CSR_ROWS).number, chance.value());
      hart.mode = chance.pick(['M', 'S', 'U', 'VS', 'VU']);
    }
    other.machine.restore(machine.snapshot());
    expect([seed, other.machine.digest()]).toEqual([seed, machine.digest()]);
    for (const { number, name } of CSR_ROWS) {
      expect([name, other.machine.harts[1].csr.read(number)]).toEqual([name, machine.harts[1].csr.read(number)]);
    }
  }
});

test('a digest tells states apart that differ in one bit of RAM, one register or the time', () => {
  const { machine } = busy({ harts: 2 });
  machine.run(1000);
  const seen = [machine.digest()];
  machine.ram.write(0x8008_0000, 1, 1n);
  seen.push(machine.digest());
  machine.harts[1].setX(31, 1n);
  seen.push(machine.digest());
  machine.run(1);
  seen.push(machine.digest());
  expect(new Set(seen).size).toBe(4);
});

describe('refused, with a sentence, and the machine as it was:', () => {
  const { machine } = busy({ harts: 2 });
  machine.run(5000);
  const good = machine.snapshot();
  machine.run(777);
  const digest = machine.digest();

  function refused(bytes: Uint8Array, sentence: RegExp | string): void {
    expect(() => machine.restore(bytes)).toThrow(InputError);
    expect(() => machine.restore(bytes)).toThrow(sentence);
    expect(machine.digest()).toBe(digest);
  }

  test('a newer version', () => {
    const bytes = good.slice();
    bytes[8] = 2;
    refused(bytes, 'The snapshot has format version 2, and this program reads version 1 only.');
  });

  test('a truncated file, wherever it ends', () => {
    for (let end = 0; end < good.length; end += end < 64 ? 1 : 4999)
      refused(good.subarray(0, end), /^The snapshot is damaged: it has|^This is not/);
  });

  test('any changed bit', () => {
    const chance = new Chance(1);
    for (let i = 0; i < 200; i++) {
      const bytes = good.slice();
      bytes[chance.below(good.length)] ^= 1 << chance.below(8);
      expect(() => machine.restore(bytes)).toThrow(InputError);
    }
    expect(machine.digest()).toBe(digest);
  });

  test('another file', () =>
    refused(
      Uint8Array.from('#!/bin/sh\n', (c) => c.charCodeAt(0)),
      'This is not a snapshot',
    ));

  test('a machine of another shape', () => {
    refused(busy({ harts: 3 }).machine.snapshot(), 'The snapshot is of another machine: harts there: 3; here: 2.');
    refused(busy({ harts: 2, ramBytes: 2 ** 21 }).machine.snapshot(), 'RAM there: 2048 KiB; here: 1024 KiB.');
    refused(busy({ harts: 2, isa: 'rv64imac' }).machine.snapshot(), 'ISA there');
  });

  test('contents that are damaged under a right checksum never do more than be refused', () => {
    const chance = new Chance(2);
    let [taken, refusals] = [0, 0];
    for (let i = 0; i < 200; i++) {
      const bytes = good.slice();
      for (let n = chance.below(3); n >= 0; n--) bytes[20 + chance.below(9000)] = chance.below(256);
      new DataView(bytes.buffer).setUint32(16, crc32(bytes.subarray(20)), true);
      try {
        machine.restore(bytes);
        machine.run(200);
        taken++;
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        refusals++;
      }
    }
    expect([taken > 20, refusals > 20]).toEqual([true, true]);
    machine.restore(good);
    machine.run(777);
    expect(machine.digest()).toBe(digest);
  });
});

test('the checksum is that of gzip and Ethernet: the check value of the CRC catalogue', () => {
  expect(crc32(Uint8Array.from('123456789', (c) => c.charCodeAt(0)))).toBe(0xcbf4_3926);
});
