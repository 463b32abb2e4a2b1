/** Asks that what is privileged be sensitive, instead of the other way round. */
import type { Classes, Classified, Condition } from '#popek-goldberg';
import type { Parts } from '#vmm';
import { classifier as right } from '../../../solutions/02-popek-goldberg/classifier';

export const group = 'Equivalence';
export const sentence =
  'You ask whether the privileged instructions are sensitive. It is the other way round: what is sensitive must be privileged. A privileged instruction that is innocuous traps for nothing, and does no harm.';

export const classifier: Parts['classifier'] = {
  ...right,
  theorem1: (table) => against(table, ({ control, location, mode }) => Boolean(control ?? location ?? mode)),
  theorem3: (table) => against(table, ({ user }) => Boolean(user)),
};

function against(table: readonly Classified[], sensitive: (classes: Classes) => boolean): Condition {
  const names = table.filter(({ classes }) => classes.privileged && !sensitive(classes)).map(({ name }) => name);
  return { holds: names.length === 0, against: names };
}
