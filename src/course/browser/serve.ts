/** The worker's side: takes orders, runs the guest a little at a time so that the next order is heard, and reports. */
import type { Parts } from '#vmm';
import { GuestSession } from './guest-session';
import type { Order, Report } from './messages';

/** How the worker hears and tells, and gets a turn after whatever has arrived meanwhile. */
export interface Surroundings {
  /** Calls `hear` with each order. */
  listen(hear: (order: Order) => void): void;
  tell(report: Report): void;
  soon(action: () => void): void;
}

export function serve(parts: Parts, { listen, tell, soon }: Surroundings): void {
  let session: GuestSession | undefined;
  let waiting = false;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      session = undefined;
      tell({ failure: error instanceof Error ? error.message : String(error) });
    }
  };
  const turn = (): void => {
    waiting = false;
    attempt(() => {
      if (!session) return;
      const more = session.turn();
      tell({ picture: session.picture() });
      if (more) again();
    });
  };
  const again = (): void => {
    if (waiting) return;
    waiting = true;
    soon(turn);
  };
  listen((order) =>
    attempt(() => {
      if (order.kind === 'boot') session = new GuestSession(order.guest, order.technique, parts);
      else session?.take(order);
      again();
    }),
  );
}
