/** Where `hv` begins: connects the command line with this process. */
import { createContext, processIo } from './context';
import { run } from './program';

/** A reader that has seen enough (`hv list | head -1`) closes the pipe; that is no error. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
}

process.stdout.on('error', ignoreClosedPipe);
process.stderr.on('error', ignoreClosedPipe);
// Not process.exit: what was written must still reach its reader.
void run(process.argv.slice(2), createContext(processIo())).then((code) => (process.exitCode = code));
