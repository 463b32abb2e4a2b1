/** Exit 'budget': the slice is used up. The guest did nothing that would need us. */
import type { ExitHandler } from './index';

export const onBudget: ExitHandler<'budget'> = () => 'retry';
