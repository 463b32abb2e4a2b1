/** The WebAssembly writer: what it writes is accepted and does what it says. */
import { Code } from '../../../../src/machine/engine/wasm/code';
import { writeModule } from '../../../../src/machine/engine/wasm/module';
import { I32, I64 } from '../../../../src/machine/engine/wasm/opcodes';
import { running } from './run-code';

const TO_I32 = { parameters: [I32], result: I32 } as const;

it('the smallest module is what the specification says (section 5.5)', () => {
  const bytes = writeModule({
    types: [{ parameters: [] }],
    imports: [],
    functions: [{ name: 'f', type: 0, code: new Code(0) }],
  });
  const hex = Buffer.from(bytes).toString('hex');
  const sections = [
    '0061736d01000000', // magic, version
    '010401600000', // one type: [] -> []
    '020f0103656e76066d656d6f7279020001', // env.memory, at least 1 page
    '03020100', // one function, of type 0
    '07050101660000', // exported as "f"
    '0a040102000b', // its body: no locals, end
  ];
  expect(hex).toBe(sections.join(''));
});

it('adds its parameters and locals', () => {
  const code = new Code(2);
  const sum = code.local(I64);
  code.wat`local.get 0 local.get 1 i64.add local.tee ${sum} local.get ${sum} i64.mul`;
  expect(running({ parameters: [I64, I64], result: I64 }, code)(3n, 4n)).toBe(49n);
});

it('constants keep all their bits', () => {
  const code = new Code(0).wat`i64.const ${-(2n ** 63n)} i64.const 0x7fffffffffffffff i64.xor`;
  expect(running({ parameters: [], result: I64 }, code)()).toBe(-1n);
});

it('loads and stores at an offset, given as text or as a piece', () => {
  const code = new Code(1);
  code.wat`local.get 0 i64.const -2 i64.store16 offset=${8} local.get 0 i32.load16_u offset=8`;
  const run = running(TO_I32, code);
  expect(run(100)).toBe(0xfffe);
  expect([...new Uint8Array(run.memory.buffer, 106, 6)]).toEqual([0, 0, 0xfe, 0xff, 0, 0]);
});

it('branches: a loop that counts to ten, left by a block', () => {
  const code = new Code(1);
  const sum = code.local(I32);
  code.block((out) => {
    code.loop((again) => {
      code.wat`local.get 0 i32.eqz br_if ${out}`;
      code.wat`local.get ${sum} local.get 0 i32.add local.set ${sum} local.get 0 i32.const 1 i32.sub local.set 0 br ${again}`;
    });
  });
  code.wat`local.get ${sum}`;
  expect(running(TO_I32, code)(10)).toBe(55);
});

it('if with and without else, and a choice of values', () => {
  const code = new Code(1);
  code.wat`local.get 0`.if(() => code.wat`local.get 0 i32.const 100 i32.add local.set 0`);
  code.wat`local.get 0 i32.const 105 i32.eq`.if(
    () => code.wat`i32.const 1 return`,
    () => code.wat`local.get 0 i32.const 1 i32.add local.set 0`,
  );
  code.wat`local.get 0`.choose(
    I32,
    () => code.wat`local.get 0`,
    () => code.wat`i32.const 7`,
  );
  const run = running(TO_I32, code);
  expect([run(0), run(5), run(6), run(-101)]).toEqual([1, 1, 107, 7]);
});

it('a jump table: each case its code, one runs on into the next, others go where they are told', () => {
  const code = new Code(1);
  const sum = code.local(I32);
  const add = (n: number) => (): void => void code.wat`local.get ${sum} i32.const ${n} i32.add local.set ${sum}`;
  code.block((other) => {
    code.switch([add(1), add(10), add(100)], (labels) => {
      code.wat`local.get 0`.brTable(labels, other);
    });
  });
  code.wat`local.get ${sum}`;
  const run = running(TO_I32, code);
  expect([run(0), run(1), run(2), run(3), run(-1)]).toEqual([111, 110, 100, 0, 0]);
});

it('a word that is no instruction is a mistake in our code, and says so', () => {
  const code = new Code(0);
  expect(() => code.wat`i32.addd 1`).toThrow('i32.addd is no instruction');
  expect(() => code.wat`${7}`).toThrow('7 is no instruction');
  expect(() => code.wat`local.get`).toThrow('local.get lacks its immediate');
});
