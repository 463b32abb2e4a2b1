/** Exits 'shadow-miss' and 'g-stage-miss': hidden faults. The guest is right and our tables were behind; it must never know. */
import type { Next, TranslationMiss } from '../exit';
import type { HostedVcpu, Vm } from '../vm';

export function onTranslationMiss(_vm: Vm, vcpu: HostedVcpu, miss: TranslationMiss): Next {
  vcpu.enterTranslation(miss);
  return 'retry';
}
