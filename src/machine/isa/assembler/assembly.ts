/** A program while it is read: sections that grow, names that become known. Nothing has an address yet. */
import { absolute, evaluate, parseExpression, type Expression, type Scope, type Value } from './expression';
import { Mistake, type SourceLine } from './program';
import { Section } from './sections';

/** A name that stands for an expression whose own names may come later, as `.equ end, last_label` does. */
type Definition = { readonly value: Value | Expression; readonly redefinable: boolean };

export class Assembly {
  readonly sections = new Map<string, Section>();
  section: Section;
  /** The statement that is being read. */
  source: SourceLine = { file: '', line: 0, text: '' };
  /** The expressions of %pcrel_hi, by the place of their instruction. */
  private readonly highs = new Map<string, Expression>();
  private readonly definitions = new Map<string, Definition>();
  private readonly numericLabels = new Map<string, number>();
  private readonly evaluating = new Set<string>();
  private readonly previous: Section[] = [];

  constructor() {
    this.section = this.enter('.text');
  }

  /** Goes on in this section, made if it is new; `.previous` leads back. */
  enter(name: string, flags?: string): Section {
    const section = this.sections.get(name) ?? new Section(name, flags);
    this.sections.set(name, section);
    if (this.section) this.previous.push(this.section);
    return (this.section = section);
  }

  leave(): void {
    const back = this.previous.pop();
    if (!back) throw new Mistake('there is no section to go back to');
    this.section = back;
  }

  /** The address of what comes next. */
  get here(): Value {
    return { section: this.section, number: BigInt(this.section.size) };
  }

  label(name: string): void {
    if (!/^\d/.test(name)) return this.define(name, this.here, false);
    const count = (this.numericLabels.get(name) ?? 0) + 1;
    this.numericLabels.set(name, count);
    this.define(localName(name, count), this.here, false);
  }

  /** Only .set may define a name twice, and only one of its own. */
  define(name: string, value: Value | Expression, redefinable: boolean): void {
    const known = this.definitions.get(name);
    if (known && !(known.redefinable && redefinable)) throw new Mistake(`"${name}" is already defined`);
    this.definitions.set(name, { value, redefinable });
  }

  /** Reads an expression; what is not known yet is left for the end. */
  parse(text: string): Expression {
    const unique = text.replaceAll(/(?<![\w.$'])(\d+)([fb])(?![\w.$'])/g, (_, digits: string, way: string) => {
      const count = this.numericLabels.get(digits) ?? 0;
      if (way === 'b' && count === 0) throw new Mistake(`there is no label ${digits} before this line`);
      return localName(digits, way === 'f' ? count + 1 : count);
    });
    return parseExpression(unique, this.known);
  }

  /** A number that must be known at this point: how much to reserve, how often to repeat. */
  number(text: string): bigint {
    return absolute(evaluate(this.parse(text), this.known));
  }

  /** The value of an expression if it is known at this point, which may be an address in a section. */
  valueNow(expression: Expression): Value | undefined {
    return isKnown(expression) ? evaluate(expression, this.known) : undefined;
  }

  isDefined(name: string): boolean {
    return this.definitions.has(name);
  }

  /** The address or number that a value is, when all sections have been placed. */
  addressOf({ section, number }: Value): bigint {
    return number + (section instanceof Section ? section.address : 0n);
  }

  /** Notes what the %pcrel_hi of the next instruction is of. */
  noteHigh(target: Expression): void {
    this.highs.set(placeName(this.here), target);
  }

  /** What the %pcrel_hi at a place is of; undefined if there is none. */
  highAt(place: Value): Expression | undefined {
    return this.highs.get(placeName(place));
  }

  /** What an expression comes to when everything has been read: perhaps an address in a section. */
  finalValue(expression: Expression): Value {
    return evaluate(expression, this.final);
  }

  /** The same as a number, when all sections have been placed. */
  finalNumber(expression: Expression): bigint {
    return this.addressOf(this.finalValue(expression));
  }

  /** All names but those of local labels. Call it when everything has been read. */
  *symbols(): Iterable<[name: string, value: Value]> {
    for (const [name, { value }] of this.definitions) {
      if (name.startsWith('.L')) continue;
      yield [name, 'kind' in value ? this.final(name)! : value];
    }
  }

  private readonly known: Scope = (name) => {
    if (name === '.') return this.here;
    const value = this.definitions.get(name)?.value;
    return value === undefined || 'kind' in value ? undefined : value;
  };

  /** What a name means when everything has been read. */
  private readonly final: Scope = (name) => {
    const definition = this.definitions.get(name);
    if (!definition) {
      const [, digits] = LOCAL_NAME.exec(name) ?? [];
      if (digits !== undefined) throw new Mistake(`there is no label ${digits} after this line`);
      return undefined;
    }
    if (!('kind' in definition.value)) return definition.value;
    if (this.evaluating.size > 1000) throw new Mistake(`"${name}" is defined by a chain of more than 1000 names`);
    if (this.evaluating.has(name)) throw new Mistake(`"${name}" is defined by itself`);
    this.evaluating.add(name);
    const value = evaluate(definition.value, this.final);
    this.evaluating.delete(name);
    this.definitions.set(name, { ...definition, value });
    return value;
  };
}

const placeName = ({ section, number }: Value) => `${section?.name} ${number}`;

/** The second label 1 of a program is `.L1.2`, so that `1f` and `1b` mean the right one wherever they are looked up. */
const localName = (digits: string, count: number) => `.L${digits}.${count}`;
const LOCAL_NAME = /^\.L(\d+)\.\d+$/;

function isKnown(expression: Expression): boolean {
  switch (expression.kind) {
    case 'value':
      return true;
    case 'symbol':
      return false;
    case 'unary':
      return isKnown(expression.a);
    case 'binary':
      return isKnown(expression.a) && isKnown(expression.b);
  }
}
