/** "Run here": a lesson's command that traces or boots a guest runs in the page, in a worker of its own. */
import type { GuestPack, Order, Report } from '../../browser';
import { h } from './elements';
import { MachinePanel } from './machine-panel';
import type { TerminalScript } from './terminal';

/** What `assets/machine.js` leaves: the worker's source, because a page from file:// may not load one, and the guests by name. */
interface MachineScript {
  readonly worker: string;
  readonly guests: Readonly<Record<string, GuestPack>>;
}

declare global {
  // Only var declares a property of the global object.
  var worldswitchMachine: MachineScript | undefined;
  var worldswitchTerminal: TerminalScript | undefined;
}

export function startRuns(): void {
  for (const listing of document.querySelectorAll<HTMLElement>('figure.listing[data-guest]')) {
    const button = h('button', { type: 'button', class: 'run', onclick: () => void run(listing, button) }, 'Run here');
    listing.append(button);
  }
}

async function run(listing: HTMLElement, button: HTMLButtonElement): Promise<void> {
  const { guest = '', vmm = 'trap-and-emulate' } = listing.dataset;
  button.disabled = true;
  try {
    await Promise.all([load('machine.js'), load('terminal.js')]);
    const pack = globalThis.worldswitchMachine?.guests[guest];
    if (!pack || !globalThis.worldswitchTerminal) throw new Error(`This page does not carry the guest ${guest}.`);
    const worker = workerOf(globalThis.worldswitchMachine!.worker);
    const panel = new MachinePanel(guest, vmm, globalThis.worldswitchTerminal, {
      boot: (technique) => tell(worker, { kind: 'boot', guest: pack, technique }),
      order: (order) => tell(worker, order),
      close: () => {
        worker.terminate();
        panel.element.remove();
        button.disabled = false;
        button.focus();
      },
    });
    worker.onmessage = ({ data }: MessageEvent<Report>) =>
      'picture' in data ? panel.show(data.picture) : panel.fail(data.failure);
    worker.onerror = (event) => panel.fail(event.message);
    listing.after(panel.element);
    panel.start();
  } catch (error) {
    button.disabled = false;
    button.textContent = error instanceof Error ? error.message : 'It cannot run here.';
  }
}

const tell = (worker: Worker, order: Order): void => worker.postMessage(order);

function workerOf(source: string): Worker {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  return worker;
}

const loading = new Map<string, Promise<void>>();

/** Loads a script of the site once. */
function load(name: string): Promise<void> {
  const known = loading.get(name);
  if (known) return known;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = h('script', { src: `${document.documentElement.dataset.root ?? ''}assets/${name}` });
    script.onload = () => resolve();
    script.onerror = () => {
      loading.delete(name);
      reject(new Error(`assets/${name} is missing: build the site again.`));
    };
    document.head.append(script);
  });
  loading.set(name, loaded);
  return loaded;
}
