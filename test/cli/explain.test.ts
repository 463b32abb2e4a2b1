/** `hv explain` at the terminal: words of the shell are one subject, lines fit, JSON is JSON. */
import { Student } from './harness';

let student: Student;
beforeEach(() => (student = new Student()));
afterEach(() => student.leave());

test('the words of the command line are one subject', async () => {
  const { code, out } = await student.hv('explain', 'csrrs', 'a0,', 'sstatus,', 'x0');
  expect(code).toBe(0);
  expect(out).toContain('0x10002573');
});

test('no line is longer than the terminal is wide', async () => {
  const { out } = await student.hv('explain', 'hstatus=0x200000180');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(out).toContain('SPVP');
});

test('--json writes values of 64 bits as hexadecimal text', async () => {
  const { out } = await student.hv('explain', 'scause=0x8000000000000005', '--json');
  expect(JSON.parse(out)).toMatchObject({
    kind: 'csr',
    fields: [{ name: 'Interrupt', value: '0x1' }, { value: '0x5' }],
  });
});

test('what is unknown is a mistake of usage', async () => {
  const { code, err } = await student.hv('explain', 'sstatsu');
  expect(code).toBe(2);
  expect(err).toContain('Did you mean "sstatus"?');
});
