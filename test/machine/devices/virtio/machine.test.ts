/** A disk on the machine: its interrupt ends a wait, its DMA replaces code that has run, and time has no part in what happens. */
import { assemble, createMachine, MemoryStore, SECTOR, type Engine, type Machine } from '#machine';
import { blockHeader, REG } from './driver';

const ENGINES: Engine[] = ['step', 'interpret', 'compile'];
const SLOT = 0x1000_1000;
const RINGS = 0x8001_0000;

/** Runs `target`, has its page overwritten by the disk, waits for the interrupt, and runs it again. */
const PROGRAM = `
  la a0, target
  jalr ra, a0
  mv s1, s0
  li t0, ${SLOT + REG.queueNotify}
  sw zero, 0(t0)
  li t0, 0x800          # MEIE
  csrw mie, t0
wait:
  wfi
  csrr t1, mip
  and t1, t1, t0
  beqz t1, wait
  csrr s3, time
  fence.i
  jalr ra, a0
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
  .balign 512
target:
  li s0, 1
  ret
  .balign 512`;

/** One read request waits in the ring: sector 0 to `target`. */
function prepare(engine: Engine, latency?: number): Machine {
  const sector = new Uint8Array(SECTOR);
  sector.set(assemble('li s0, 2\n ret').bytes);
  const machine = createMachine({
    ramBytes: 2 ** 20,
    engine,
    virtio: { disks: [{ store: new MemoryStore(sector) }], latency },
  });
  const { bytes, symbols } = assemble(PROGRAM, { origin: 0x8000_0000n });
  const segments = [{ address: 0x8000_0000, bytes, memBytes: bytes.length }];
  machine.load({ kernel: { name: 'program', entry: 0x8000_0000n, segments, symbols } });
  const write = (register: number, value: number): void => void machine.bus.store(SLOT + register, 4, BigInt(value));
  for (const status of [1, 3]) write(REG.status, status);
  write(REG.driverFeaturesSel, 1);
  write(REG.driverFeatures, 1); // VERSION_1
  write(REG.status, 11);
  write(REG.queueSize, 4);
  write(REG.desc, RINGS);
  write(REG.driver, RINGS + 0x100);
  write(REG.device, RINGS + 0x200);
  write(REG.queueReady, 1);
  write(REG.status, 15);
  machine.ram.copyIn(RINGS + 0x400, blockHeader(0, 0));
  const parts: [number, number, number][] = [
    [RINGS + 0x400, 16, 1],
    [Number(symbols.get('target')), SECTOR, 3],
    [RINGS + 0x500, 1, 2],
  ];
  parts.forEach(([address, size, flags], i) => {
    machine.ram.write(RINGS + 16 * i, 8, BigInt(address));
    machine.ram.write(RINGS + 16 * i + 8, 8, BigInt(size) | (BigInt(flags) << 32n) | (BigInt(i + 1) << 48n));
  });
  machine.ram.write(RINGS + 0x102, 2, 1n); // avail.idx
  machine.bus.store(0x0c00_0004, 4, 1n); // priority of the PLIC's source 1
  machine.bus.store(0x0c00_2000, 4, 2n); // which hart 0's M-mode enables
  return machine;
}

/** Runs to the end in pieces of `budget`. */
function finish(machine: Machine, budget: number): unknown[] {
  let stop = machine.run(budget);
  for (let calls = 0; stop.why === 'budget' && calls < 100_000; calls++) stop = machine.run(budget);
  const [hart] = machine.harts;
  return [stop, hart.x[9], hart.x[8], hart.x[19], hart.begun, machine.now()];
}

test.each(ENGINES)('%s: code that the disk wrote over code that had run is what runs', (engine) => {
  expect(finish(prepare(engine), 10_000).slice(0, 3)).toEqual([{ why: 'halted', code: 0 }, 1n, 2n]);
});

test.each(ENGINES)('%s: a request that takes 100000 instructions is waited for without running them', (engine) => {
  const machine = prepare(engine, 100_000);
  const [stop, before, after, time, begun] = finish(machine, 1_000_000) as [unknown, bigint, bigint, bigint, number];
  expect([stop, before, after]).toEqual([{ why: 'halted', code: 0 }, 1n, 2n]);
  expect(Number(time)).toBeGreaterThanOrEqual(10_000);
  expect(Number(time)).toBeLessThan(10_010);
  expect(begun).toBeLessThan(100);
});

test.each(ENGINES)('%s: the same run in calls of 1, 7 and 1000 instructions', (engine) => {
  const runs = [1, 7, 1000].map((budget) => finish(prepare(engine, 333), budget));
  const expected = finish(prepare('step', 333), 1_000_000);
  for (const run of runs) expect(run).toEqual(expected);
});
