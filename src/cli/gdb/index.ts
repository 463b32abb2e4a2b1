/** `hv boot --gdb PORT`: a guest that runs as a debugger says. */
import { UsageError } from '#course';
import type { StepFlags } from '../commands/step';
import type { Context } from '../context';
import { openSession } from '../step/source';
import { serveGdb } from './server';

const PORTS = 65535;

/** Serves one gdb; nothing runs before it says so. */
export async function stepByGdb(
  context: Context,
  what: string,
  { gdb, ...flags }: StepFlags & { readonly gdb: string },
): Promise<void> {
  const port = /^\d{1,5}$/.test(gdb) ? Number(gdb) : PORTS + 1;
  if (port > PORTS) throw new UsageError(`--gdb ${gdb}: give a port, 1 to ${PORTS}, or 0 for any that is free.`);
  const { io } = context;
  const { walk, subject } = await openSession(context, what, flags);
  await serveGdb(walk, port, {
    listening: (got) => io.err(`${subject.title} waits for gdb-multiarch -ex 'target remote :${got}'\n`),
    wrote: (text) => io.out(text),
  });
}
