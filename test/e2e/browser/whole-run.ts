/** One whole run of a system on the bare machine, plain data in and out: to be had in Node and in a browser's worker. */
import { BOARD, createMachine, initrdImage, loadImage } from '#machine';

export interface Files {
  readonly firmware: Uint8Array;
  readonly kernel: Uint8Array;
  readonly initrd?: Uint8Array;
}

export interface Script {
  readonly bootargs?: string;
  readonly ramBytes?: number;
  /** Regular expressions for the end of what has been printed, and what is typed when they match. */
  readonly typing: readonly (readonly [pattern: string, text: string])[];
  /** Instructions after which the run is given up. */
  readonly patience: number;
}

export interface Ran {
  readonly printed: string;
  readonly why: string;
  readonly instructions: number;
  readonly digest: string;
  /** How long it took by the clock of whoever ran it. */
  readonly ms: number;
}

/** Instructions between two looks at the console. */
const SLICE = 200_000;
const KERNEL = BOARD.ram.base + 2 ** 21;

export function wholeRun(files: Files, { bootargs, ramBytes, typing, patience }: Script, now: () => number): Ran {
  const begun = now();
  let printed = '';
  const machine = createMachine({ ramBytes, console: (byte) => (printed += String.fromCharCode(byte)) });
  const { ram } = machine;
  const kernel = loadImage(files.kernel, 'the kernel', { ram, rawAddress: KERNEL });
  machine.load({
    firmware: loadImage(files.firmware, 'the firmware', { ram }),
    kernel,
    initrd: files.initrd && initrdImage(files.initrd, 'the initrd', kernel, ram),
    bootargs,
  });
  const waiting = typing.map(([pattern, text]) => [new RegExp(pattern), text] as const);
  let why = 'budget';
  for (let left = patience; left > 0 && why === 'budget'; left -= SLICE) {
    ({ why } = machine.run(SLICE));
    if (waiting[0]?.[0].test(printed.slice(-200))) machine.input(bytesOf(waiting.shift()![1]));
  }
  const ran = { printed, why, instructions: machine.harts[0].begun, digest: machine.digest(), ms: now() - begun };
  machine.release();
  return ran;
}

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
