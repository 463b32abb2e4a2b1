/** What a person does in the stepper, key by key, and what they see of it: no terminal is needed for that. */
import {
  addressOf,
  COMPARED,
  differenceFromBare,
  findLast,
  findNext,
  matcher,
  Sight,
  type Compared,
  pathTo,
  type Way,
  type Walk,
} from '#course/step';
import type { Program } from '#machine';
import type { CsrPlace } from './csr-view';
import { linesOf } from './table-view';
import { grouped } from './view';

/** What is walked through. */
export interface Subject {
  /** `csr-torture under trap-and-emulate, 03 trap-and-emulate yours`. */
  readonly title: string;
  readonly program?: Program;
  /** Missing where nothing can be compared with bare metal, with the reason in words. */
  readonly compared: Compared | string;
}

export type ViewName = 'registers' | 'csrs' | 'tables' | 'tlb' | 'exits' | 'devices' | 'output' | 'help';

const VIEW_KEYS: Readonly<Record<string, ViewName>> = {
  x: 'registers',
  c: 'csrs',
  t: 'tables',
  l: 'tlb',
  e: 'exits',
  d: 'devices',
  o: 'output',
  h: 'help',
  '?': 'help',
};

interface Prompt {
  readonly label: string;
  readonly text: string;
  readonly then: (text: string) => Way | undefined;
}

const PAGE = 10;
const LONGEST_COUNT = 9;

export class StepSession {
  readonly walk: Walk;
  readonly subject: Subject;
  /** How it was before the last move: what differs is marked. */
  before: Sight | undefined;
  view: ViewName = 'registers';
  /** The chosen line of a view. */
  cursor = 0;
  csr: CsrPlace = { row: 0, side: 'guest' };
  /** Keys of the tables that are open. */
  readonly open = new Set<string>();
  message: readonly string[] = [];
  prompt: Prompt | undefined;
  /** How the person left, if they have. */
  left: 'left' | 'interrupted' | undefined;
  #count = '';
  #search: { readonly text: string; readonly back: boolean } | undefined;

  constructor(walk: Walk, subject: Subject) {
    this.walk = walk;
    this.subject = subject;
  }

  get now(): Sight {
    return new Sight(this.walk.host);
  }

  /** A count that is being typed. */
  get count(): string {
    return this.#count;
  }

  /** One key; gives the way to where it leads, if it leads anywhere. */
  press(key: string): Way | undefined {
    if (key === 'ctrl-c') return this.#leave('interrupted');
    if (this.prompt) return this.#type(this.prompt, key);
    this.message = [];
    if (/^\d$/.test(key) && this.#count.length < LONGEST_COUNT) {
      this.#count += key;
      return undefined;
    }
    const count = Number(this.#count || '1');
    this.#count = '';
    return this.#command(key, count);
  }

  #command(key: string, count: number): Way | undefined {
    if (Object.hasOwn(VIEW_KEYS, key)) return this.#show(VIEW_KEYS[key]);
    switch (key) {
      case 's':
      case ' ':
        return this.#move(this.walk.goTo(this.walk.step + count));
      case 'b':
      case 'backspace':
        return this.#move(this.walk.goTo(this.walk.step - count));
      case 'n':
        return this.#move(this.walk.goToExit(this.walk.exitCount + count));
      case 'p':
        return this.#move(this.#exitsBack(count));
      case 'g':
        return this.#ask('go to', (text) => this.#goTo(text));
      case '/':
        return this.#ask('search on', (text) => this.#searchFor(text, false));
      case '\\':
        return this.#ask('search back', (text) => this.#searchFor(text, true));
      case 'r':
        return this.#search && this.#searchFor(this.#search.text, this.#search.back);
      case 'f':
        return this.#difference();
      case 'q':
      case 'ctrl-d':
        return this.#leave('left');
      default:
        return this.#choose(key);
    }
  }

