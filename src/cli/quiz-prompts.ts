/** One question asked with inquirer: a list to choose from, boxes to tick, or a line to type. */
import { GAP, readAnswer, type Answer, type Question } from '#course/quiz';
import { choiceLines, richLine, type Page } from './quiz-text';

interface Out extends Page {
  write(text: string): void;
}

/** The answer, or undefined if Ctrl-C was pressed. Loads inquirer on first use: it is an ES module and slow to load. */
export async function askInTerminal(
  question: Question,
  shown: readonly number[],
  out: Out,
): Promise<Answer | undefined> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.prompt as unknown as (questions: readonly object[]) => Promise<{ answer: Answer }>;
  try {
    const { answer } = await prompt([promptFor(question, shown, out)]);
    return typed(question) ? readTyped(question, String(answer), shown) : answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return undefined;
    throw error;
  }
}

/** Yes or no; Ctrl-C is a no. */
export async function confirmInTerminal(message: string): Promise<boolean> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.prompt as unknown as (questions: readonly object[]) => Promise<{ answer: boolean }>;
  try {
    const { answer } = await prompt([{ name: 'answer', type: 'confirm', message, default: true }]);
    return answer;
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') return false;
    throw error;
  }
}

function typed(question: Question): boolean {
  return !['choose', 'choose-all', 'fault'].includes(question.kind);
}

function readTyped(question: Question, line: string, shown: readonly number[]): Answer {
  const read = readAnswer(question, line, shown);
  if (!read.ok) throw new Error(`an answer passed validation and cannot be read: ${line}`);
  return read.answer;
}

function promptFor(question: Question, shown: readonly number[], out: Out): object {
  const common = { name: 'answer' };
  switch (question.kind) {
    case 'choose':
      return { ...common, type: 'select', message: 'Choose one', choices: listed(question.choices, shown, out) };
    case 'choose-all':
      return {
        ...common,
        type: 'checkbox',
        message: 'Choose all that apply',
        choices: listed(question.choices, shown, out),
        loop: false,
      };
    case 'fault': {
      const lines = question.choices.map((choice) => ({ text: `\`${choice.text}\`` }));
      return {
        ...common,
        type: 'select',
        message: 'Which line is wrong?',
        choices: listed(lines, shown, out),
        loop: false,
        pageSize: 20,
      };
    }
    case 'order':
      out.write(`${choiceLines(question, shown, out).join('\n')}\n`);
      return { ...line(question, shown), message: 'The letters in their order' };
    case 'match':
      out.write(`${choiceLines(question, shown, out).join('\n')}\n`);
      return { ...line(question, shown), message: `The letters for 1 to ${question.pairs.length}` };
    case 'fill':
      out.write(`${choiceLines(question, shown, out).join('\n')}\n`);
      return { ...line(question, shown), message: `${GAP} is` };
    case 'predict':
      return { ...line(question, shown), message: `$ ${question.command} prints` };
    case 'number':
      return { ...line(question, shown), message: question.unit ? `A number (${question.unit})` : 'A number' };
  }
}

function listed(choices: readonly { readonly text: string }[], shown: readonly number[], page: Page): object[] {
  return shown.map((index) => ({
    name: richLine(choices[index].text, page),
    value: index,
    short: choices[index].text,
  }));
}

/** A line of text that must be readable as an answer before it is taken. */
function line(question: Question, shown: readonly number[]): object {
  const validate = (text: string): true | string => {
    const read = readAnswer(question, text, shown);
    return read.ok || read.problem;
  };
  return { name: 'answer', type: 'input', validate };
}
