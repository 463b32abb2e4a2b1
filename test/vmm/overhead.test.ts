/** What a VM costs beside its RAM: counted in bytes that are allocated, over 64 VMs that have run. */
import { overheadOf, PAGE } from '../../bench/overhead';

jest.setTimeout(120_000);

const VMS = 64;
/** Of a VM that says hello: objects and buffers, page tables. */
const MOST = 64_000;

describe.each([
  // Five levels for a guest that does not translate, of which the last is not needed: a leaf maps 2 MiB.
  ['trap-and-emulate', 4],
  // The root, four levels below it on the way to the translation cache, and a page of that.
  ['binary-translation', 6],
  // The root, of which one page in four is in use, and a table of leaves of 2 MiB.
  ['hardware', 2],
  // Three levels, two tables of the last: 4 MiB, page by page.
  ['paravirtual', 4],
] as const)('64 VMs under %s', (technique, tables) => {
  test('cost at most 64 kB each beside what they use of their RAM', async () => {
    const overhead = await overheadOf(technique, VMS);
    expect(overhead.guest).toBe(2 * PAGE); // code, and the device tree
    expect(overhead.tables).toBe(tables * PAGE);
    expect(overhead.objects + overhead.tables).toBeLessThan(MOST);
  });
});
