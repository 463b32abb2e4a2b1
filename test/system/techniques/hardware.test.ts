/** Every guest under the hypervisor extension: guests-under.ts says what is compared. */
import { testGuestsUnder } from './guests-under';

testGuestsUnder('hardware');
