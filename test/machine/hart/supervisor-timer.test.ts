/** Sstc's switch: who owns STIP (Sstc, "Supervisor Timer Register", and menvcfg.STCE). */
import { bench } from './bench-hart';

const STIP = 1n << 5n;
const STCE = 1n << 63n;

test('STIP that M-mode has set is gone once STCE is on: "STIP is read-only in mip and reflects the supervisor-level timer interrupt signal resulting from stimecmp"', () => {
  const { hart } = bench();
  const stip = (): boolean => (hart.csr.read('mip') & STIP) !== 0n;
  hart.csr.write('menvcfg', 0n);
  hart.csr.write('mip', STIP);
  expect(stip()).toBe(true);
  hart.csr.write('menvcfg', STCE); // stimecmp is as far away as can be
  expect(stip()).toBe(false);
  hart.csr.write('mip', STIP);
  expect(stip()).toBe(false);
});
