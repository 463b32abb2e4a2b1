/** The keys that do not reach the guest: Ctrl-A and one more, as in QEMU. */

const CTRL_A = 0x01;

export const ESCAPE_HELP = `
Ctrl-A h     this help
Ctrl-A x     leave: the guest is switched off
Ctrl-A p     where its processors are
Ctrl-A Ctrl-A   types Ctrl-A
`;

/** Keys about the virtual machine in front. */
export const VM_HELP = `Ctrl-A n     the next machine's console
Ctrl-A z     pause this machine, or let it go on
Ctrl-A s     keep it as it is now, disks too
Ctrl-A b     back to what was kept
Ctrl-A r     reset it
Ctrl-A k     kill it
`;

/** What a person wants of the machine in front. */
export type VmCommand = 'next' | 'pause' | 'keep' | 'back' | 'reset' | 'kill';

const COMMANDS: Readonly<Record<string, VmCommand>> = {
  n: 'next',
  z: 'pause',
  s: 'keep',
  b: 'back',
  r: 'reset',
  k: 'kill',
};

/** What became of some keys: those meant for the guest, and what the person wants of us. */
export interface Keys {
  readonly forGuest: readonly number[];
  readonly leave: boolean;
  readonly help: boolean;
  readonly where: boolean;
  readonly commands: readonly VmCommand[];
}

/** Remembers a Ctrl-A from one read to the next. */
export class EscapeKeys {
  #escaped = false;

  /** Sorts the bytes of one read from the terminal. Keys behind a Ctrl-A x are nobody's. */
  sort(bytes: Iterable<number>): Keys {
    const forGuest: number[] = [];
    const commands: VmCommand[] = [];
    let [help, where] = [false, false];
    for (const byte of bytes) {
      if (!this.#escaped && byte === CTRL_A) {
        this.#escaped = true;
        continue;
      }
      const key = this.#escaped ? String.fromCharCode(byte).toLowerCase() : '';
      if (key === 'x') return { forGuest, leave: true, help, where, commands };
      if (key === 'h' || key === '?') help = true;
      if (key === 'p') where = true;
      if (Object.hasOwn(COMMANDS, key)) commands.push(COMMANDS[key]);
      if (key === '' || byte === CTRL_A) forGuest.push(byte);
      this.#escaped = false;
    }
    return { forGuest, leave: false, help, where, commands };
  }
}
