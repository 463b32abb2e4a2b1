/** All of a machine that is not RAM, part by part, for its snapshots. */
import type { Bus } from './bus/bus';
import type { Ram } from './bus/ram';
import type { Ending } from './devices/finisher';
import type { Hart } from './hart/hart';
import { restoreHart, saveHart } from './hart/save';
import type { Isa } from './isa';
import { SavedFields, type Savable, type Saved } from './saved';
import type { Turns } from './turns';

/** What the machine itself remembers between two runs. */
export interface Remembered {
  /** Instructions that nobody began, while all harts waited or by `passTime`; less those that this took back. */
  skipped: number;
  /** How software ended the run, if it has. */
  ending: Ending | undefined;
}

/** What the snapshots of a machine have in common, for people. */
export function shapeOf(
  { harts, bus, gateway, ram, isa }: Parts & { ram: Ram; isa: Isa },
  nativeMode?: 'M' | 'S',
): Record<string, string> {
  return {
    harts: String(harts.length),
    RAM: `${ram.size / 1024} KiB`,
    ISA: isa.name,
    'native mode': nativeMode ?? 'none',
    gateway: gateway ? 'one' : 'none',
    devices: bus.claims.map(({ base, device }) => `${device.name} at 0x${base.toString(16)}`).join(', '),
  };
}

/** What a machine consists of. */
interface Parts {
  readonly harts: readonly Hart[];
  readonly bus: Bus;
  readonly gateway?: Savable;
}

/** `remembered` is changed by `restore`. */
export function machineState({ harts, bus, gateway }: Parts, turns: Turns, remembered: Remembered): Savable {
  return {
    save: () => ({
      skipped: remembered.skipped,
      ending: saveEnding(remembered.ending),
      turns: turns.save(),
      harts: harts.map(saveHart),
      devices: bus.claims.map(({ device }) => device.save()),
      gateway: gateway?.save() ?? null,
    }),
    restore: (saved) => {
      const from = new SavedFields(saved, 'machine');
      remembered.skipped = from.integer('skipped', -(2 ** 50), 2 ** 50);
      remembered.ending = endingFrom(from);
      turns.restore(from.saved('turns'));
      from.values('harts', harts.length).forEach((each, i) => restoreHart(harts[i], each));
      from.values('devices', bus.claims.length).forEach((each, i) => bus.claims[i].device.restore(each));
      gateway?.restore(from.saved('gateway'));
    },
  };
}

/** -1: none; -2: reset; else off with this code. */
const saveEnding = (ending: Ending | undefined): Saved =>
  ending === undefined ? -1 : ending.kind === 'reset' ? -2 : ending.code;

function endingFrom(from: SavedFields): Ending | undefined {
  const code = from.integer('ending', -2, 0xffff);
  if (code === -1) return undefined;
  return code === -2 ? { kind: 'reset' } : { kind: 'off', code };
}
