/** Lesson 01: counting exits of guests that compute and call. */
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

/** How often does a guest that only computes leave the guest? Once a slice, whatever it computes. */
export function fewExits(random: Random): Draft {
  const slice = random.pick([1000, 2000, 5000, 10_000]);
  const exits = random.int(3, 40);
  const instructions = slice * exits;
  return {
    kind: 'number',
    ask: `A guest executes ${instructions} additions and branches, nothing else, and is still running. A slice is ${slice} instructions. How many \`budget\` exits has it taken?`,
    answer: exits,
    within: 0,
    unit: 'exits',
    hex: false,
    why: `Innocuous instructions do not exit. Only the end of a slice does: ${instructions} / ${slice} = ${exits}.`,
    mistakes: realMistakes(exits, [
      {
        answer: instructions,
        why: 'That would be an exit for each instruction: a simulator, not a hypervisor. Additions run directly on the hart.',
      },
      {
        answer: 0,
        why: 'The guest never asks for anything, but it does not own the processor either: each slice ends in a `budget` exit.',
      },
      {
        answer: exits + 1,
        why: 'Entering is not an exit. Count the times the guest left: once at the end of each slice.',
      },
      {
        answer: exits - 1,
        why: 'The last slice ended, too: the guest has executed exactly that many instructions and was stopped again.',
      },
    ]),
  };
}

/** The whole count for a guest that prints a text through the firmware and stops. */
export function oneMoreExit(random: Random): Draft {
  const characters = random.int(5, 30);
  const calls = characters + 1;
  return {
    kind: 'number',
    ask: `A guest prints ${characters} characters with one firmware call each, then asks for shutdown. How many exits of kind \`ecall\` does the run loop see?`,
    answer: calls,
    within: 0,
    unit: 'exits',
    hex: false,
    why: `Each \`ecall\` of the guest's kernel is one exit: ${characters} to print, 1 to shut down. Everything between them runs without the hypervisor.`,
    mistakes: realMistakes(calls, [
      {
        answer: characters,
        why: 'The shutdown is a call like the others: the hypervisor sees it as an exit and then stops the machine.',
      },
      { answer: characters + 2, why: 'One too many: each character is one call, and the shutdown is one.' },
      {
        answer: 1,
        why: 'Printing is not free: the guest cannot reach the console without leaving, once for every call.',
      },
    ]),
  };
}
