/** `hv boot FILE.yaml`: the virtual machines that a file describes, on this terminal. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InputError } from '#machine';
import { bootReference } from '#reference';
import { TECHNIQUES, type Host, type Parts } from '#vmm';
import { engineOf } from './engine-option';
import { GuestTerminal, type Streams } from './guest-terminal';
import { fileTrouble } from './image-file';
import { techniqueOf } from './technique-option';
import { VmConsoles } from './vm-consoles';
import { tellOf, VmHost } from './vm-host';
import { machinesOf } from './vms/machines';
import { parseVms, type ParsedVms } from './vms/parse';

/** As the command line gives them. */
export interface VmsOptions {
  readonly file: string;
  readonly engine?: string;
  /** Instead of the file's. */
  readonly technique?: string;
  readonly parts?: Partial<Parts>;
}

/** Boots and stays until all guests are over. Gives the largest exit code; throws as bootVm does. */
export async function bootVms(options: VmsOptions, streams: Streams = process): Promise<number> {
  const { file: name } = options;
  const parsed = parseVms(
    fileTrouble(name, () => readFileSync(name, 'utf8')),
    name,
  );
  const terminal = new GuestTerminal(streams);
  const consoles = new VmConsoles(Object.keys(parsed.file.vms), terminal.send, streams.stdin.isTTY === true);
  const machines = machinesOf(parsed, path.dirname(name), consoles.of);
  const technique = techniqueOf(options.technique ?? parsed.file.technique);
  // Real kernels want all that there is; guests of the course are made for less.
  const isa = Object.values(parsed.file.vms).some(({ kernel }) => kernel) ? TECHNIQUES[technique].isa : undefined;
  const boot = (): Host =>
    withLines(parsed, () =>
      bootReference({
        ...machines.options,
        technique,
        isa,
        engine: engineOf(options.engine),
        parts: options.parts,
        onPartFailure: tellOf(streams),
        scheduled: machines.options.vms.length > 1 || parsed.file.scheduler !== undefined,
        slice: parsed.file.slice,
      }),
    );
  try {
    return await terminal.run(new VmHost(boot, consoles));
  } finally {
    machines.close();
  }
}

/** What the hypervisor refuses is told with the line of the machine that it is about. */
export function withLines<T>({ problem }: ParsedVms, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [, vm] = /VM "([^"]+)"/.exec(error.message) ?? [];
    const about = /RAM|memory|range/.test(error.message) ? ['memory'] : [];
    throw vm === undefined ? problem(['vms'], error.message) : problem(['vms', vm, ...about], error.message);
  }
}
