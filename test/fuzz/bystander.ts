/**
 * The guest beside the attacker: it works on pages of its own at addresses that attackers like to use as well, and would notice if
 * anything of its machine changed. What it does takes no account of time, so it is the same whatever the attacker does.
 */
import { assemble } from '#machine';
import { BASE, SCRATCH } from './layout';

const [ROOT, MIDDLE, LEAVES, DATA] = [SCRATCH, SCRATCH + 0x1000, SCRATCH + 0x2000, SCRATCH + 0x4000];
const PAGES = 4;
const ROUNDS = 3;

const store = (at: number, entry: number): string => `li t0, ${at}; li t1, ${entry}; sd t1, 0(t0)`;

/** Turns translation on: RAM at its own address, and its data at 0x40000000. */
const PAGING = `
    ${store(ROOT + 16, 0x2000_00cf)}
    ${store(ROOT + 8, MIDDLE / 4 + 1)}
    ${store(MIDDLE, LEAVES / 4 + 1)}
    ${Array.from({ length: PAGES }, (_, i) => store(LEAVES + 8 * i, (DATA + 4096 * i) / 4 + 0xcf)).join('\n')}
    li t0, ${ROOT / 4096}
    li t1, 8
    slli t1, t1, 60
    or t0, t0, t1
    csrw satp, t0
    sfence.vma`;

const work = (data: number, fence: string): string => `
    li s0, ${ROUNDS}
    li s2, 0x5eed
    li s1, ${data}
    ${Array.from({ length: PAGES }, () => 'sd zero, 8(s1); li t1, 4096; add s1, s1, t1').join('\n')}
round:
    li s1, ${data}
    li s3, ${PAGES}
page:
    ld t0, 8(s1)
    add s2, s2, t0
    slli t1, s2, 13
    xor s2, s2, t1
    srli t1, s2, 7
    xor s2, s2, t1
    sd s2, 8(s1)
    li t1, 4096
    add s1, s1, t1
    addi s3, s3, -1
    bnez s3, page
    ${fence}
    srli a0, s2, 20
    andi a0, a0, 0x3f
    addi a0, a0, 0x30
    li a7, 1                    # console putchar
    ecall
    addi s0, s0, -1
    bnez s0, round
    li a7, 8                    # shutdown
    ecall`;

const options = { origin: BigInt(BASE), file: 'bystander.s' };
export const BYSTANDER_BYTES = assemble(`${PAGING}\n${work(0x4000_0000, 'sfence.vma')}`, options).bytes;
/** Ported: it stays on the map that it starts with. */
export const PORTED_BYSTANDER_BYTES = assemble(work(DATA, 'nop'), options).bytes;
