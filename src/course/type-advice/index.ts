/** The door to advice on type errors: the commonest mistakes in these exercises, in the student's words. */
import { answers } from './answers';
import { Declarations } from './declarations';
import { adviceOn, type Mistake } from './mistake';
import { names } from './names';
import { numbers } from './numbers';
import { shapes } from './shapes';
import { StudentSource } from './student-source';
import { syntax } from './syntax';

/** What is particular stands before what is general. */
export const MISTAKES: readonly Mistake[] = [...syntax, ...numbers, ...answers, ...shapes, ...names];

interface Problem {
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly text: string;
}

/** `root`: the package, whose types the parts are written against. */
export class Adviser {
  private readonly declarations: Declarations;

  constructor(root: string) {
    this.declarations = new Declarations(root);
  }

  /** On each problem of a file with this text: what to do about it, if it is one of the common ones. */
  on(problems: readonly Problem[], text: string): (string | undefined)[] {
    const source = new StudentSource(text);
    const { declarations } = this;
    return problems.map(({ line, column, ...said }) =>
      adviceOn({ ...said, at: source.offset(line, column), source, declarations }, MISTAKES),
    );
  }
}
