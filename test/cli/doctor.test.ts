/** `hv doctor --systems`: what is here, where the rest would be, and how to get it. */
import path from 'node:path';
import { Student } from './harness';

const student = new Student();
afterAll(() => student.leave());
const before = process.env.WORLDSWITCH_GUEST;
afterEach(() => {
  if (before === undefined) delete process.env.WORLDSWITCH_GUEST;
  else process.env.WORLDSWITCH_GUEST = before;
});

test('files of scripts/debian-guest.sh are looked for in WORLDSWITCH_GUEST', async () => {
  process.env.WORLDSWITCH_GUEST = student.home;
  const image = student.write('Image', '');
  const { code, out } = await student.hv('doctor', '--systems', '--json');
  const found = JSON.parse(out) as { what: string; state: string; detail: string }[];
  const of = (name: string) => found.find(({ what }) => what === name);
  expect(code).toBe(0);
  expect(of('Image')).toEqual({ what: 'Image', state: 'good', detail: `Debian's kernel: ${image}.` });
  expect(of('initrd.gz')).toMatchObject({
    state: 'missing',
    detail: expect.stringContaining(`${path.join(student.home, 'initrd.gz')}); run scripts/debian-guest.sh`),
  });
});

test('without it, in .hv/systems beside the program', async () => {
  delete process.env.WORLDSWITCH_GUEST;
  const { out } = await student.hv('doctor', '--systems', '--json');
  expect(out).toContain(path.join('.hv', 'systems', 'boot.disk'));
});
