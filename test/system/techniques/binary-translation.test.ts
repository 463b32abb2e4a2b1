/** Every guest under binary translation: guests-under.ts says what is compared. */
import { testGuestsUnder } from './guests-under';

testGuestsUnder('binary-translation');
