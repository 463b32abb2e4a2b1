/** The comparison with bare metal finds the first difference, names it, and ends whatever a part does. */
import type { Parts } from '#vmm';
import { kernel, sameAsBareMetal } from '../../../src/course/lab';
import { referenceParts } from '../../../src/reference';

const SSCRATCH = 0x140;
const isSscratch = (imm: number): boolean => imm === SSCRATCH;

/** Compares a kernel under the reference, in which `wrong` replaces a part; returns the message. */
function messageOf(wrong: Partial<Parts>, body: string): string {
  try {
    sameAsBareMetal({ ...referenceParts, ...wrong }, referenceParts, kernel(body), { name: 'probe' });
    return 'the same';
  } catch (error) {
    return (error as Error).message;
  }
}

const body = `
    li t0, 5
    csrw sscratch, t0
    nop
    csrr a0, sscratch
    csrr a1, sscratch`;

test('a correct hypervisor is the same as bare metal', () => {
  expect(messageOf({}, body)).toBe('the same');
});

test('the first wrong value is named with its instruction, its source line and both values', () => {
  const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
    const result = referenceParts.virtualSupervisor(instruction, vcpu);
    if (isSscratch(instruction.imm) && instruction.rd !== 0) vcpu.x.set(instruction.rd, 6n);
    return result;
  };
  // 5 instructions set stack and trap vector up; then li, csrw and nop: the csrr is the 9th, at the 9th word.
  expect(messageOf({ virtualSupervisor }, body)).toBe(
    [
      'guest probe left bare metal after 8 instructions',
      '  at 0x80200020   csrrs a0,sscratch,zero   <_start+0x20>   kernel.s:6',
      '  bare metal      a0 = 0x0000000000000005',
      '  your VMM        a0 = 0x0000000000000006',
    ].join('\n'),
  );
});

test('an instruction that leads elsewhere is named, and where both go on', () => {
  const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
    const result = referenceParts.virtualSupervisor(instruction, vcpu);
    if (result === 'redirected') vcpu.pc += 4n;
    return result;
  };
  const message = messageOf(
    { virtualSupervisor },
    'la t0, 1f; csrw sepc, t0; li t0, 0x100; csrs sstatus, t0; sret\n1: nop; li a1, 1',
  );
  expect(message).toContain('at 0x80200028   sret');
  expect(message).toContain('bare metal      continues at 0x8020002c in S-mode   addi zero,zero,0');
  expect(message).toContain('your VMM        continues at 0x80200030 in S-mode   addi a1,zero,1');
});

test('a trap on one side only is named with cause and value', () => {
  const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) =>
    isSscratch(instruction.imm) ? 'illegal' : referenceParts.virtualSupervisor(instruction, vcpu);
  const message = messageOf({ virtualSupervisor }, 'li t0, 5; la s11, 1f; csrw sscratch, t0; 1: nop');
  expect(message).toContain('bare metal      completes');
  expect(message).toContain('your VMM        trap: illegal instruction (scause 2), stval = 0x14029073');
});

test('a part that never lets the guest get on is told so, and the comparison ends', () => {
  const reflect: Parts['reflect'] = { ...referenceParts.reflect, deliver: () => {} };
  expect(messageOf({ reflect }, 'la s11, 1f; ebreak; 1: nop')).toContain('left bare metal after');
});

test('a part that throws after it made a difference: the difference comes first', () => {
  let calls = 0;
  const virtualSupervisor: Parts['virtualSupervisor'] = (instruction, vcpu) => {
    if (calls++ > 2) throw new Error('late');
    const result = referenceParts.virtualSupervisor(instruction, vcpu);
    if (isSscratch(instruction.imm) && instruction.rd !== 0) vcpu.x.set(instruction.rd, 6n);
    return result;
  };
  expect(messageOf({ virtualSupervisor }, body)).toContain('your VMM        a0 = 0x0000000000000006');
});

test('a guest that does not end on bare metal needs to say how much of it is compared', () => {
  expect(messageOf({}, '1: j 1b')).toContain('does not end on bare metal');
});
