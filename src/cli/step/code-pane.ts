/** The code around the pc: address, instruction, label, and the line of the source where there is one. */
import { codeAround, type CodeLine } from '#course/step';
import { clip } from '../style';
import { hex, type Drawn } from './view';

const TEXT_WIDTH = 28;

export function codeLines({ session, now, style, columns, rows }: Drawn): string[] {
  const { program } = session.subject;
  const lines = codeAround(now, now.pc, rows, Math.floor((rows - 1) / 2), program);
  const width = Math.max(10, ...lines.map(({ pc }) => hex(pc).length));
  return lines.map((line) => {
    const here = line.pc === now.pc;
    const text = clip(`${here ? '▸' : ' '} ${hex(line.pc).padEnd(width)}  ${shown(line)}`, columns);
    return here ? style.strong(text) : text;
  });
}

function shown({ text, label, source }: CodeLine): string {
  const place = [label === undefined ? '' : `<${label}>`, source === undefined ? '' : `${source.place}  ${source.text}`]
    .filter((part) => part !== '')
    .join('  ');
  return place === '' ? text : `${text.padEnd(TEXT_WIDTH)}  ${place}`;
}
