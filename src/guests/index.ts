/** The programs that run inside: each a file of assembly beside this one, or the kernel in C, with what it must print and how it must end. */
import { csrTorture } from './expected/csr-torture';
import { trapTorture } from './expected/trap-torture';
import { pageTorture } from './expected/page-torture';
import { userPrograms } from './expected/user-programs';
import { wanderer } from './expected/wanderer';
import { sbiTorture } from './expected/sbi-torture';
import { dbcn } from './expected/dbcn';
import { kernel } from './expected/kernel';

export interface Guest {
  /** Name in commands: `hv boot hello`. */
  readonly name: string;
  /** In this folder: a source for our assembler and for GNU as, which includes lib.s; or an ELF file. Loaded at 0x8020_0000. */
  readonly file: string;
  /** One sentence. */
  readonly about: string;
  /** Where it starts: S-mode, a0 = hart id, a1 = device tree, an SBI below it. */
  readonly privilege: 'S';
  /** Everything that it prints, on any correct machine and hypervisor, whatever its speed. */
  readonly console: string;
  /** How it ends. 'hung': never; it runs for ever or nothing can wake it. */
  readonly stop: 'shutdown' | 'crashed' | 'hung';
  /** VM exits that are more than enough, under any technique. */
  readonly budget: number;
  /** It attacks, or never ends: made for the Safety groups. */
  readonly hostile?: true;
  /** Millions of instructions: compared instruction by instruction only at its beginning. */
  readonly long?: true;
  /** The guest that it is a port of: it prints the same. */
  readonly portOf?: string;
  /** Why QEMU with OpenSBI prints something else. */
  readonly qemuDiffers?: string;
}

/** Where all guests are linked and entered: where firmware puts a kernel on this board. */
export const GUEST_ORIGIN = 0x8020_0000n;

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');

