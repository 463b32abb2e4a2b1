/** Misaligned stores across two pages: exactly the bytes of the access (Unprivileged, "Load and Store Instructions"). */
import { BASE, bench } from './bench-hart';

test.each([2, 4, 8] as const)('a store of %i bytes changes nothing before or behind them', (width) => {
  const { hart, peek, poke } = bench();
  for (let within = 1; within < width; within++) {
    const at = BASE + 0x2000n - BigInt(within);
    for (const word of [-16n, -8n, 0n, 8n, 16n]) poke(BASE + 0x2000n + word, 0n);
    hart.store(at, width, 0xffff_ffff_ffff_ffffn);
    const written = Array.from({ length: 40 }, (_, i) => peek(BASE + 0x1ff0n + BigInt(i), 1));
    expect(written).toEqual(
      Array.from({ length: 40 }, (_, i) => (i >= 16 - within && i < 16 - within + width ? 255n : 0n)),
    );
  }
});
