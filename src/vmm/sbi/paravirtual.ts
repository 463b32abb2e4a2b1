/** The hypercalls, as an SBI extension: docs/paravirtual.md. Firmware-specific extensions are 0x0A000000 + the implementation's ID (SBI ch. "Firmware Specific SBI Extension Space"). */
import { IMPLEMENTATION } from './base';
import { notSupported, type SbiExtension } from './extension';

export const paravirtual: SbiExtension = {
  id: 0x0a00_0000n + IMPLEMENTATION,
  name: 'paravirtual',
  offered: (vcpu) => vcpu.hypercall !== undefined,
  call: (_vm, vcpu, fn, args) => vcpu.hypercall?.(fn, args) ?? notSupported,
};
