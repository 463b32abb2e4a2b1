/** What is walked through: a lesson's guest under the student's part, a guest of the course, or a kernel from a file. */
import { findWrittenLesson, nameOf, UsageError, type WrittenLesson } from '#course';
import { Walk, type Boot } from '#course/step';
import { referenceParts } from '#reference';
import { bootVms, type Parts, type TechniqueName } from '#vmm';
import type { StepFlags } from '../commands/step';
import type { Context } from '../context';
import { courseGuest, guestOrKernel, type OneVm } from '../one-vm';
import { ownParts } from '../own-parts';
import { techniqueOf } from '../technique-option';
import { StepSession } from './session';

/** Parts that say under which technique they run; all others do under trap-and-emulate. */
const TECHNIQUE_OF: Partial<Readonly<Record<keyof Parts, TechniqueName>>> = {
  gStage: 'hardware',
  hardwareAssist: 'hardware',
  binaryTranslator: 'binary-translation',
  paravirtualCpu: 'paravirtual',
};

/** Parts that no walk asks for anything, and why. */
const NOT_WALKED: Partial<Readonly<Record<keyof Parts, string>>> = {
  classifier: 'is no part of a hypervisor: `hv classify` shows what it does',
  scheduler: 'chooses between virtual processors, and a walk has one',
};

/** Throws UsageError for what is neither a lesson, a guest nor a file, and whatever says that it cannot be booted. */
export async function openSession(context: Context, what: string, flags: StepFlags): Promise<StepSession> {
  const lesson = lessonOf(context, what);
  const technique = techniqueFor(flags, lesson);
  const { name, vm, program, isa } = lesson
    ? courseGuest(flags.guest ?? lesson.guests[0])
    : found(what, flags, technique);
  const parts = { ...referenceParts, ...(await partsFor(context, flags, technique, lesson)) };
  const boot: Boot = ({ onGuestEvent, ...listeners }) =>
    bootVms({
      vms: [vm],
      technique,
      parts,
      isa,
      ...listeners,
      ...(onGuestEvent ? { onGuestEvent: (_vm, _vcpu, event) => onGuestEvent(event) } : {}),
    });
  const compared = {
    guest: name,
    program,
    technique,
    parts,
    reference: referenceParts,
    memoryBytes: vm.memoryBytes,
    isa,
  };
  return new StepSession(new Walk(boot), {
    title: `${name} ${technique === 'bare' ? 'on the bare machine' : `under ${technique}`}${lesson && technique !== 'bare' ? `, your ${nameOf(lesson)}` : ''}`,
    program,
    compared:
      technique === 'bare'
        ? 'This is bare metal.'
        : vm.initrd
          ? 'A kernel with an initrd is not compared with bare metal.'
          : compared,
  });
}

function lessonOf({ course }: Context, what: string): WrittenLesson | undefined {
  const isLesson = /^\d+(-|$)/.test(what) || course.lessons.some(({ slug }) => slug === what);
  if (!isLesson) return undefined;
  const lesson = findWrittenLesson(course, what);
  const why = NOT_WALKED[lesson.part];
  if (why !== undefined) throw new UsageError(`The part of ${nameOf(lesson)} ${why}.`);
  return lesson;
}

function techniqueFor({ bare, vmm, technique = vmm }: StepFlags, lesson: WrittenLesson | undefined): TechniqueName {
  if (bare && technique !== undefined) throw new UsageError('--bare is no hypervisor: leave out --vmm.');
  if (bare) return 'bare';
  return technique === undefined && lesson ? (TECHNIQUE_OF[lesson.part] ?? 'trap-and-emulate') : techniqueOf(technique);
}

/** In a lesson, its own part is the student's, whether it passes or not; `--part` counts more. */
async function partsFor(
  context: Context,
  flags: StepFlags,
  technique: TechniqueName,
  lesson: WrittenLesson | undefined,
): Promise<Partial<Parts>> {
  if (technique === 'bare') {
    if (flags.mine || flags.part.length > 0)
      throw new UsageError('--part and --mine belong to a hypervisor, and with --bare there is none.');
    return {};
  }
  const own = lesson ? [`${lesson.number}=exercises`] : [];
  return ownParts(context, { ...flags, part: [...own, ...flags.part] });
}

function found(what: string, flags: StepFlags, technique: TechniqueName): OneVm {
  if (flags.guest !== undefined) throw new UsageError('--guest goes with a lesson, as in `hv step 04 --guest timer`.');
  return guestOrKernel(what, flags, technique);
}
