/** Stacks of a profile: who called whom is known from the calls and returns that were executed before. */
import { decode, Symbols, type Instruction } from '#machine';
import { referenceParts } from '#reference';
import { bootVms, imageOf, type Host } from '#vmm';
import { stackOf } from '#course/profile';
import { Sight } from '#course/step';
import { kernel, MEMORY_BYTES, readGuest } from '../../src/course/lab';

jest.setTimeout(120_000);

type Program = ReturnType<typeof readGuest>;

const boot = (program: Program): Host =>
  bootVms({
    vms: [{ name: 'guest', image: imageOf('guest', program), memoryBytes: MEMORY_BYTES }],
    technique: 'bare',
    parts: referenceParts,
    engine: 'step',
  });

/** Executes `count` instructions one by one; calls `look` before each with the functions that were called and have not returned. */
function follow(program: Program, count: number, look: (sight: Sight, called: readonly string[]) => void): void {
  const host = boot(program);
  const nameAt = (pc: bigint): string => program.names.nearest(pc)?.name ?? '?';
  const called = [nameAt(new Sight(host).pc)];
  let before: Instruction | undefined;
  for (let i = 0; i < count; i++) {
    const sight = new Sight(host);
    if (sight.mode === 'U') break;
    if (before && isCall(before)) called.push(nameAt(sight.pc));
    else if (before && isReturn(before)) called.pop();
    else called[called.length - 1] = nameAt(sight.pc); // a jump from function to function: the caller stays the same
    look(sight, called);
    before = decode(sight.fetch(sight.pc)!);
    host.run(1, 1);
  }
  host.release();
}

const isCall = ({ row, rd }: Instruction): boolean => row.does.kind.startsWith('jal') && rd === 1;
const isReturn = ({ row, rd, rs1 }: Instruction): boolean => row.name === 'jalr' && rd === 0 && rs1 === 1;

test('on the way of our kernel from its first instruction, compiled without frame pointers, each stack is that of the calls made so far', () => {
  const program = readGuest('kernel');
  const wrong: string[] = [];
  let deepest = 0;
  follow(program, 12_000, (sight, called) => {
    const stack = stackOf(sight, program.names);
    deepest = Math.max(deepest, stack.length);
    if (stack.join(' ') !== called.join(' '))
      wrong.push(`0x${sight.pc.toString(16)}: ${stack.join(' ')}, not ${called.join(' ')}`);
  });
  expect(wrong).toEqual([]);
  expect(deepest).toBeGreaterThan(3);
});

/** `twice` gives up its frame in the middle, and has code behind that; `deep` calls itself. */
const FUNCTIONS = `
    la sp, stack_top
    li a0, 3
    call deep
    li a0, 0
    call twice
    li a0, 1
    call twice
    j done
deep:
    addi sp, sp, -32
    sd ra, 24(sp)
    beqz a0, deep_end
    addi a0, a0, -1
    call deep
deep_end:
    ld ra, 24(sp)
    addi sp, sp, 32
    ret
twice:
    addi sp, sp, -16
    sd ra, 8(sp)
    bnez a0, twice_more
    ld ra, 8(sp)
    addi sp, sp, 16
    ret
twice_more:
    call leaf
    ld ra, 8(sp)
    addi sp, sp, 16
    ret
leaf:
    addi a0, a0, 1
    ret
done:
`;

test('a function that calls itself, one that returns in its middle, and one that has no frame', () => {
  const program = kernel(FUNCTIONS);
  // What stands within a function has a label too, and is none.
  const inner = ['deep_end', 'twice_more'];
  const names = new Symbols([...program.symbols].filter(([name]) => !inner.includes(name)));
  const stacks = new Set<string>();
  follow({ ...program, names }, 70, (sight, called) => {
    if (called[0] !== '_start') return; // it has jumped to `done`: what ra still holds looks like a caller
    const stack = stackOf(sight, names);
    expect({ pc: sight.pc, stack }).toEqual({ pc: sight.pc, stack: called });
    stacks.add(stack.join(' '));
  });
  expect([...stacks]).toEqual(
    expect.arrayContaining(['_start deep deep deep deep', '_start twice', '_start twice leaf']),
  );
});

test('a register that holds no return address ends the stack, and code without a name has none', () => {
  const word = new Map([
    [0x1000n, 0x00150513],
    [0x2000n, 0x00150513],
  ]); // addi a0, a0, 1: no call
  const view = {
    pc: 0x1004n,
    x: Array.from({ length: 32 }, (_, i) => (i === 1 ? 0x2004n : 0n)),
    read: () => undefined,
    fetch: (address: bigint) => word.get(address),
  };
  expect(
    stackOf(
      view,
      new Symbols([
        ['here', 0x1000n],
        ['there', 0x2000n],
      ]),
    ),
  ).toEqual(['here']);
  expect(stackOf(view, new Symbols([]))).toEqual([]);
  word.set(0x2000n, 0x000080e7); // jalr ra, 0(ra)
  expect(
    stackOf(
      view,
      new Symbols([
        ['here', 0x1000n],
        ['there', 0x2000n],
      ]),
    ),
  ).toEqual(['there', 'here']);
});
