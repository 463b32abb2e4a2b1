/** What the hostile-guest tests share: the attacker in a VM beside a bystander, and the same attacker on bare metal. */
import { parseIsa, type Program } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type Host, type RunLoopEnd, type TechniqueName, type VmResult } from '#vmm';
import { kernel, sameAsBareMetal } from '../../src/course/lab';
import { releaseHosts } from '../../src/course/lab/run';
import { referenceParts } from '../../src/reference';

const MEMORY = 4 * 2 ** 20;
/** The same processor under each technique: what a write to a CSR may do depends on it. */
export const ISA = parseIsa('rv64imac');
/** Instructions of a turn. */
const SLICE = 2000;

/** Counts in memory and says so at the end: it would notice if anything of its VM changed. */
const bystander = kernel(`
    li s0, 2000
    la s1, counted
1:  ld t0, 0(s1)
    addi t0, t0, 1
    sd t0, 0(s1)
    addi s0, s0, -1
    bnez s0, 1b
    la a0, text
    ld a1, 0(s1)
    call put_value
    j 2f
text:   .asciz "counted "
    .balign 4096                # what changes is on a page without code: each store to a page of code makes executors start anew
counted: .dword 0
    .zero 4088
2:`);

export interface Attack {
  readonly end: RunLoopEnd;
  readonly attacker: VmResult;
}

/** All that unported guests run under; the bare machine has nobody to protect. */
export const techniques = (Object.keys(TECHNIQUES) as TechniqueName[]).filter(
  (name) => name !== 'bare' && !TECHNIQUES[name].ported,
);

/** Where attackers run: under one technique. */
export interface Arena {
  /** Whether the guest's own traps pass through the hypervisor, which counts them; else a hart delivers them. */
  readonly countsTraps: boolean;
  /**
   * Runs the attacker beside the bystander, who must end exactly as when it is alone: same console, same memory. Whatever the
   * attacker does, `run` comes back.
   */
  attack(program: Program, exits?: number): Attack;
  /** The same for one that never ends: it goes on until the bystander is done. */
  endless(program: Program): Attack;
  boot(guests: readonly (readonly [string, Program])[], harts?: number): Host;
  /** The attack as on bare metal, instruction by instruction, and without any effect on others. Gives what it printed. */
  faultsLikeHardware(body: string): string;
}

/** Hosts of the test at hand: the next one gets their memory. */
const booted: Host[] = [];
afterEach(() => {
  releaseHosts();
  for (const host of booted.splice(0)) host.release();
});

export function arena(technique: TechniqueName): Arena {
  const boot: Arena['boot'] = (guests, harts = 1) => {
    const host = bootReference({
      vms: guests.map(([name, program]) => ({ name, image: imageOf(name, program), memoryBytes: MEMORY, harts })),
      technique,
      isa: ISA,
      slice: SLICE,
    });
    booted.push(host);
    return host;
  };
  let undisturbed: Pick<VmResult, 'console' | 'digest'> | undefined;
  /** The bystander's end when it is alone: always the same, and so found out once. */
  const alone = () => {
    if (undisturbed) return undisturbed;
    const host = boot([['bystander', bystander]]);
    host.run(1000);
    const [{ console, digest }] = host.results();
    return (undisturbed = { console, digest });
  };
  const fight = (program: Program, go: (host: Host) => RunLoopEnd): Attack => {
    const expected = alone();
    const both = boot([
      ['attacker', program],
      ['bystander', bystander],
    ]);
    const end = go(both);
    const [attacker, beside] = both.results();
    expect(beside.stop).toMatchObject({ why: 'shutdown' });
    expect([beside.console, beside.digest]).toEqual([expected.console, expected.digest]);
    expect(expected.console).toBe('counted 0x7d0\n');
    return { end, attacker };
  };
  const attack: Arena['attack'] = (program, exits = 15_000) => fight(program, (host) => host.run(exits));
  const faultsLikeHardware = (body: string): string => {
    const program = kernel(body);
    sameAsBareMetal(referenceParts, referenceParts, program, { technique, isa: ISA, memoryBytes: MEMORY });
    const { attacker } = attack(program);
    expect(attacker.stop).toMatchObject({ why: 'shutdown' });
    return attacker.console;
  };
  const countsTraps = technique !== 'hardware' && technique !== 'emulation';
  // Where the guest's traps are exits, a turn of it is 2000 of them; where they are not, each exit is a turn.
  const endless: Arena['endless'] = (program) =>
    fight(program, (host) => {
      const end = host.run(150);
      return host.vms[1].stop ? end : host.run(15_000);
    });
  return { countsTraps, boot, attack, endless, faultsLikeHardware };
}

/** Executes one instruction where a trap is expected (catch_trap of lib.s), then prints scause and stval. Keeps s0 to s5. */
export const probe = (instruction: string, resume = '1f'): string => `
    la s11, ${resume}
    li s10, -1
    li s9, -1
    ${instruction}
1:  mv a0, s10
    call puthex
    li a0, ' '
    call putc
    mv a0, s9
    call puthex
    li a0, 10
    call putc`;

/** Virtual address of the first page that `paged` maps. */
export const PAGES = 0x4000_0000;
/** Where `paged` puts its tables. */
export const [ROOT, MIDDLE, LAST] = [0x8030_0000, 0x8030_1000, 0x8030_2000];

/** Turns Sv39 on: memory at its own address, and `entries` for the pages from PAGES on. The values are whole entries. */
export function paged(entries: readonly (number | bigint)[]): string {
  const store = (table: number, index: number, entry: number | bigint) =>
    `li t0, ${table + 8 * index}; li t1, 0x${BigInt(entry).toString(16)}; sd t1, 0(t0)`;
  return [
    store(ROOT, 2, 0x2000_00cf), // 0x80000000, 1 GiB: V R W X A D
    store(ROOT, 1, MIDDLE / 4 + 1),
    store(MIDDLE, 0, LAST / 4 + 1),
    ...entries.map((entry, i) => store(LAST, i, entry)),
    `li t0, ${ROOT / 4096}; li t1, 8; slli t1, t1, 60; or t0, t0, t1; csrw satp, t0; sfence.vma`,
  ].join('\n');
}

/** A leaf: frame at a guest-physical address, bits as in PteBit. */
export const leaf = (address: number | bigint, bits: number): bigint => (BigInt(address) >> 2n) | BigInt(bits);
/** V R W X A D, for the kernel. */
export const KERNEL_RWX = 0xcf;
