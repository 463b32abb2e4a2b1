/** A second correct `hardwareAssist`: literal masks instead of lists of numbers, the switch as one table walked both ways, virtual instructions by name. */
import type { Instruction } from '#machine';
import type { Emulated, GuestCsrName, HardwareAssist, VirtualHart } from '#vmm';

const SWITCHED = {
  vsstatus: true,
  vsie: true,
  vstvec: true,
  vsscratch: true,
  vsepc: true,
  vscause: true,
  vstval: true,
  vstimecmp: true,
  scounteren: true,
  senvcfg: true,
  hvip: true,
  htimedelta: true,
  vsatp: false,
  hgatp: false,
} satisfies Record<GuestCsrName, boolean>;

const plain = (Object.keys(SWITCHED) as GuestCsrName[]).filter((name) => SWITCHED[name]);

const COUNTERS: Readonly<Record<number, (vcpu: VirtualHart) => bigint>> = {
  0: (vcpu) => vcpu.cycles(),
  1: (vcpu) => vcpu.time(),
  2: (vcpu) => vcpu.retired(),
};

function readCounter(number: number, { rd }: Instruction, vcpu: VirtualHart): Emulated {
  const opened = vcpu.mode === 'S' ? 0xffff_ffff : Number(vcpu.csr.scounteren & 0xffff_ffffn);
  if (Math.floor(opened / 2 ** number) % 2 === 0) return 'illegal';
  vcpu.x.set(rd, COUNTERS[number]?.(vcpu) ?? 0n);
  return 'advance';
}

export const hardwareAssist: HardwareAssist = {
  configure(csr) {
    csr.write('hedeleg', 0xb1ffn);
    csr.write('hideleg', 0x444n);
    csr.write('hcounteren', 0b010n);
    csr.write('henvcfg', 0xe000_0000_0000_00d0n);
    csr.write('hstateen0', 0xc000_0000_0000_0000n);
    for (const name of ['hstateen1', 'hstateen2', 'hstateen3'] as const) csr.write(name, 1n << 63n);
    csr.write('hstatus', 1n << 21n);
  },
  save(csr, guest) {
    for (const name of [...plain, 'vsatp' as const]) guest[name] = csr.read(name);
  },
  load(csr, guest) {
    csr.write('vsatp', 0n);
    for (const name of [...plain, 'hgatp' as const, 'vsatp' as const]) csr.write(name, guest[name]);
  },
  interrupt(csr, interrupt, level) {
    const bit = BigInt({ software: 4, timer: 64, external: 1024 }[interrupt]);
    const now = csr.read('hvip');
    if (((now & bit) !== 0n) !== level) csr.write('hvip', now ^ bit);
  },
  virtualInstruction(instruction, vcpu) {
    if (instruction.row.name === 'wfi') return vcpu.mode === 'S' ? 'block' : 'illegal';
    const isCsr = instruction.row.name.startsWith('csrr');
    return isCsr && instruction.imm >>> 5 === 0xc00 >>> 5
      ? readCounter(instruction.imm & 31, instruction, vcpu)
      : 'illegal';
  },
};
