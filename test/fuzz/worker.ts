/** A process of `npm run fuzz`: performs the pieces that it is sent, one after the other. */
import { perform, type Piece } from './piece';

process.on('message', (piece: Piece) => process.send!(perform(piece)));
