/** Profiles a guest and shows the result: as tables, as JSON, as folded stacks, as a flame graph. */
import { writeFileSync } from 'node:fs';
import { UsageError } from '#course';
import { flameGraph, foldedText, functionsOf, profile, type Profile } from '#course/profile';
import { referenceParts } from '#reference';
import { bootVms } from '#vmm';
import type { ProfileFlags } from './commands/profile';
import type { Context } from './context';
import { fileTrouble } from './image-file';
import { namesWith } from './names';
import { wholeNumber } from './numbers';
import { guestOrKernel } from './one-vm';
import { ownParts } from './own-parts';
import { profileLines } from './profile-text';
import { styleFor } from './style';
import { techniqueOf } from './technique-option';

/** Throws UsageError and InputError for what cannot be profiled. A part that fails ends the profile, and what came before is shown. */
export async function profileGuest(context: Context, what: string, flags: ProfileFlags): Promise<void> {
  if (flags.bare && (flags.vmm !== undefined || flags.mine || flags.part.length > 0))
    throw new UsageError('--vmm, --part and --mine belong to a hypervisor, and with --bare there is none.');
  if (flags.folded === '-' && context.json)
    throw new UsageError('--folded - and --json would both print; give --folded a file.');
  const technique = flags.bare ? 'bare' : techniqueOf(flags.vmm);
  const [most, rows] = [wholeNumber('--most', flags.most), wholeNumber('--rows', flags.rows)];
  const { name, vm, program, isa } = guestOrKernel(what, flags, technique);
  const parts = { ...referenceParts, ...(flags.bare ? {} : await ownParts(context, flags)) };
  const run = (every: number): Profile =>
    profile({
      boot: (onEvent) => bootVms({ vms: [vm], technique, parts, isa, onEvent }),
      names: flags.symbols === undefined ? program.names : namesWith(program.symbols, flags.symbols),
      every,
      most,
      now: () => performance.now(),
    });
  const profiled = flags.every === undefined ? oftenEnough(run) : run(wholeNumber('--every', flags.every));
  const title = `${name} ${flags.bare ? 'on the bare machine' : `under ${technique}`}`;
  write(context, profiled, title, flags);
  if (context.json) context.io.out(`${JSON.stringify({ guest: name, technique, ...profileJson(profiled) })}\n`);
  else if (flags.folded !== '-')
    context.io.out(`${profileLines(profiled, title, rows, context.io.columns, styleFor(context.colour)).join('\n')}\n`);
  if (profiled.failed) context.exitCode = 1;
}

/** No loop is likely to take so many instructions, or a part of it. */
const EVERY = 997;
const ENOUGH = 500;

/** A short guest runs again, with more samples: about `ENOUGH`. */
function oftenEnough(run: (every: number) => Profile): Profile {
  const first = run(EVERY);
  const { instructions, failed } = first;
  return failed || instructions >= ENOUGH * EVERY ? first : run(Math.max(1, Math.floor(instructions / ENOUGH)));
}

function write({ io }: Context, profiled: Profile, title: string, { folded, svg }: ProfileFlags): void {
  if (svg !== undefined) fileTrouble(svg, () => writeFileSync(svg, flameGraph(profiled, title)));
  if (folded === '-') io.out(foldedText(profiled.stacks));
  else if (folded !== undefined) fileTrouble(folded, () => writeFileSync(folded, foldedText(profiled.stacks)));
}

/** Times are milliseconds of the host. */
function profileJson({ instructions, every, stacks, time, end }: Profile) {
  return {
    instructions,
    every,
    end,
    stacks: [...stacks.values()],
    functions: functionsOf(stacks),
    host: { guestMs: time.guestMs, exits: time.shares() },
  };
}
