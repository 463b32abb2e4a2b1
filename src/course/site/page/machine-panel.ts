/** A guest in the page as one sees it: its console, where it is, its last exits and their counts, and the buttons that move it. */
import type { TechniqueName } from '#vmm';
import type { ExitRow, Order, Picture } from '../../browser';
import { h } from './elements';
import type { Console, TerminalScript } from './terminal';

export interface PanelActions {
  boot(technique: TechniqueName): void;
  order(order: Exclude<Order, { kind: 'boot' }>): void;
  close(): void;
}

const TECHNIQUES: readonly TechniqueName[] = ['trap-and-emulate', 'hardware', 'emulation', 'bare'];

export class MachinePanel {
  readonly element: HTMLElement;
  readonly #actions: PanelActions;
  readonly #terminal: TerminalScript;
  readonly #technique: HTMLSelectElement;
  readonly #run = h('button', { type: 'button', class: 'go', onclick: () => this.#toggle() }, 'Pause');
  readonly #steps: readonly HTMLButtonElement[];
  readonly #place = h('p', { class: 'machine-place' });
  readonly #state = h('p', { class: 'machine-state', role: 'status' });
  readonly #screen = h('div', { class: 'machine-console' });
  readonly #rows = h('tbody', {});
  readonly #counts = h('p', { class: 'machine-counts' });
  #console: Console | undefined;
  #running = true;

  constructor(guest: string, technique: string, terminal: TerminalScript, actions: PanelActions) {
    this.#actions = actions;
    this.#terminal = terminal;
    this.#technique = h(
      'select',
      { 'aria-label': 'How the processor is virtualized', onchange: () => this.#boot() },
      ...TECHNIQUES.map((name) => h('option', { value: name, selected: name === technique }, name)),
    );
    this.#steps = [
      this.#step('⇤', 'Back to the exit before', { kind: 'step', unit: 'exit', back: true }),
      this.#step('←', 'Back one instruction', { kind: 'step', unit: 'instruction', back: true }),
      this.#step('→', 'On one instruction', { kind: 'step', unit: 'instruction', back: false }),
      this.#step('⇥', 'On to the next exit', { kind: 'step', unit: 'exit', back: false }),
    ];
    this.element = h(
      'section',
      { class: 'machine', 'aria-label': `${guest} in a virtual machine` },
      this.#bar(guest),
      this.#screen,
      this.#place,
      this.#state,
      this.#table(),
      this.#counts,
    );
  }

  /** In the page by now. */
  start(): void {
    this.#console = this.#terminal.open(this.#screen, (text) => this.#actions.order({ kind: 'input', text }));
    this.#boot();
    this.#run.focus();
  }

  show(picture: Picture): void {
    const { console, at, mode, instructions, exits, end, running } = picture;
    if (console.again) this.#console?.clear();
    if (console.text !== '') this.#console?.write(console.text);
    this.#running = running;
    this.#run.textContent = running ? 'Pause' : 'Run';
    this.#run.disabled = !running && end !== undefined;
    for (const button of this.#steps) button.disabled = running;
    this.#state.textContent = end ?? `${running ? 'Running' : 'Stands'} in ${mode}-mode`;
    this.#place.replaceChildren(
      h('code', {}, `${at.pc}${at.label ? ` <${at.label}>` : ''}  ${at.text}`),
      ...(at.source ? [h('span', {}, at.source)] : []),
    );
    this.#rows.replaceChildren(...picture.last.map(rowOf).reverse());
    const kinds = picture.counts.map(([kind, times]) => `${kind} ${times}`).join(', ');
    this.#counts.textContent = `${instructions} instructions, ${exits} exits${kinds === '' ? '' : `: ${kinds}`}`;
  }

  fail(sentence: string): void {
    this.#state.textContent = sentence;
    for (const button of [this.#run, ...this.#steps]) button.disabled = true;
  }

  #boot(): void {
    this.#console?.clear();
    this.#actions.boot(this.#technique.value as TechniqueName);
    this.#actions.order({ kind: 'run' });
  }

  #toggle(): void {
    this.#actions.order({ kind: this.#running ? 'pause' : 'run' });
  }

  #step(sign: string, name: string, order: Order & { kind: 'step' }): HTMLButtonElement {
    const attributes = { type: 'button', 'aria-label': name, title: name, onclick: () => this.#actions.order(order) };
    return h('button', attributes, sign);
  }

  #bar(guest: string): HTMLElement {
    return h(
      'div',
      { class: 'machine-bar', role: 'group', 'aria-label': `Controls of ${guest}` },
      this.#run,
      ...this.#steps,
      h('button', { type: 'button', onclick: () => this.#boot() }, 'Again'),
      this.#technique,
      h('button', { type: 'button', class: 'close', onclick: () => this.#actions.close() }, 'Close'),
    );
  }

  #table(): HTMLElement {
    const head = ['exit', 'pc', 'why', 'what the hypervisor did'].map((name) => h('th', { scope: 'col' }, name));
    return h(
      'div',
      { class: 'table machine-exits', role: 'group', 'aria-label': 'The last exits, the newest first', tabindex: '0' },
      h('table', {}, h('thead', {}, h('tr', {}, ...head)), this.#rows),
    );
  }
}

const rowOf = ({ number, pc, why, did }: ExitRow): HTMLElement =>
  h('tr', {}, h('td', {}, String(number)), h('td', {}, pc), h('td', {}, why), h('td', {}, did));
