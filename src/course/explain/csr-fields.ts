/** The fields of control and status registers, for people: names, places and meanings (Privileged, the section of each register). */
import { causeName, Exception, Interrupt } from '#machine';

export interface CsrField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
  readonly about: string;
  /** What a value of the field means, of a register that holds `register`; undefined where the number says it all. */
  readonly means?: (value: bigint, register: bigint) => string | undefined;
}

/** Names of values. */
type Names = Readonly<Record<number, string>>;

/** `place` is one bit, or `high:low`. */
export function field(
  name: string,
  place: number | string,
  about: string,
  means?: Names | CsrField['means'],
): CsrField {
  const [high, low = high] = String(place).split(':').map(Number);
  return { name, high, low, about, means: typeof means === 'object' ? (value) => means[Number(value)] : means };
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const tableAt = (pageNumber: bigint): string => `at ${hex(pageNumber << 12n)}`;

const MODES = { 0: 'U', 1: 'S', 3: 'M' };
const XLEN = { 2: '64 bits' };
const UNIT_STATE = { 0: 'Off', 1: 'Initial', 2: 'Clean', 3: 'Dirty' };

const SIE = field('SIE', 1, 'S-mode takes interrupts');
const SPIE = field('SPIE', 5, 'SIE before the trap into S-mode; sret puts it back');
const SPP = field('SPP', 8, 'mode before the trap into S-mode; sret goes there', MODES);
const VS = field('VS', '10:9', 'state of the vector unit', UNIT_STATE);
const FS = field(
  'FS',
  '14:13',
  'state of the floating-point unit; instructions of it are illegal while Off',
  UNIT_STATE,
);
const XS = field('XS', '16:15', 'state of other units', UNIT_STATE);
const UBE = field('UBE', 6, 'U-mode loads and stores are big-endian');
const SUM = field('SUM', 18, 'S-mode may load from and store to pages of U-mode');
const MXR = field('MXR', 19, 'loads may read pages that are only executable');
const UXL = field('UXL', '33:32', 'width of registers in U-mode', XLEN);
const SD = field('SD', 63, 'some unit is Dirty: a switch of contexts has state to save');

/** Of sstatus and vsstatus. */
export const SUPERVISOR_STATUS = [SIE, SPIE, UBE, SPP, VS, FS, XS, SUM, MXR, UXL, SD];

export const MACHINE_STATUS = [
  ...SUPERVISOR_STATUS,
  field('MIE', 3, 'M-mode takes interrupts'),
  field('MPIE', 7, 'MIE before the trap into M-mode; mret puts it back'),
  field('MPP', '12:11', 'mode before the trap into M-mode; mret goes there', MODES),
  field('MPRV', 17, 'loads and stores of M-mode go as if from the mode in MPP'),
  field('TVM', 20, 'satp, hgatp and sfence.vma trap in S-mode'),
  field('TW', 21, 'wfi traps below M-mode'),
  field('TSR', 22, 'sret traps in S-mode'),
  field('SXL', '35:34', 'width of registers in S-mode', XLEN),
  field('SBE', 36, 'S-mode loads and stores are big-endian'),
  field('MBE', 37, 'M-mode loads and stores are big-endian'),
  field('GVA', 38, 'mtval holds a guest-virtual address'),
  field('MPV', 39, 'V before the trap into M-mode: a guest was running'),
];

export const HYPERVISOR_STATUS = [
  field('VSBE', 5, 'VS-mode loads and stores are big-endian'),
  field('GVA', 6, 'stval holds a guest-virtual address'),
  field('SPV', 7, 'V before the trap into HS-mode; sret with 1 enters the guest'),
  field('SPVP', 8, 'mode of the guest before the trap; that of hlv and hsv', { 0: 'VU', 1: 'VS' }),
  field('HU', 9, 'hlv and hsv are allowed in U-mode'),
  field('VGEIN', '17:12', 'number of the guest external interrupt that VS-mode gets as its own; 0: none'),
  field('VTVM', 20, 'satp and sfence.vma of VS-mode are virtual instructions: they exit'),
  field('VTW', 21, 'wfi of VS-mode is a virtual instruction: it exits'),
  field('VTSR', 22, 'sret of VS-mode is a virtual instruction: it exits'),
  field('VSXL', '33:32', 'width of registers in VS-mode', XLEN),
];

/** satp and vsatp. */
export const TRANSLATION = [
  field('MODE', '63:60', 'form of the page table', { 0: 'Bare: no translation', 8: 'Sv39', 9: 'Sv48', 10: 'Sv57' }),
  field('ASID', '59:44', 'address space, by which cached translations are told apart'),
  field('PPN', '43:0', 'page number of the root table: its physical address / 4096', tableAt),
];

export const GUEST_TRANSLATION = [
  field('MODE', '63:60', 'form of the G-stage table', { 0: 'Bare', 8: 'Sv39x4', 9: 'Sv48x4', 10: 'Sv57x4' }),
  field('VMID', '57:44', 'virtual machine, by which cached translations are told apart'),
  field('PPN', '43:0', 'page number of the root table, which has 16 KiB: its two lowest bits are 0', tableAt),
];

export const TRAP_VECTOR = [
  field(
    'BASE',
    '63:2',
    'where the handler is: the address without its two lowest bits',
    (base) => `at ${hex(base << 2n)}`,
  ),
  field('MODE', '1:0', 'how interrupts arrive', {
    0: 'Direct: all at BASE',
    1: 'Vectored: interrupts at BASE + 4 x cause',
  }),
];

const codes = (of: Readonly<Record<string, number>>): number[] => Object.values(of);

export const CAUSE = [
  field('Interrupt', 63, 'the trap is an interrupt'),
  field('Exception Code', '62:0', 'which one', (code, register) => causeName(Number(code), register >> 63n === 1n)),
];

/** mtval2 and htval. */
export const GUEST_ADDRESS = [
  field('Address', '63:0', 'the guest-physical address without its two lowest bits', (value) => hex(value << 2n)),
];

/** Names without `IE` or `IP` (Privileged, "Machine Interrupt Registers" and "Hypervisor Interrupt Registers"). */
const INTERRUPT_LETTERS: Readonly<Record<keyof typeof Interrupt, string>> = {
  supervisorSoftware: 'SS',
  guestSoftware: 'VSS',
  machineSoftware: 'MS',
  supervisorTimer: 'ST',
  guestTimer: 'VST',
  machineTimer: 'MT',
  supervisorExternal: 'SE',
  guestExternal: 'VSE',
  machineExternal: 'ME',
  supervisorGuestExternal: 'SGE',
};

/** A bit for each interrupt; `suffix` is IE for enabled, IP for pending, or nothing for delegated. */
export const interruptBits = (suffix: string, says: string): CsrField[] =>
  Object.entries(INTERRUPT_LETTERS).map(([key, letters]) => {
    const code = Interrupt[key as keyof typeof Interrupt];
    return field(suffix === '' ? `${letters}I` : `${letters}${suffix}`, code, `${causeName(code, true)} ${says}`);
  });

/** A bit for each exception. */
export const exceptionBits = (): CsrField[] =>
  codes(Exception).map((code) => field(String(code), code, causeName(code)));

/** A bit for each of cycle, time, instret and the 29 counters of events. */
export const counterBits = (): CsrField[] => [
  field('CY', 0, 'cycle may be read below'),
  field('TM', 1, 'time may be read below'),
  field('IR', 2, 'instret may be read below'),
  field('HPM', '31:3', 'hpmcounter3 to hpmcounter31 may be read below, a bit each'),
];

const CBIE = { 0: 'illegal', 1: 'executes as cbo.flush', 3: 'executes' };

/** What a mode allows those below it: senvcfg has the first four. */
export const USER_ENVIRONMENT = [
  field('FIOM', 0, 'fences of I/O order memory too'),
  field('CBIE', '5:4', 'cbo.inval below', CBIE),
  field('CBCFE', 6, 'cbo.clean and cbo.flush are allowed below'),
  field('CBZE', 7, 'cbo.zero is allowed below'),
];

export const ENVIRONMENT = [
  ...USER_ENVIRONMENT,
  field('ADUE', 61, 'hardware sets A and D in page tables (Svadu)'),
  field('PBMTE', 62, 'page tables may choose memory types (Svpbmt)'),
  field('STCE', 63, 'stimecmp, or vstimecmp for guests, is a timer (Sstc)'),
];

const ROUNDING = {
  0: 'to nearest, ties to even',
  1: 'towards zero',
  2: 'down',
  3: 'up',
  4: 'to nearest, ties away from zero',
};

export const FLOAT_FLAGS = [
  field('NX', 0, 'a result was inexact'),
  field('UF', 1, 'a result underflowed'),
  field('OF', 2, 'a result overflowed'),
  field('DZ', 3, 'a finite number was divided by zero'),
  field('NV', 4, 'an operation was invalid'),
];

export const ROUNDING_MODE = [field('Mode', '2:0', 'rounding', ROUNDING)];
export const FLOAT_CONTROL = [...FLOAT_FLAGS, field('Rounding Mode', '7:5', 'rounding', ROUNDING)];

/** A byte for each of eight PMP entries. */
export const pmpConfiguration = (first: number): CsrField[] =>
  Array.from({ length: 8 }, (_, i) =>
    field(`pmp${first + i}cfg`, `${8 * i + 7}:${8 * i}`, 'L 7, A 4:3 (OFF, TOR, NA4, NAPOT), X 2, W 1, R 0'),
  );

export const STATE_ENABLE = [
  field('SE', 63, 'the stateen registers of the modes below may be used'),
  field('ENVCFG', 62, 'henvcfg and senvcfg may be used'),
];

const letters = (bits: bigint): string =>
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((_, i) => ((bits >> BigInt(i)) & 1n) === 1n).join(' ');

export const MACHINE_ISA = [
  field('MXL', '63:62', 'width of registers in M-mode', XLEN),
  field('Extensions', '25:0', 'a bit for each letter: A is bit 0, Z bit 25', letters),
];
