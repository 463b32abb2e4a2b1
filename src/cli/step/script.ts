/** Keys written down: `nns`, `g100<enter>`. */
import { UsageError } from '#course';

const NAMES = [
  'enter', 'escape', 'backspace', 'up', 'down', 'left', 'right', 'page-up', 'page-down', 'space', 'less',
]; // prettier-ignore

/** Each letter is a key, `<name>` one without a letter, a line's end `<enter>`. Throws UsageError for a name that is none. */
export function keysOfScript(script: string): string[] {
  return [...script.matchAll(/<([a-z0-9-]+)>|\n|./gsu)].map(([text, name]) => {
    if (text === '\n') return 'enter';
    if (name === undefined) return text;
    if (!NAMES.includes(name))
      throw new UsageError(`--script: there is no key <${name}>; those with names are ${NAMES.join(', ')}.`);
    return name === 'space' ? ' ' : name === 'less' ? '<' : name;
  });
}
