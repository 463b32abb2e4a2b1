/** Names of causes: Privileged, table "Supervisor cause register (scause) values after trap", with the hypervisor extension's. */
import { causeName } from '../../../src/machine/hart/cause';

test('those that people know, by code and kind', () => {
  expect([0, 2, 8, 12, 20, 22, 23].map((code) => causeName(code))).toEqual([
    'instruction address misaligned',
    'illegal instruction',
    'environment call from U-mode',
    'instruction page fault',
    'instruction guest-page fault',
    'virtual instruction',
    'store/AMO guest-page fault',
  ]);
  expect([1, 5, 9, 10, 12].map((code) => causeName(code, true))).toEqual([
    'supervisor software interrupt',
    'supervisor timer interrupt',
    'supervisor external interrupt',
    'virtual supervisor external interrupt',
    'supervisor guest external interrupt',
  ]);
});

test('"Reserved" where the table has no name', () => {
  expect([causeName(14), causeName(0, true)]).toEqual(['reserved exception 14', 'reserved interrupt 0']);
});
