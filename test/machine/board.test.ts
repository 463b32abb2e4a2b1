/** The board as software meets it: reset, the map, wires from devices to harts, time, the end. Programs are ours, expectations QEMU's. */
import {
  assemble,
  createMachine,
  InputError,
  loadImage,
  type Machine,
  type MachineOptions,
  type MachineStop,
} from '#machine';

const MIB = 2 ** 20;
const ENGINES = ['step', 'interpret', 'compile'] as const;

/** A machine with a program at the start of RAM, and what it prints. */
function machineWith(source: string, options: MachineOptions = {}): { machine: Machine; printed(): string } {
  let printed = '';
  const machine = createMachine({
    ramBytes: 2 * MIB,
    console: (byte) => void (printed += String.fromCharCode(byte)),
    ...options,
  });
  const program = assemble(source, { origin: 0x8000_0000n });
  machine.load({ firmware: loadImage(program.bytes, 'program', { ram: machine.ram }) });
  return { machine, printed: () => printed };
}

const POWER_OFF = `
power_off:
  li t0, 0x100000
  li t1, 0x5555
  sw t1, 0(t0)
`;

/** M-mode is interrupted in that tick, and goes on at `handler`. */
const timerAt = (tick: number): string => `
  la t0, handler
  csrw mtvec, t0
  li t0, 0x80           # MTIE
  csrw mie, t0
  csrsi mstatus, 8      # MIE
  li t0, 0x2004000      # mtimecmp of hart 0
  li t1, ${tick}
  sd t1, 0(t0)
`;

describe('reset', () => {
  test('the ROM is word for word that of QEMU 7.2 (virt, 256 MiB, a kernel at 0x80200000)', () => {
    const machine = createMachine({ ramBytes: 256 * MIB, engine: 'step' });
    const image = (rawAddress: number) => loadImage(new Uint8Array(16), 'image', { rawAddress, ram: machine.ram });
    machine.load({ firmware: image(0x8000_0000), kernel: image(0x8020_0000) });
    const words = Array.from({ length: 20 }, (_, i) => Number(machine.bus.load(0x1000 + 4 * i, 4)));
    expect(words.map((word) => word.toString(16).padStart(8, '0')).join(' ')).toBe(
      '00000297 02828613 f1402573 0202b583 0182b283 00028067 80000000 00000000 8fe00000 00000000 ' +
        '4942534f 00000000 00000002 00000000 80200000 00000000 00000001 00000000 00000000 00000000',
    );
  });

  test.each(ENGINES)('software starts in M-mode with a0 = hart id and a1 = device tree (%s)', (engine) => {
    const { machine } = machineWith('j .', { engine, ramBytes: 256 * MIB });
    machine.run(10);
    const [hart] = machine.harts;
    expect([hart.pc, hart.mode, hart.x[10], hart.x[11]]).toEqual([0x8000_0000n, 'M', 0n, 0x8fe0_0000n]);
    expect(machine.ram.copyOut(0x8fe0_0000, 4)).toEqual(Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed));
  });

  test('a machine after reset does the same again, with the image loaded anew', () => {
    const { machine, printed } = machineWith(`
      la t0, letter
      lbu t1, 0(t0)
      li t2, 0x10000000
      sb t1, 0(t2)
      addi t1, t1, 1
      sb t1, 0(t0)
      ${POWER_OFF}
      letter: .byte 'a'`);
    expect(machine.run(1000)).toEqual({ why: 'halted', code: 0 });
    const first = machine.harts[0].begun;
    machine.reset();
    expect([machine.now(), machine.run(1000), machine.harts[0].begun, printed()]).toEqual([
      0n,
      { why: 'halted', code: 0 },
      first,
      'aa',
    ]);
  });
});

