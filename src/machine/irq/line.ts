/** An interrupt wire: a device sets its level and does not know who listens. */

/** What a device holds. `set` may be called with the level that the line already has. */
export interface IrqLine {
  set(level: boolean): void;
}

/** A wire that calls `changed` when its level changes, and only then; it starts low. */
export function irqLine(changed: (level: boolean) => void): IrqLine {
  let now = false;
  return {
    set(level: boolean): void {
      if (level === now) return;
      now = level;
      changed(level);
    },
  };
}

/** A wire that ends nowhere. */
export const unconnected: IrqLine = { set: () => undefined };
