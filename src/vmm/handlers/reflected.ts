/** Exit 'reflected': the guest's own trap, which its kernel has already got. All that is left is to go on, in its handler. */
import type { ExitHandler } from './index';

export const onReflected: ExitHandler<'reflected'> = () => 'redirected';
