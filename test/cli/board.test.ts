/** `hv board`: every device and every piece of RAM of a machine, where the guest finds it and where in the host it lies. */
import { BOARD } from '#machine';
import { Student } from './harness';

let student: Student;
beforeEach(() => (student = new Student()));
afterEach(() => student.leave());

const file = (memory: string): string =>
  student.write('m.yaml', `vms:\n  a:\n    guest: hello\n    memory: ${memory}\n`);

interface Row {
  readonly start: number;
  readonly end: number;
  readonly what: string;
  readonly host?: number;
}

async function rows(memory: string): Promise<readonly Row[]> {
  const { code, out } = await student.hv('board', file(memory), '--json');
  expect(code).toBe(0);
  return (JSON.parse(out) as { vm: string; rows: Row[] }[])[0].rows;
}

test('RAM is one row for each piece of the host, and fills what was asked for', async () => {
  const ram = (await rows('4M\n    pieces: 1M')).filter(({ what }) => what === 'RAM');
  expect(ram.map(({ start, end }) => [start, end])).toEqual(
    [0, 1, 2, 3].map((n) => [0x8000_0000 + n * 2 ** 20, 0x8000_0000 + (n + 1) * 2 ** 20 - 1]),
  );
  expect(new Set(ram.map(({ host }) => host)).size).toBe(4);
  const [one] = (await rows('4M')).filter(({ what }) => what === 'RAM');
  expect(one).toMatchObject({ start: 0x8000_0000, end: 0x803f_ffff });
});

test("devices are where the bare board has them (QEMU's virt), lowest first, and have no place in the host's RAM", async () => {
  const devices = (await rows('4M')).filter(({ what }) => what !== 'RAM');
  const at = (name: string): number | undefined => devices.find(({ what }) => what === name)?.start;
  expect([at('test'), at('plic'), at('serial')]).toEqual([BOARD.test.base, BOARD.plic.base, BOARD.uart.base]);
  expect(devices.every(({ host }) => host === undefined)).toBe(true);
  expect(devices.map(({ start }) => start)).toEqual(devices.map(({ start }) => start).sort((a, b) => a - b));
});

test('people get a table, with sizes', async () => {
  const { code, out } = await student.hv('board', file('4M'));
  expect(code).toBe(0);
  expect(out).toMatch(/^a\nguest-physical +size +what +host-physical\n/);
  expect(out).toMatch(/^0x80000000-0x803fffff +4 MiB +RAM +0x80000000-0x803fffff$/m);
});

test('a board that cannot be is refused in a sentence with its line', async () => {
  const { code, err } = await student.hv('board', file('[{ at: 0x80000000, size: 4M }, { at: 0x10000000, size: 4M }]'));
  expect(code).toBe(2);
  expect(err).toMatch(/m\.yaml:4: VM "a": (RAM|uart) at .* and (RAM|uart) at .* claim the same addresses\.\n$/);
});

test('pieces that are no pages are refused', async () => {
  const { code, err } = await student.hv('board', file('4M\n    pieces: 1K'));
  expect(code).toBe(2);
  expect(err).toMatch(/pieces of 1024 bytes are not possible; give a multiple of 4096\.\n$/);
});

test("the board can be put together by one's own part", async () => {
  const part = student.write(
    'mine.ts',
    "export const guestMemory = { assemble: () => ({ refused: 'not today.' }), translate: () => undefined };",
  );
  const { code, err } = await student.hv('board', file('4M'), '--part', `06=${part}`);
  expect(code).toBe(2);
  expect(err).toContain('VM "a": not today.');
});
