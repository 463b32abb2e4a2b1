/** `--vmm TECHNIQUE`: how the processor is virtualized; the names are those of the hypervisor's own table. */
import { isTechnique, TECHNIQUES, type TechniqueName } from '#vmm';
import { UsageError } from '#course';

/** Throws UsageError for a name that is none. */
export function techniqueOf(name = 'trap-and-emulate'): TechniqueName {
  if (isTechnique(name)) return name;
  throw new UsageError(`There is no technique "${name}"; choose ${Object.keys(TECHNIQUES).join(', ')}.`);
}
