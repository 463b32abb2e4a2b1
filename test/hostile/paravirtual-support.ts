/** What the tests with hostile paravirtual guests share: an attacker on page tables of its own, beside a bystander, and what it may not have changed. */
import type { Program } from '#machine';
import { bootReference } from '#reference';
import { imageOf, type Host, type RunLoopEnd, type VmResult } from '#vmm';
import { assembleGuest } from '../../src/course/lab';
import type { ParavirtualVcpu } from '../../src/vmm/techniques/paravirtual/vcpu';
import { forThisTest } from '../for-this-test';

const MEMORY = 4 * 2 ** 20;

/** The attacker's pages. All of the 2 MiB from 0x80200000 on are mapped to themselves, the three tables for reading only. */
export const [ROOT, MIDDLE, LAST, SHARED, BUFFER, FREE] = [
  0x8030_0000, 0x8030_1000, 0x8030_2000, 0x8031_0000, 0x8031_1000, 0x8032_0000,
];
/** Bits of entries. */
export const [POINTER, READ, PAGE] = [0x01, 0xd3, 0xdf];
/** a0 of a hypercall that failed, as the guest prints it. */
export const [FAILED, NOT_SUPPORTED, INVALID_PARAM, DENIED, INVALID_ADDRESS] = ['0x1', '0x2', '0x3', '0x4', '0x5'];
export const DONE = '0x0';

/** Assembly: t0 = the entry for the page at guest-physical `page`; s11 is how far RAM lies from there in the host. */
export const entry = (page: number | string, bits: number): string =>
  `li t0, ${page}; add t0, t0, s11; srli t0, t0, 2; ori t0, t0, ${bits & 0x7ff}`;

/** A request of `update`: puts the entry in t0 for `at` into the buffer as number `i`. */
export const request = (i: number, at: number): string =>
  `li t1, ${BUFFER + 16 * i}; li t2, ${at}; sd t2, 0(t1); sd t0, 8(t1)`;

const NUMBERS = [
  'memory_map', 'set_shared_info', 'set_entries', 'set_roots', 'pin', 'unpin', 'update', 'return', 'block', 'multicall',
] as const; // prettier-ignore

/** A hypercall whose result the guest does not look at. */
export const quietly = (name: (typeof NUMBERS)[number], a0: number | bigint = 0, a1: number | bigint = 0): string =>
  `li a0, 0x${a0.toString(16)}; li a1, 0x${a1.toString(16)}; li a6, ${NUMBERS.indexOf(name)}; li a7, 0x0a005753; ecall`;

/** A hypercall; prints -a0 and, if it says `value`, a1. Keeps s2 to s11. */
export const call = (name: (typeof NUMBERS)[number], a0?: number | bigint, a1?: number | bigint): string =>
  `${quietly(name, a0, a1)}; jal report`;

/** Starts the second hart (SBI, "Hart State Management") at a label. It has registered nothing, and runs in the first one's map. */
export const startOther = (label: string): string =>
  `la a1, ${label}; li a0, 1; li a2, 0; li a6, 0; li a7, 0x48534d; ecall`;

/** Waits until the other hart has stored something there. */
export const awaitAt = (address: number): string => `li t1, ${address}\n9: ld t0, 0(t1)\nbeqz t0, 9b`;

/** The entry of `update` for one request: prints the error. */
export const set = (at: number, page: number | string, bits: number): string =>
  `${entry(page, bits)}; ${request(0, at)}; ${call('update', BUFFER, 1)}`;

/** Executes something that traps, or not: prints cause and value, or 0xffffffffffffffff. */
export const probe = (instruction: string): string => `
    la s10, 1f
    li s9, -1
    li s8, 0
    ${instruction}
1:  mv a0, s9
    jal print
    mv a0, s8
    jal print`;

/** Where the entry for a page of these 2 MiB is. */
export const mapping = (page: number): number => LAST + 8 * ((page - 0x8020_0000) / 4096);

/** A guest that has registered where traps enter: they print nothing, keep cause and value in s9 and s8, and go on at s10. */
export const registered = (body: string): Program =>
  program(`
    ${quietly('set_shared_info', SHARED)}
    la a0, caught
    mv a1, a0
    li a6, 2
    li a7, 0x0a005753
    ecall
    ${quietly('memory_map', BUFFER, 1)}
    li t0, ${BUFFER}
    ld s11, 8(t0)
    ld t1, 0(t0)
    sub s11, s11, t1
    ${body}`);

