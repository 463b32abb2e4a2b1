/** A profile as two tables: the functions of the guest, and the host's time by what it went to. */
import { functionsOf, type Profile } from '#course/profile';
import { clip, type Style } from './style';

/** Prints `rows` functions. */
export function profileLines(profile: Profile, title: string, rows: number, columns: number, style: Style): string[] {
  const { instructions, every, stacks, end } = profile;
  const samples = [...stacks.values()].reduce((sum, stack) => sum + stack.samples, 0);
  const counts = `${instructions.toLocaleString('en')} instructions, ${samples.toLocaleString('en')} samples, one each ${every.toLocaleString('en')}`;
  return [
    `${style.strong(title)}: ${counts}; ${end}`,
    '',
    ...(samples === 0
      ? ['No samples: the guest ended before the first. A smaller --every takes more.']
      : functionLines(profile, samples, rows, columns, style)),
    '',
    ...timeLines(profile, columns, style),
  ];
}

function functionLines({ stacks }: Profile, samples: number, rows: number, columns: number, style: Style): string[] {
  const all = functionsOf(stacks);
  const percent = (part: number): string => `${((100 * part) / samples).toFixed(1)} %`.padStart(8);
  const rest = all.length - rows;
  return [
    style.dim(`${'itself'.padStart(8)}${'and below'.padStart(11)}   function of the guest`),
    ...all.slice(0, rows).map(({ name, own, total }) => clip(`${percent(own)}   ${percent(total)}   ${name}`, columns)),
    ...(rest > 0 ? [style.dim(`  ... ${rest} more; --rows shows them`)] : []),
  ];
}

function timeLines({ time }: Profile, columns: number, style: Style): string[] {
  const shares = time.shares();
  const all = shares.reduce((sum, { ms }) => sum + ms, time.guestMs);
  const row = (name: string, exits: number | undefined, ms: number): string => {
    const each = exits === undefined ? '' : ((1000 * ms) / exits).toFixed(1);
    const percent = `${((100 * ms) / (all || 1)).toFixed(1)} %`;
    return clip(
      `${percent.padStart(8)}${ms.toFixed(1).padStart(11)}${(exits === undefined ? '' : exits.toLocaleString('en')).padStart(11)}${each.padStart(9)}   ${name}`,
      columns,
    );
  };
  return [
    style.dim(
      `${''.padStart(8)}${'ms'.padStart(11)}${'exits'.padStart(11)}${'µs each'.padStart(9)}   the host's time, another on each run`,
    ),
    row('the guest itself', undefined, time.guestMs),
    ...shares.map(({ kind, exits, ms }) => row(kind, exits, ms)),
  ];
}
