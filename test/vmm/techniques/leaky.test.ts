/**
 * What goes wrong with trap-and-emulate on RV64-leaky (docs/leaky.md), one kernel for each leak: the first instruction at which a
 * guest leaves bare metal. Popek and Goldberg (1974), theorem 1: a monitor can be made if the sensitive instructions are privileged.
 */
import { parseIsa } from '#machine';
import { Divergence, kernel, sameAsBareMetal } from '../../../src/course/lab';
import { referenceParts } from '../../../src/reference';
import { ENABLES_INTERRUPTS, READS_SSTATUS, RETURNS } from './leaky-kernels';

const isa = parseIsa('rv64imac_xleaky');

/** What is told of the first difference; the kernel's body begins at line 1 of kernel.s. */
function divergenceOf(body: string): string {
  try {
    sameAsBareMetal(referenceParts, referenceParts, kernel(body), { name: 'leaky', isa });
  } catch (error) {
    if (error instanceof Divergence) return error.message;
    throw error;
  }
  return 'the same';
}

test('without sensitive instructions, a kernel is the same', () => {
  expect(divergenceOf('li a0, 5; csrw sscratch, a0; csrr a1, sscratch')).toBe('the same');
});

test("behaviour-sensitive: a read of sstatus shows the hypervisor's, not the guest's", () => {
  const message = divergenceOf(READS_SSTATUS);
  expect(message).toContain('csrrs a0,sstatus,zero');
  expect(message).toMatch(/bare metal +a0 = 0x0000000200000100\n/);
  expect(message).not.toMatch(/your VMM +a0 = 0x0000000200000100/);
});

test('control-sensitive: interrupts that were switched on stay off, and the timer never comes', () => {
  const message = divergenceOf(ENABLES_INTERRUPTS);
  expect(message).toMatch(/bare metal +interrupt: supervisor timer/);
  expect(message).not.toMatch(/your VMM +interrupt/);
});

test("mode-sensitive: sret returns to the hypervisor's sepc, and to no other mode", () => {
  const message = divergenceOf(RETURNS);
  expect(message).toContain('sret');
  const continues = (who: string) => new RegExp(`${who} +continues at (0x[0-9a-f]+) in ([SU])-mode`).exec(message);
  expect(continues('bare metal')?.[2]).toBe('S');
  expect(continues('your VMM')?.[1]).not.toBe(continues('bare metal')?.[1]);
});
