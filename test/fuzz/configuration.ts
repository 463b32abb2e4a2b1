/** A file of virtual machines, as `hv boot` takes it: it is refused in sentences that name the line, or its machines run. */
import path from 'node:path';
import { UsageError } from '#course';
import { InputError } from '#machine';
import { bootReference } from '#reference';
import { techniqueOf } from '../../src/cli/technique-option';
import { machinesOf } from '../../src/cli/vms/machines';
import { parseVms } from '../../src/cli/vms/parse';
import { Broken } from './broken';
import type { ConfigurationCase } from './case';

const NAME = 'vms.yaml';
const EXITS = 40;
/** A refusal of an unknown guest lists them all. */
const LONGEST = 600;
/** A folder in which no file is that the configurations name. */
const FOLDER = path.join(__dirname, 'regressions');

/** Whether the machines ran. Throws Broken for a refusal that is no sentence, and whatever else is thrown. */
export function tryConfiguration({ technique, lines }: ConfigurationCase): boolean {
  try {
    runMachines(lines.join('\n'), technique);
    return true;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof InputError)) throw error;
    for (const sentence of error.message.split('\n')) {
      if (
        !/^.{8,}[.!?]$/u.test(sentence) ||
        sentence.length > LONGEST ||
        /Invalid input|undefined|\[object/.test(sentence)
      )
        throw new Broken(`this refusal is no sentence: ${JSON.stringify(error.message)}`);
    }
    return false;
  }
}

function runMachines(source: string, technique: string): void {
  const parsed = parseVms(source, NAME);
  const machines = machinesOf(parsed, FOLDER, () => () => undefined);
  try {
    const { scheduler, slice } = parsed.file;
    const host = bootReference({
      ...machines.options,
      technique: techniqueOf(parsed.file.technique ?? technique),
      scheduled: scheduler !== undefined,
      slice,
    });
    host.run(EXITS);
    host.release();
  } finally {
    machines.close();
  }
}
