/** An interrupt wire: a device sets its level and does not know who listens. */

/** What a device holds. `set` may be called with the level that the line already has. */
export interface IrqLine {
  set(level: boolean): void;
}

/** A wire that ends nowhere. */
export const unconnected: IrqLine = { set: () => undefined };