  #leave(how: 'left' | 'interrupted'): undefined {
    this.left = how;
  }

  // Moves

  /** The way, and what there is to say at its end. */
  *#move(way: Way): Way {
    this.before = this.now;
    yield* way;
    if (this.walk.end !== undefined) this.message = [`Over: ${this.walk.end}.`];
  }

  *#exitsBack(count: number): Way {
    for (let i = 0; i < count && this.walk.step > 0; i++) yield* this.walk.previousExit();
  }

  #goTo(text: string): Way | undefined {
    const { walk } = this;
    const [, what, digits] = /^(exit|step|)\s*(\d{1,15})$/.exec(text) ?? [];
    const number = Number(digits);
    if (what === 'exit') return this.#move(number === 0 ? walk.goTo(0) : walk.goToExit(number));
    if (what === 'step') return this.#move(walk.goTo(number));
    if (what === '') return this.#move(walk.goToInstruction(number));
    if (text === 'end') return this.#move(walk.goTo(Infinity));
    if (addressOf(text, this.subject.program) !== undefined) return this.#searchFor(text, false);
    this.message = [
      `There is no symbol "${text}". Give a number of instructions, exit N, step N, end, a symbol or 0x…`,
    ];
    return undefined;
  }

  #searchFor(text: string, back: boolean): Way {
    this.#search = { text, back };
    return this.#move(this.#toMatch(text, back));
  }

  *#toMatch(text: string, back: boolean): Way {
    const { walk } = this;
    const matches = matcher(text, this.subject.program);
    const place = yield* back ? findLast(walk, matches) : findNext(walk, matches);
    if (place === undefined) this.message = [`"${text}" is not executed ${back ? 'before' : 'after'} this place.`];
    else yield* walk.goToInstruction(place);
  }

  #difference(): Way | undefined {
    const { compared } = this.subject;
    if (typeof compared === 'string') {
      this.message = [compared];
      return undefined;
    }
    return this.#move(this.#toDifference(compared));
  }

  *#toDifference(compared: Compared): Way {
    const found = differenceFromBare(compared);
    if (!found) {
      this.message = [`No difference from bare metal in ${grouped(COMPARED)} instructions and traps.`];
      return;
    }
    yield* this.walk.goToInstruction(found.instruction ?? Infinity);
    this.message = found.message.split('\n');
  }

  // Views

  #show(view: ViewName): undefined {
    this.view = view;
    this.cursor = 0;
    if (view === 'tables' && this.open.size === 0)
      for (const stage of this.now.stages) for (const key of pathTo(stage, this.now.pc)) this.open.add(key);
  }

  #choose(key: string): undefined {
    const by = { up: -1, down: 1, 'page-up': -PAGE, 'page-down': PAGE }[key];
    if (this.view === 'csrs') this.#chooseCsr(key, by);
    else if (by !== undefined) this.cursor = Math.max(0, this.cursor + by);
    if (this.view === 'tables') this.#chooseTable(key);
    return undefined;
  }

  #chooseCsr(key: string, by = 0): void {
    const { guestCsrs, hostCsrs } = this.now;
    const turned =
      key === 'left' ? 'guest' : key === 'right' ? 'host' : key === 'enter' ? other(this.csr.side) : this.csr.side;
    const side = guestCsrs.length === 0 ? 'host' : turned;
    const most = (side === 'guest' ? guestCsrs : hostCsrs).length - 1;
    this.csr = { side, row: Math.max(0, Math.min(most, this.csr.row + by)) };
  }

  #chooseTable(key: string): void {
    const lines = linesOf(this, this.now.stages, this.now.pc);
    this.cursor = Math.min(this.cursor, lines.length - 1);
    const row = lines[this.cursor]?.row;
    if (row?.kind !== 'table') return;
    if (key === 'left' || (key === 'enter' && row.open)) this.open.delete(row.key);
    else if (key === 'right' || key === 'enter') this.open.add(row.key);
  }

  // Prompts

  #ask(label: string, then: Prompt['then']): undefined {
    this.prompt = { label, text: '', then };
  }

  #type(prompt: Prompt, key: string): Way | undefined {
    const { text } = prompt;
    this.prompt = undefined;
    if (key === 'enter') return text.trim() === '' ? undefined : prompt.then(text.trim());
    if (key === 'escape') return undefined;
    const typed = key === 'backspace' ? text.slice(0, -1) : [...key].length === 1 ? text + key : text;
    this.prompt = { ...prompt, text: typed };
    return undefined;
  }
}

const other = (side: CsrPlace['side']): CsrPlace['side'] => (side === 'guest' ? 'host' : 'guest');
