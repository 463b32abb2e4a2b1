/** The worker of a page that runs guests: joins what a page asks for with the reference hypervisor. `hv site build` bundles it. */
import { serve, type Order, type Report } from '#course/browser';
import { referenceParts } from '#reference';

/** A dedicated worker's global scope (HTML, section 10.2.1.2), as far as it is used here. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Order }) => void) | null;
  postMessage(report: Report): void;
}
const scope = globalThis as unknown as WorkerScope;

/** A message to oneself: a timer would be held back for 4 ms. */
const { port1, port2 } = new MessageChannel();
let next: () => void = () => undefined;
port1.onmessage = () => next();

serve(referenceParts, {
  listen: (hear) => (scope.onmessage = ({ data }) => hear(data)),
  tell: (report) => scope.postMessage(report),
  soon: (action) => {
    next = action;
    port2.postMessage(undefined);
  },
});
