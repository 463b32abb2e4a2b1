/** The CSRs of guest and host beside each other, and the chosen one field by field. */
import { explain, type FieldValue } from '#course/explain';
import type { CsrValue } from '#course/step';
import { clip, flow, type Style } from '../style';
import { hex, hex16, windowAround, type Drawn } from './view';

/** Which side of which row is chosen. */
export interface CsrPlace {
  readonly row: number;
  readonly side: 'guest' | 'host';
}

const NAME = 11;
const CELL = NAME + 17;

export function csrLines(drawn: Drawn): string[] {
  const { session, now, style, columns, rows } = drawn;
  const { guestCsrs, hostCsrs } = now;
  const before = { guest: session.before?.guestCsrs, host: session.before?.hostCsrs };
  const { row: chosen, side } = session.csr;
  const count = Math.max(guestCsrs.length, hostCsrs.length);
  const cell = (csr: CsrValue | undefined, whose: CsrPlace['side'], row: number): string => {
    if (!csr) return ' '.repeat(CELL);
    const [name, value] = csr;
    const old = before[whose]?.find(([each]) => each === name)?.[1];
    const changed = old !== undefined && old !== value;
    const text = `${name.padEnd(NAME)}${changed ? '*' : ' '}${hex16(value)}`;
    return row === chosen && side === whose ? style.strong(text) : changed ? style.key(text) : text;
  };
  const lines = Array.from({ length: count }, (_, row) => {
    const mark = row === chosen ? '>' : ' ';
    const left = cell(guestCsrs[row], 'guest', row);
    const right = cell(hostCsrs[row], 'host', row);
    return `${mark}${side === 'guest' ? mark : ' '}${left}  ${side === 'host' ? mark : ' '} ${right}`;
  });
  const head = style.dim(`  ${whoseGuest(drawn).padEnd(CELL)}    ${whoseHost(drawn)}`);
  const csr = (side === 'guest' ? guestCsrs : hostCsrs)[chosen] as CsrValue | undefined;
  const decoded = csr ? fieldLines(csr, columns, style) : [];
  const room = Math.max(3, rows - 1 - decoded.length);
  return [head, ...windowAround(lines, chosen, room), ...decoded];
}

const whoseGuest = ({ now }: Drawn): string =>
  now.guestCsrs.length === 0 ? 'the guest has none: it is ported' : "the guest's";

const whoseHost = ({ now }: Drawn): string =>
  now.stages.length > 1 || now.guestCsrs.length === 0 ? "the hypervisor's, on the hart" : "the firmware's";

/** Name, value, and what each of its fields means. */
export function fieldLines([name, value]: CsrValue, columns: number, style: Style): string[] {
  const { about, fields } = explain(`${name}=${hex(value)}`);
  return [
    style.strong(`${name} = ${hex(value)}`) + clip(`  ${about}`, Math.max(0, columns - 24)),
    ...flow(fields.map(fieldText), columns),
  ];
}

const fieldText = ({ name, value = 0n, meaning }: FieldValue): string =>
  `${name}=${value < 10n ? value : hex(value)}${meaning === undefined ? '' : ` (${meaning})`}`;
