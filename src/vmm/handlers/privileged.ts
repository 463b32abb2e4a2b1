/** Exit 'privileged': the guest's kernel did what only S-mode may do. We do it to its virtual registers, or say no. */
import { Exception } from '#machine';
import { FirmwareEvent } from '../sbi/event-counters';
import type { ExitHandler } from './index';

export const onPrivileged: ExitHandler<'privileged'> = (vm, vcpu, { instruction }) => {
  const outcome = vcpu.emulate(instruction);
  if (outcome !== 'illegal') return outcome;
  vm.firmware[vcpu.id].events.happened(FirmwareEvent.illegalInstruction);
  // stval of an illegal instruction: its bits (Privileged, "Supervisor Trap Value (stval) Register").
  vcpu.inject({ cause: Exception.illegalInstruction, interrupt: false, tval: BigInt(instruction.word) });
  return 'redirected';
};
