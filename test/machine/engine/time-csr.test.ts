/** time in generated code (Privileged, "Counter-Enable Registers" and "Hypervisor Time Delta Register"): the same values and rights as in the stepping executor. */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { stepper } from '../../../src/machine/engine/step';
import type { Hart } from '../../../src/machine/hart/hart';
import { INSTRUCTIONS_PER_TICK, type Executor } from '../../../src/machine/hart/ports';
import { M, S, type Mode } from '../../../src/machine/hart/privilege';
import { FULL_ISA } from '../../../src/machine/isa';
import { BASE, bench, openMemory, word } from '../hart/bench-hart';

const POLICY = { threshold: 2, warm: 1, mostInstructions: 100, mostRegions: 4 };
const EXECUTORS: [string, (hart: Hart) => Executor][] = [
  ['step', stepper],
  ['interpret', (hart) => interpreter(hart.memory)(hart)],
  ['compile', (hart) => compiler(hart.memory, FULL_ISA, POLICY)(hart)],
];
const TM = 2n;
const OPEN = { mcounteren: TM, scounteren: TM, hcounteren: TM };
const HANDLER = BASE + 0x800n;

/** In `mode`, at a loop of three instructions of which the second reads time into t0; it has been compiled. */
function looping(executor: (hart: Hart) => Executor, mode: Mode, csrs: Record<string, bigint> = {}): Hart {
  const { hart, code } = bench({ executor });
  code(
    BASE,
    word('addi', { rd: 6, rs1: 6, imm: 1 }),
    word('csrrs', { rd: 5, rs1: 0, csr: 0xc01 }),
    word('jal', { rd: 0, imm: -8 }),
  );
  code(HANDLER, word('jal', { rd: 0, imm: 0 }));
  openMemory(hart);
  for (const [name, value] of Object.entries({ mtvec: HANDLER, ...OPEN })) hart.csr.write(name, value);
  hart.mode = mode;
  hart.run(60);
  for (const [name, value] of Object.entries(csrs)) hart.csr.write(name, value);
  return hart;
}

describe.each(EXECUTORS)('%s', (_, executor) => {
  // mtime counts at 10 MHz, and an instruction takes 10 ns here.
  it.each(['U', 'S', 'VS', 'VU'] as const)(
    'in %s counts the instructions that have begun, wherever a slice was cut',
    (mode) => {
      const hart = looping(executor, mode);
      for (let budget = 1; hart.begun < 3000; budget = (budget * 7) % 101) {
        hart.run(budget);
        const lastRead = hart.begun - 1 - ((hart.begun - 2) % 3); // the second of each three, less those before it
        expect(hart.x[5]).toBe(BigInt(Math.floor(lastRead / INSTRUCTIONS_PER_TICK)));
      }
    },
  );

  it('a guest reads "the sum of the contents of htimedelta and the actual value of time", modulo 2^64', () => {
    const hart = looping(executor, 'VS', { htimedelta: 2n ** 64n - 2n });
    hart.run(3);
    expect(hart.x[5]).toBe(6n - 2n);
    hart.csr.write('htimedelta', 2n ** 64n - 7n);
    hart.run(3);
    expect(hart.x[5]).toBe(2n ** 64n - 1n);
  });

  it.each([
    ['U', 'mcounteren', 2n],
    ['U', 'scounteren', 2n],
    ['S', 'mcounteren', 2n],
    ['VS', 'mcounteren', 2n],
    ['VS', 'hcounteren', 22n],
    ['VU', 'hcounteren', 22n],
    ['VU', 'scounteren', 22n],
  ] as const)('in %s, %s that is 0 makes it an exception', (mode, register, cause) => {
    const hart = looping(executor, mode, { [register]: 0n });
    hart.run(3);
    expect(hart.csr.read('mcause')).toBe(cause);
    expect(hart.csr.read('mepc')).toBe(BASE + 4n);
  });

  it('in M and in S, registers for the modes below do not matter', () => {
    for (const [mode, csrs] of [
      ['M', { mcounteren: 0n, scounteren: 0n }],
      ['S', { scounteren: 0n, hcounteren: 0n }],
    ] as const) {
      const hart = looping(executor, mode, csrs);
      hart.run(300);
      expect(hart.x[5]).toBe(35n);
      expect(hart.privilege).toBe(mode === 'M' ? M : S);
    }
  });
});
