/** Every guest under emulation: guests-under.ts says what is compared. */
import { testGuestsUnder } from './guests-under';

testGuestsUnder('emulation');