/** The same on page tables of its own: one root, for the kernel. `first` runs on the start map. */
export const attacker = (body: string, first = ''): Program =>
  registered(`
    ${first}
    ${entry(0x8020_0000, PAGE)}
    li t1, ${LAST}
    li t2, 512
1:  sd t0, 0(t1)
    addi t0, t0, 1024           # the next frame
    addi t1, t1, 8
    addi t2, t2, -1
    bnez t2, 1b
    ${[ROOT, MIDDLE, LAST].map((page) => `${entry(page, READ)}; li t1, ${mapping(page)}; sd t0, 0(t1)`).join('\n')}
    ${entry(LAST, POINTER)}; li t1, ${MIDDLE + 8}; sd t0, 0(t1)
    ${entry(MIDDLE, POINTER)}; li t1, ${ROOT + 16}; sd t0, 0(t1)
    ${call('set_roots', ROOT, 2n ** 64n - 1n)}
    ${body}`);

/** Nothing is registered, and the start map is in use. */
export const program = (body: string): Program =>
  assembleGuest(
    `_start: la sp, stack_top
    ${body}
    li a0, 0
    j shutdown
report:
    neg a0, a0
print:
    addi sp, sp, -16
    sd ra, 0(sp)
    call puthex
    li a0, ' '
    call putc
    ld ra, 0(sp)
    addi sp, sp, 16
    ret
    .balign 4
caught:
    li t6, ${SHARED}
    ld s9, 40(t6)
    ld s8, 48(t6)
    jr s10
    .include "lib.s"
`,
    'attacker.s',
  );

/** Counts in memory and says so: it would notice if anything of its VM changed. */
const bystander = program(`
    li s0, 2000
    la s1, counted
1:  ld t0, 0(s1)
    addi t0, t0, 1
    sd t0, 0(s1)
    addi s0, s0, -1
    bnez s0, 1b
    ld a0, 0(s1)
    jal print
    j 2f
    .balign 8
counted: .dword 0
    .balign 4
2:`);

export const boot = (...guests: readonly Program[]): Host =>
  forThisTest(
    bootReference({
      vms: guests.map((guest, i) => ({
        name: `vm${i}`,
        image: imageOf(`vm${i}`, guest),
        memoryBytes: MEMORY,
        harts: 2,
      })),
      technique: 'paravirtual',
      slice: 2000,
    }),
  );

/** The host's RAM outside of all VMs but for maps that guests start with: what nobody but the hypervisor may store to. */
function hypervisorsOwn(host: Host): Buffer {
  const { ram } = (host.vms[0].vcpus[0] as ParavirtualVcpu).domain;
  const bytes = Buffer.from(ram.bytes);
  for (const { memory } of host.vms)
    for (const { hpa, size } of memory.slots) bytes.fill(0, hpa - ram.base, hpa - ram.base + size);
  return bytes;
}

export interface Attack {
  readonly end: RunLoopEnd;
  readonly attacker: VmResult;
}

/** Runs the attacker beside the bystander, who must end as when it is alone; the hypervisor's memory stays as it was. */
export function attack(guest: Program, exits = 20_000, input = ''): Attack {
  const alone = boot(bystander);
  alone.run(1000);
  const host = boot(guest, bystander);
  host.vms[0].input(Buffer.from(input));
  const before = hypervisorsOwn(host);
  const end = host.run(exits);
  expect(hypervisorsOwn(host).equals(before)).toBe(true);
  const [result, beside] = host.results();
  const [expected] = alone.results();
  expect([beside.console, beside.digest, beside.stop]).toEqual([expected.console, expected.digest, expected.stop]);
  expect(expected.console).toBe('0x7d0 ');
  return { end, attacker: result };
}

/** The attack, which ends by itself; what it printed after the first result, which is that of its own `set_roots`. */
export function printed(body: string, input?: string): string[] {
  const { attacker: result } = attack(attacker(body), undefined, input);
  const [roots, ...rest] = result.console.trimEnd().split(' ');
  expect([roots, result.stop]).toMatchObject([DONE, { why: 'shutdown' }]);
  return rest;
}
