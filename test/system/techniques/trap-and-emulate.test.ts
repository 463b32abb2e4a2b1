/** Every guest under trap and emulate: guests-under.ts says what is compared. */
import { testGuestsUnder } from './guests-under';

testGuestsUnder('trap-and-emulate');
