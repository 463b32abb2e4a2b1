/** An explanation as lines of the terminal, and as JSON. */
import type { Explanation, FieldValue } from '#course/explain';
import { wrap, type Style } from './style';

const WIDEST = 100;
const LABEL_WIDTH = 15;

export function explanationLines(explanation: Explanation, columns: number, style: Style): string[] {
  const width = Math.min(columns, WIDEST);
  const { title, about, facts, fields, section } = explanation;
  return [
    style.strong(title),
    ...wrap(about, width, 2),
    '',
    ...facts.flatMap(([label, text]) => labelled(label, text, width, style)),
    ...(fields.length > 0 ? ['', ...fieldLines(fields, width, style)] : []),
    '',
    ...wrap(`→ ${section}`, width, 2).map(style.dim),
  ];
}

/** The text beside its label, and below itself. */
function labelled(label: string, text: string, width: number, style: Style): string[] {
  const [first, ...more] = wrap(text, width, LABEL_WIDTH + 2);
  return [`  ${style.dim(label.padEnd(LABEL_WIDTH))}${first.trimStart()}`, ...more];
}

const bitsText = ({ high, low }: FieldValue): string => (high === low ? String(high) : `${high}:${low}`);

function fieldLines(fields: readonly FieldValue[], width: number, style: Style): string[] {
  const nameWidth = Math.max(...fields.map(({ name }) => name.length)) + 2;
  const valueWidth = Math.max(...fields.map((field) => valueText(field).length));
  const left = 2 + 7 + nameWidth + (valueWidth > 0 ? valueWidth + 2 : 0);
  return fields.flatMap((field) => {
    const value = valueText(field);
    const shown = valueWidth > 0 ? `${value.padEnd(valueWidth)}  ` : '';
    const head = `  ${bitsText(field).padEnd(7)}${field.name.padEnd(nameWidth)}`;
    const [first, ...more] = wrap(aboutText(field), width, left);
    return [`${head}${field.value ? style.key(shown) : style.dim(shown)}${first.trimStart()}`, ...more];
  });
}

const valueText = ({ value }: FieldValue): string => {
  if (value === undefined) return '';
  return value < 10n ? String(value) : `0x${value.toString(16)}`;
};

const aboutText = ({ about, meaning }: FieldValue): string =>
  meaning === undefined ? about : `${meaning}  (${about})`;

/** Values are written as hexadecimal text: JSON has no integers of 64 bits. */
export const explanationJson = (explanation: Explanation) => ({
  ...explanation,
  facts: Object.fromEntries(explanation.facts),
  fields: explanation.fields.map(({ value, ...field }) => ({
    ...field,
    ...(value === undefined ? {} : { value: `0x${value.toString(16)}` }),
  })),
});
