/** Exit 'shadow-miss': a hidden fault. The guest's table is right and ours was behind; the guest must never know. */
import type { ExitHandler } from './index';

export const onShadowMiss: ExitHandler<'shadow-miss'> = (_vm, vcpu, { gva, access }) => {
  vcpu.fillShadow(gva, access);
  return 'retry';
};
