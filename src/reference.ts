/** The composition root: the hypervisor's frame plus the solutions is the reference hypervisor. */
import { bootVms, type BootOptions, type Host, type Parts } from '#vmm';
import { runLoop } from '../solutions/01-event-handler/run-loop';
import { classifier } from '../solutions/02-popek-goldberg/classifier';
import { virtualSupervisor } from '../solutions/03-trap-and-emulate/virtual-supervisor';
import { virtualTime } from '../solutions/05-virtual-time/virtual-time';
import { guestMemory } from '../solutions/06-guest-memory/guest-memory';
import { shadowPaging } from '../solutions/07-shadow-paging/shadow-paging';
import { reflect } from '../solutions/04-reflecting-traps/reflect';
import { gStage } from '../solutions/08-two-stage-paging/g-stage';
import { emulatedDevices } from '../solutions/09-emulated-devices/emulated-devices';
import { paravirtualDevices } from '../solutions/10-paravirtual-devices/paravirtual-devices';
import { paravirtualCpu } from '../solutions/12-paravirtual-cpu/paravirtual-cpu';
import { binaryTranslator } from '../solutions/13-binary-translation/translate';
import { hardwareAssist } from '../solutions/14-hardware-assist/hardware-assist';
import { scheduler } from '../solutions/17-vcpu-scheduling/scheduler';

/** Every part as its solution has it. A student's hypervisor is `{ ...referenceParts, [part]: theirs }`. */
export const referenceParts: Parts = {
  runLoop,
  classifier,
  virtualSupervisor,
  reflect,
  virtualTime,
  guestMemory,
  shadowPaging,
  gStage,
  emulatedDevices,
  paravirtualDevices,
  paravirtualCpu,
  binaryTranslator,
  hardwareAssist,
  scheduler,
};

/** Boots guests under the reference hypervisor, or one in which `parts` replaces some of it. */
export const bootReference = ({ parts, ...options }: Omit<BootOptions, 'parts'> & { parts?: Partial<Parts> }): Host =>
  bootVms({ ...options, parts: { ...referenceParts, ...parts } });
