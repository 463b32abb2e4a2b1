/** Has the guest's changes of satp, its fences and sret come out. */
import type { Parts } from '#vmm';
import { configuring } from '../../lessons/support/assist-variant';

export const group = 'Efficiency';
export const sentence =
  "With hstatus.VTVM, each write of satp and each sfence.vma is an exit. That was needed while you kept a copy of the guest's table; there is none any more.";

const VTVM = 1n << 20n;
const watching = configuring({ hstatus: (value) => value | VTVM });

export const hardwareAssist: Parts['hardwareAssist'] = {
  ...watching,
  virtualInstruction(instruction, vcpu) {
    const { row, imm, rd, rs1 } = instruction;
    if (vcpu.mode === 'U') return watching.virtualInstruction(instruction, vcpu);
    if (row.name === 'sfence.vma') return 'advance';
    if (row.does.kind !== 'csr' || imm !== 0x180) return watching.virtualInstruction(instruction, vcpu);
    const [old, operand] = [vcpu.csr.satp, vcpu.x.get(rs1)];
    if (row.name === 'csrrw') vcpu.csr.satp = operand;
    vcpu.x.set(rd, old);
    return 'advance';
  },
};
