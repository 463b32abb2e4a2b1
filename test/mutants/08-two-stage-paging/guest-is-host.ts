/** Maps guest-physical addresses to the same addresses of the host. */
import { span, variant } from '../../lessons/support/g-stage-variant';

export const group = 'Equivalence';
export const sentence =
  'You map guest-physical addresses to themselves. That is right for one VM at most, by luck; where its RAM really lies is in the slot, `hpa`.';

export const gStage = variant({ target: (gpa, level) => gpa - (gpa % span(level)) });