const all: readonly (Omit<Guest, 'file' | 'privilege'> & { readonly file?: string })[] = [
  {
    name: 'hello',
    about: 'Says hello and ends.',
    console: 'Hello from S-mode, hart 0\n',
    stop: 'shutdown',
    budget: 2000,
  },
  {
    name: 'hello-uart',
    about: 'Says hello through the UART: each character is a load and a store that a device answers.',
    console: 'Hello through the UART\n',
    stop: 'shutdown',
    budget: 2000,
  },
  {
    name: 'spinner',
    about: 'Counts for ever with interrupts off: it must be pre-empted.',
    console: 'spinning\n',
    stop: 'hung',
    budget: 500,
    hostile: true,
  },
  {
    name: 'crasher',
    about: 'Reads where nothing is and gives up.',
    console: lines('about to crash', 'unexpected trap, scause 0x5', 'stval 0x1000000'),
    stop: 'crashed',
    budget: 2000,
  },
  {
    name: 'csr-torture',
    about: 'Writes many patterns to each supervisor CSR and reads them back; leaves a trap in every way.',
    console: csrTorture,
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'trap-torture',
    about:
      'Provokes every exception of a hart without paging from S- and U-mode, traps in trap handlers, software interrupts.',
    console: trapTorture,
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'guest-hypervisor',
    about: 'A hypervisor by trap and emulate, with a kernel and a user program in its machine.',
    console: lines(
      'csrr hstatus in the hypervisor: 0x2',
      'inner kernel, its sscratch: 0x1234',
      'inner kernel, its sstatus: 0x2',
      'inner kernel, ebreak: 0x3 0x0 0x120',
      'inner kernel, load from the hypervisor: 0x5 0x80200000 0x100',
      'inner kernel, csrr hstatus: 0x2 0x600022f3 0x100',
      'inner user, csrr sscratch: 0x2 0x140022f3 0x20',
      'inner user, ecall: 0x8 0x0 0x20',
      'instructions emulated: 0x33',
      'traps reflected: 0x5',
    ),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'page-torture',
    about: 'Makes every access to every kind of page-table entry in every mode.',
    console: pageTorture,
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'timer',
    about: 'Takes timer interrupts directly, through a vector, and while user code runs.',
    console: lines(
      'interrupts after the direct part: 0x3',
      'interrupts after the vectored part: 0x6',
      'sip while masked: 0x20',
      'sip after the timer is set to never: 0x0',
      'interrupts after the user part: 0x8',
    ),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'ticking',
    about: 'Works and rests on a clock that ticks every millisecond (hv compare time).',
    console: 'work done: 0x29f4012110032698\n',
    stop: 'shutdown',
    budget: 5000,
  },
  {
    name: 'tickless',
    about: 'The same work and rests, with the timer set for the end of each rest only.',
    console: 'work done: 0x29f4012110032698\n',
    stop: 'shutdown',
    budget: 5000,
  },
  {
    name: 'user-programs',
    about: 'A small kernel with two user programs, system calls and pages mapped on demand.',
    console: userPrograms,
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'self-modifying',
    about: 'Writes instructions and executes them, in place and through a second address of the same page.',
    console: lines('sum of the patched constants: 0x1356', 'sum of the loop: 0x3', 'sum under two addresses: 0x1356'),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'self-map',
    about: 'Page tables that map themselves, as data and as their own next level.',
    console: lines(
      'page: 0x1111',
      "page, changed through the table's own page: 0x2222",
      'page, removed: 0xd',
      'store to the table that locked itself: 0xf',
      'through the root as its own second level: 0x3333',
      'through the root at every level: 0xd',
    ),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'processes',
    about: 'Eight processes with tables of their own take turns; the kernel is in all of them.',
    console: lines('data pages accessed and dirty: 0x8', 'sum: 0x240'),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'fork-storm',
    about: 'A process forks again and again; parent and child share their pages until one of them stores.',
    console: lines(
      'stores to shared pages: 0x100',
      "sum in the children's copies: 0x800",
      "sum in the parent's pages: 0x80",
    ),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'wanderer',
    about: 'Loads, stores and jumps where the board has nothing.',
    console: wanderer,
    stop: 'shutdown',
    budget: 20000,
    hostile: true,
  },
  {
    name: 'sbi-torture',
    about: 'Calls the firmware with what it must refuse.',
    console: sbiTorture,
    stop: 'shutdown',
    budget: 20000,
    hostile: true,
  },
  {
    name: 'lr-sc',
    about: 'Counts with load-reserved and store-conditional.',
    console: lines('counted to 0x3e8', 'sc elsewhere failed: 0x1', 'sc without a reservation failed: 0x1'),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'dbcn',
    about: 'Gives the debug console buffers that it may not use.',
    console: dbcn,
    stop: 'shutdown',
    budget: 20000,
    hostile: true,
    qemuDiffers: 'OpenSBI before 1.3 has no debug console',
  },
  {
    name: 'foreign-tables',
    about: "Page tables that name frames and tables which are not the guest's.",
    console: lines(
      '0x1000 0x5 0x7 0x1',
      '0x2000 0x5 0x7 0x1',
      '0x3000 0x5 0x7 0x1',
      '0x200000 0x5 0x7 0x1',
      '0x400000 0x5 0x7 0x1',
      '0xc0000000 0x5 0x7 0x1',
      '0x100000000 0x5 0x7 0x1',
      'and now the root',
    ),
    stop: 'hung',
    budget: 5000,
    hostile: true,
    qemuDiffers: 'QEMU 7.2 reports a page fault where a page table cannot be read; the manual says access fault',
  },
  {
    name: 'stvec-outside',
    about: 'Points its trap vector where nothing is, and traps.',
    console: 'falling\n',
    stop: 'hung',
    budget: 5000,
    hostile: true,
  },
  {
    name: 'trap-loop',
    about: 'Its trap handler begins with an instruction that traps.',
    console: 'round and round\n',
    stop: 'hung',
    budget: 5000,
    hostile: true,
  },
  {
    name: 'sleeper',
    about: 'Waits for an interrupt with all of them disabled.',
    console: 'good night\n',
    stop: 'hung',
    budget: 5000,
    hostile: true,
  },
  {
    name: 'ecall-flood',
    about: 'Calls the firmware for ever.',
    console: 'anybody there?\n',
    stop: 'hung',
    budget: 5000,
    hostile: true,
  },
  {
    name: 'syscalls',
    about: '1,000 system calls of a user program, without paging.',
    console: lines('calls: 0x3e8', 'sum: 0x1b58'),
    stop: 'shutdown',
    budget: 20000,
  },
  {
    name: 'compute',
    about: 'A sieve: nothing privileged until it prints.',
    console: lines('primes: 0x234', 'sum: 0x10540b'),
    stop: 'shutdown',
    budget: 2000,
  },
  {
    name: 'page-walker',
    about: 'Goes through 64 pages under Sv39, eight times.',
    console: 'visits counted: 0x900\n',
    stop: 'shutdown',
    budget: 5000,
  },
  {
    name: 'page-mix',
    about: 'Changes page-table entries, and loses translations that it needs again (hv compare paging).',
    // 32 updates read 11 and 7 in turn, 224 misses 3 and 5.
    console: lines('updates: 0x20', 'misses: 0xe0', 'sum: 0x4a0'),
    stop: 'shutdown',
    budget: 5000,
  },
  {
    name: 'disk-reader',
    about: 'Reads blocks from the disk that its parameters name: none, but for hv compare io.',
    console: lines('blocks: 0x0', 'sum: 0x0'),
    stop: 'shutdown',
    budget: 2000,
  },
  {
    name: 'critical-sections',
    about: 'Switches interrupts off and on 500 times.',
    console: lines('interrupts still on: 0x2', 'sum: 0x1e942'),
    stop: 'shutdown',
    budget: 5000,
  },
  {
    name: 'kernel',
    file: 'kernel.elf',
    about: 'A small Unix-like kernel: processes, page tables, a file system, a shell (kernel/README.md).',
    console: kernel,
    stop: 'shutdown',
    budget: 200_000,
    long: true,
  },
];

export const guests: readonly Guest[] = all.map((guest) => ({ file: `${guest.name}.s`, ...guest, privilege: 'S' }));

/** Guests that are ported to our hypercalls (docs/paravirtual.md): they run under the technique `paravirtual` and nowhere else. */
export const portedGuests: readonly Guest[] = [
  {
    name: 'kernel-pv',
    file: 'kernel-pv.elf',
    portOf: 'kernel',
    about: 'The guest `kernel`, ported: hypercalls instead of privileged instructions (kernel/pv).',
    privilege: 'S',
    console: kernel,
    stop: 'shutdown',
    budget: 20_000,
    long: true,
  },
];
