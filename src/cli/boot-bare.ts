/** `hv boot --bare`: real software on the bare machine, on this terminal. */
import { UsageError } from '#course';
import { InputError } from '#machine';
import { BareGuest } from './bare-guest';
import { BareMachine, type MachineOptions } from './bare-machine';
import { GuestTerminal, type Streams } from './guest-terminal';

export type BareOptions = MachineOptions;

/** Boots and stays until the guest switches off. Gives the exit code; throws UsageError for what cannot be booted. */
export async function bootBare(options: BareOptions, streams: Streams = process): Promise<number> {
  const terminal = new GuestTerminal(streams);
  const machine = refusing(() => new BareMachine(options, streams, terminal.send));
  try {
    const code = await terminal.run(new BareGuest(machine));
    machine.end();
    return code;
  } finally {
    machine.close();
  }
}

/** What the machine will not take is the person's mistake, not ours. */
function refusing<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(error.message);
    throw error;
  }
}
