/** What is left of a failing case is what matters (Zeller, Hildebrandt 2002: 1-minimal, no single step can go). */
import { parseCase, printCase, type Case, type GuestCase, type Op } from './case';
import { caseOf } from './generate';
import { minimize } from './minimize';

const op = (does: string, registers: Record<string, bigint> = {}): Op => ({ does, with: registers });
const noise = Array.from({ length: 20 }, (_, i) => op('nop', { t0: BigInt(i) }));

const guest = (...ops: readonly Op[]): GuestCase => ({
  kind: 'guest',
  technique: 'hardware',
  latency: 20,
  large: true,
  memory: [{ at: 0x8001_4000n, words: [5n, 6n, 7n, 8n] }],
  harts: [ops, noise],
});

const stepsOf = (cases: readonly Case[]): readonly Op[] => cases.flatMap((each) => (each as GuestCase).harts.flat());

test('two steps that fail only together, in a crowd of others, and nothing else', () => {
  const first = op('sd t1, 0(t0)', { t0: 0x1234n, t1: 7n });
  const second = op('ecall', { a7: 99n, a6: 3n });
  const judge = (cases: readonly Case[]) => {
    const steps = stepsOf(cases);
    const at = steps.findIndex(({ does, with: registers }) => does === first.does && registers?.t0 === 0x1234n);
    return at >= 0 && steps.slice(at).some(({ does }) => does === second.does) ? 'step 4711 failed' : undefined;
  };
  const cases = [guest(...noise), guest(...noise, first, ...noise, second, ...noise)];
  const { message, cases: least } = minimize({ message: 'step 1 failed', cases }, judge);
  expect(message).toBe('step 4711 failed'); // the same but for a number
  expect(least).toEqual([
    {
      kind: 'guest',
      technique: 'hardware',
      latency: 0,
      large: undefined,
      memory: [],
      harts: [[op('sd t1, 0(t0)', { t0: 0x1234n }), op('ecall')], []],
    },
  ]);
});

test('a failure that needs the case before keeps it', () => {
  const judge = (cases: readonly Case[]) =>
    stepsOf(cases.slice(0, -1)).some(({ does }) => does === 'wfi') ? 'late' : undefined;
  const cases = [guest(...noise), guest(op('wfi')), guest(...noise)];
  const { cases: least } = minimize({ message: 'late', cases }, judge);
  expect(least.map((each) => stepsOf([each]).map(({ does }) => does))).toEqual([['wfi'], []]);
});

test('another failure is not taken for this one', () => {
  const judge = (cases: readonly Case[]) => (stepsOf(cases).length > 30 ? 'this' : 'that');
  const { message, cases } = minimize({ message: 'this', cases: [guest(...noise)] }, judge);
  expect([message, stepsOf(cases).length]).toEqual(['this', 31]);
});

test('what cannot be repeated on new machines is given back as it is', () => {
  const cases = [guest(...noise)];
  expect(minimize({ message: 'gone', cases }, () => undefined)).toEqual({ message: 'gone', cases });
});

test('a case is the same after it was printed and read, and the same for the same seed', () => {
  for (let seed = 1; seed <= 200; seed++) expect(parseCase(printCase(caseOf(seed)))).toEqual(caseOf(seed));
});
