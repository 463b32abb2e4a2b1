// 14 · Hardware assist: the processor has a second supervisor mode, VS-mode, and the guest's kernel runs in it as it is.
//
// Its traps, its CSRs, its page tables and its timer are the hart's business now. Yours is to say, once, what the guest may do
// without you (`configure`); to change guests (`save` and `load`: all of VS-mode's registers are on the hart only once); to hand
// interrupts over (`interrupt`: hvip); and to serve what you kept for yourself (`virtualInstruction`: exception 22).
// #region solution: import { todo, type Parts } from '#vmm';
import type { GuestCsrName, Parts, VirtualHart, VirtualInterrupt } from '#vmm';

const ALL = 2n ** 64n - 1n;

/** Exceptions that never need us: the guest's kernel would get them on a machine of its own, and its own table explains them. */
const DELEGATED_EXCEPTIONS = [
  0, // instruction address misaligned
  1, // instruction access fault
  2, // illegal instruction
  3, // breakpoint
  4, // load address misaligned
  5, // load access fault
  6, // store/AMO address misaligned
  7, // store/AMO access fault
  8, // ecall from VU: a system call
  12, // instruction page fault: of the guest's own table, as always from here on
  13, // load page fault
  15, // store/AMO page fault
];
// Not 10, the guest kernel's call to its firmware; not 20, 21 and 23, faults of the second stage; not 22. These cannot be delegated.

/** The bit of each interrupt of VS-mode in hvip, hip and hideleg: one place above the guest's own. */
const VIRTUAL: Readonly<Record<VirtualInterrupt, bigint>> = {
  software: 1n << 2n,
  timer: 1n << 6n,
  external: 1n << 10n,
};

const bits = (numbers: readonly number[]): bigint => numbers.reduce((all, n) => all | (1n << BigInt(n)), 0n);

/** hcounteren: `time` is the guest's, corrected by htimedelta. cycle and instret count other guests too, so we have to answer. */
const TIME_ONLY = 1n << 1n;
/** hstatus.VTW: wfi comes to us, because who waits should not hold the processor. */
const VTW = 1n << 21n;
/** henvcfg.FIOM is for guests that have their devices in memory of ours. */
const FIOM = 1n;

const STATE_ENABLES = ['hstateen0', 'hstateen1', 'hstateen2', 'hstateen3'] as const;

const GUEST_CSRS: readonly GuestCsrName[] = [
  'vsstatus', 'vsie', 'vstvec', 'vsscratch', 'vsepc', 'vscause', 'vstval', 'vstimecmp',
  'scounteren', 'senvcfg', // these two have no twin: VU-mode and our own U-mode share them
  'hvip', // VSSIP of it the guest itself can set and clear
  'htimedelta',
]; // prettier-ignore

const CYCLE = 0xc00;
const TIME = 0xc01;
const INSTRET = 0xc02;
const LAST_COUNTER = 0xc1f;

/** What a guest reads in a counter; nothing is counted in the others. */
function counter(csr: number, vcpu: VirtualHart): bigint {
  if (csr === CYCLE) return vcpu.cycles();
  if (csr === TIME) return vcpu.time();
  return csr === INSTRET ? vcpu.retired() : 0n;
}
// #endregion

export const hardwareAssist: Parts['hardwareAssist'] = {
  // #region solution: configure: (csr) => todo('say what guests may do without us'),
  configure(csr) {
    csr.write('hedeleg', bits(DELEGATED_EXCEPTIONS));
    csr.write('hideleg', VIRTUAL.software | VIRTUAL.timer | VIRTUAL.external);
    csr.write('hcounteren', TIME_ONLY);
    csr.write('henvcfg', ALL & ~FIOM); // STCE is among them: vstimecmp, a timer without exits
    for (const name of STATE_ENABLES) csr.write(name, ALL);
    csr.write('hstatus', csr.read('hstatus') | VTW);
  },
  // #endregion

  // #region solution: save: (csr, guest) => todo('copy the guest out of the hart'),
  save(csr, guest) {
    for (const name of GUEST_CSRS) guest[name] = csr.read(name);
    guest.vsatp = csr.read('vsatp'); // hgatp is only ever ours to write: the copy in `guest` is still right
  },
  // #endregion

  // #region solution: load: (csr, guest) => todo('copy a guest onto the hart'),
  load(csr, guest) {
    // Between the two writes below, the old guest's table must not be walked through the new guest's second stage.
    csr.write('vsatp', 0n);
    csr.write('hgatp', guest.hgatp);
    csr.write('vsatp', guest.vsatp);
    for (const name of GUEST_CSRS) csr.write(name, guest[name]);
  },
  // #endregion

  // #region solution: interrupt: (csr, interrupt, level) => todo('set or clear a bit of hvip'),
  interrupt(csr, interrupt, level) {
    const others = csr.read('hvip') & ~VIRTUAL[interrupt];
    csr.write('hvip', level ? others | VIRTUAL[interrupt] : others);
  },
  // #endregion

  // #region solution: virtualInstruction: (instruction, vcpu) => todo('serve what the guest may not do by itself'),
  virtualInstruction({ row, imm: csr, rd }, vcpu) {
    const { does } = row;
    // Only its kernel may wait; a user program's wfi comes here too, and is illegal as on a machine of its own.
    if (does.kind === 'system') return does.action === 'wfi' && vcpu.mode === 'S' ? 'block' : 'illegal';
    // CSRs of hypervisors, hlv and hsv: to a guest without H all of these are illegal, and it must not learn that they exist.
    if (does.kind !== 'csr' || csr < CYCLE || csr > LAST_COUNTER) return 'illegal';
    // A user program may read the counters that its kernel has opened: scounteren closes them by this same exception.
    const isOpen = vcpu.mode === 'S' || ((vcpu.csr.scounteren >> BigInt(csr & 31)) & 1n) === 1n;
    if (!isOpen) return 'illegal';
    vcpu.x.set(rd, counter(csr, vcpu));
    return 'advance';
  },
  // #endregion
};