describe.each(ENGINES)('devices and wires (%s)', (engine) => {
  test('nothing answers in a hole: load access fault 5, store access fault 7, fetch access fault 1', () => {
    for (const [instruction, cause] of [
      ['lw t1, 0(t0)', 5n],
      ['sw t1, 0(t0)', 7n],
      ['jr t0', 1n],
      ['ld t1, 0(t2)', 5n],
    ] as const) {
      const { machine } = machineWith(
        `
        la t1, handler
        csrw mtvec, t1
        li t0, 0x10000100 # one byte behind the serial port's page of the map
        li t2, 0xc000000  # the PLIC knows 4-byte accesses only
        ${instruction}
        .align 2
        handler: j .`,
        { engine },
      );
      machine.run(100);
      expect([instruction, machine.harts[0].csr.read('mcause')]).toEqual([instruction, cause]);
    }
  });

  test('a typed key interrupts S-mode software through UART, PLIC line 10, context 1 and SEIP', () => {
    const { machine, printed } = machineWith(
      `
      li t0, 0x200          # supervisor external interrupts
      csrw mideleg, t0
      csrw mie, t0
      li t0, 0x0c000028     # priority of source 10
      li t1, 1
      sw t1, 0(t0)
      li t0, 0x0c002080     # enables of context 1
      li t1, 0x400
      sw t1, 0(t0)
      li t0, 0x10000001     # IER: received data
      li t1, 1
      sb t1, 0(t0)
      la t0, handler
      csrw stvec, t0
      csrwi pmpcfg0, 0x1f   # everything is open to S-mode
      li t0, -1
      csrw pmpaddr0, t0
      li t0, 0x802          # MPP = S, SIE
      csrw mstatus, t0
      la t0, supervisor
      csrw mepc, t0
      mret
    supervisor:
      wfi
      j supervisor
      .align 2
    handler:
      li t0, 0x0c201004     # claim of context 1
      lw s0, 0(t0)
      csrr s1, scause
      li t2, 0x10000000
      lbu t1, 0(t2)
      addi t1, t1, 1
      sb t1, 0(t2)
      sw s0, 0(t0)          # complete
      sret`,
      { engine },
    );
    expect(machine.run(100_000)).toEqual({ why: 'waiting' });
    machine.input(Buffer.from('HAL'));
    expect(machine.run(100_000)).toEqual({ why: 'waiting' });
    const [hart] = machine.harts;
    expect([printed(), hart.x[8], hart.x[9]]).toEqual(['IBM', 10n, (1n << 63n) | 9n]);
  });

  test('the timer interrupts at the tick that mtimecmp names; wfi lets the time until then pass', () => {
    const { machine } = machineWith(
      `
      ${timerAt(1_000_000)}
    wait:
      wfi
      j wait
      .align 2
    handler:
      csrr s0, mcause
      rdtime s1
      ${POWER_OFF}`,
      { engine },
    );
    expect(machine.run(1000)).toEqual({ why: 'halted', code: 0 });
    const [hart] = machine.harts;
    expect([hart.x[8], hart.x[9]]).toEqual([(1n << 63n) | 7n, 1_000_000n]);
    expect(hart.begun).toBeLessThan(100);
  });

  test('the timer interrupts code that runs, in the tick that mtimecmp names', () => {
    const { machine } = machineWith(
      `
      ${timerAt(500)}
      j .
      .align 2
    handler:
      rdtime s1
      ${POWER_OFF}`,
      { engine },
    );
    expect([machine.run(1_000_000), machine.harts[0].x[9]]).toEqual([{ why: 'halted', code: 0 }, 500n]);
  });

  test('MSIP interrupts with cause 3', () => {
    const { machine } = machineWith(
      `
      la t0, handler
      csrw mtvec, t0
      csrwi mie, 8
      csrsi mstatus, 8
      li t0, 0x2000000
      li t1, 1
      sw t1, 0(t0)
      j .
      .align 2
    handler:
      csrr s0, mcause
      sw x0, 0(t0)
      csrr s1, mip
      ${POWER_OFF}`,
      { engine },
    );
    machine.run(1000);
    expect([machine.harts[0].x[8], machine.harts[0].x[9]]).toEqual([(1n << 63n) | 3n, 0n]);
  });

  test.each<[string, MachineStop]>([
    ['0x5555', { why: 'halted', code: 0 }],
    ['0x73333', { why: 'halted', code: 7 }],
    ['0x7777', { why: 'reset' }],
  ])('storing %s into the test device ends the run before the next instruction', (value, stop) => {
    const { machine } = machineWith(
      `
      li t0, 0x100000
      li t1, ${value}
      sw t1, 0(t0)
      li s0, 1`,
      { engine },
    );
    expect([machine.run(1000), machine.harts[0].x[8], machine.run(1000)]).toEqual([stop, 0n, stop]);
  });

  test('a budget is begun to the last instruction', () => {
    const { machine } = machineWith('j .', { engine });
    expect([machine.run(12_345), machine.harts[0].begun]).toEqual([{ why: 'budget' }, 12_345]);
  });
});

test('several harts start at once, see their own number, and can wake each other', () => {
  const { machine, printed } = machineWith(
    `
      bnez a0, others
    send:
      li t0, 0x2000000
      li t1, 1
      sw t1, 4(t0)          # MSIP of hart 1
      j .
    others:
      la t0, handler
      csrw mtvec, t0
      csrwi mie, 8
      csrsi mstatus, 8
    wait:
      wfi
      j wait
      .align 2
    handler:
      addi a0, a0, '0'
      li t2, 0x10000000
      sb a0, 0(t2)
      ${POWER_OFF}`,
    { harts: 3 },
  );
  expect([machine.run(1_000_000), printed()]).toEqual([{ why: 'halted', code: 0 }, '1']);
});

test('all harts waiting is one answer', () => {
  const { machine } = machineWith('wfi\n j .', { harts: 2, engine: 'step' });
  machine.harts.forEach((hart) => hart.csr.write('mie', 0n));
  expect(machine.run(100_000)).toEqual({ why: 'waiting' });
});

describe('what the board refuses', () => {
  test.each([
    [{ ramBytes: 0 }, 'RAM of 0 MiB is not possible'],
    [{ ramBytes: -4096 }, 'RAM of -4096 bytes is not possible'],
    [{ ramBytes: 100_000 }, 'RAM of 100000 bytes is not possible'],
    [{ ramBytes: NaN }, 'RAM of NaN bytes is not possible'],
    [{ ramBytes: 2 ** 40 }, 'RAM of 1048576 MiB is not possible'],
    [{ harts: 0 }, '0 harts are not possible: give 1 to 8.'],
    [{ harts: 9 }, '9 harts are not possible: give 1 to 8.'],
    [{ harts: 1.5 }, '1.5 harts are not possible: give 1 to 8.'],
  ])('%j', (options, sentence) => {
    expect(() => createMachine(options)).toThrow(InputError);
    expect(() => createMachine(options)).toThrow(sentence);
  });

  test('an image where the device tree goes', () => {
    const machine = createMachine({ ramBytes: 2 * MIB, engine: 'step' });
    const kernel = loadImage(new Uint8Array(2 * MIB), 'big.bin', { ram: machine.ram });
    expect(() => machine.load({ kernel })).toThrow(
      /^big\.bin needs 0x80000000-0x801fffff, where the device tree already has 0x801f\w+-0x801f\w+\.$/,
    );
  });
});
