/** What has to be true after every case, whatever the attacker did. */
import type { Vm } from '../../src/vmm/vm';
import { Broken } from './broken';
import { checkReach } from './reach';
import { CONSOLE_BYTES, OVERLAY_BYTES, virtioOf, type Stage } from './stage';

/** Different keys in a table of counters: names that are ours, never what a guest chose. */
const MOST_KEYS = 64;
/** What takes long is looked at after so many cases. */
const SELDOM = 100;
/** The entries of the two largest queues that a device has. */
const MOST_IN_FLIGHT = 512;

/** What the bystander leaves when nobody attacks. */
export interface Alone {
  readonly printed: string;
  /** Of the bystander and the neighbour: RAM, and what is to be in it. */
  readonly memories: readonly { readonly vm: Vm; readonly ram: Uint8Array; readonly contents: Uint8Array }[];
}

export function alone(stage: Stage): Alone {
  stage.perform();
  const { printed, bystander } = stage;
  if (!/^[0-o]{3}$/.test(printed) || bystander.stop?.why !== 'shutdown')
    throw new Error(`the bystander does not work: ${printed}`);
  const memories = [stage.bystander, stage.neighbour].map((vm) => {
    const ram = stage.ramOf(vm);
    return { vm, ram, contents: ram.slice() };
  });
  return { printed, memories };
}

/** Throws Broken with what is wrong. */
export function checkInvariants(stage: Stage, before: Alone): void {
  const { attacker, bystander, printed } = stage;
  if (bystander.stop?.why !== 'shutdown')
    throw new Broken(`the bystander ended otherwise: ${bystander.stop?.detail ?? 'not at all'}`);
  if (printed !== before.printed)
    throw new Broken(`the bystander wrote ${JSON.stringify(printed)}, not ${JSON.stringify(before.printed)}`);
  for (const { vm, ram, contents } of before.memories)
    if (Buffer.compare(ram, contents) !== 0) throw new Broken(`the ${vm.name}'s memory has changed`);
  checkReach(attacker, stage.harts[0]);
  checkReach(bystander, stage.harts[0]);
  checkEnd(stage);
  checkSizes(stage);
}

/** Who did not switch itself off is told at which instruction it ended, and why. */
function checkEnd({ attacker: { stop } }: Stage): void {
  if (!stop) throw new Broken('the attacker has not ended');
  if (stop.detail.length < 10) throw new Broken(`the attacker ended without a sentence: "${stop.detail}"`);
  const asked = /^(the guest (switched|asked|reported|stopped|ended with)|its time was over)/.test(stop.detail);
  if (!asked && !/0x[0-9a-f]+/.test(stop.detail))
    throw new Broken(`the attacker ended, and nobody says at which instruction: "${stop.detail}"`);
}

/** Nothing that a guest does makes the host keep more and more. */
function checkSizes({ attacker, disk, performed }: Stage): void {
  const { counters, console } = attacker;
  for (const [name, table] of Object.entries(counters) as [string, unknown][]) {
    if (typeof table === 'object' && table !== null && Object.keys(table).length > MOST_KEYS)
      throw new Broken(`counters.${name} has ${Object.keys(table).length} keys`);
  }
  if (disk.usedBytes > OVERLAY_BYTES) throw new Broken(`the disk's overlay takes ${disk.usedBytes} bytes`);
  if (performed % SELDOM !== 0) return;
  if (console.text.length > CONSOLE_BYTES) throw new Broken(`${console.text.length} bytes of console are kept`);
  for (const core of virtioOf(attacker)) {
    const { inFlight } = core.save() as { inFlight: { requests: readonly unknown[] } };
    if (inFlight.requests.length > MOST_IN_FLIGHT)
      throw new Broken(`${inFlight.requests.length} requests are in flight`);
  }
}
