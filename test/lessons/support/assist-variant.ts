/** A `hardwareAssist` that is right but for what is changed in it, so that each wrong solution shows its mistake and nothing else. */
import type { GuestControlName, GuestCsrName, HardwareAssist } from '#vmm';
import { hardwareAssist as right } from '../../../solutions/14-hardware-assist/hardware-assist';

export { right };

/** What becomes of a value that `configure` writes; undefined: it is not written. */
type Change = (value: bigint) => bigint | undefined;

/** Other values in the CSRs of `configure`. */
export function configuring(changed: Partial<Record<GuestControlName, Change>>): HardwareAssist {
  return {
    ...right,
    configure: (csr) =>
      right.configure({
        read: (name) => csr.read(name),
        write(name, value) {
          const change = changed[name];
          const written = change ? change(value) : value;
          if (written !== undefined) csr.write(name, written);
        },
      }),
  };
}

/** The world switch leaves these where they are. */
export const leaving = (...names: readonly GuestCsrName[]): HardwareAssist => ({
  ...right,
  save(csr, guest) {
    const kept = { ...guest };
    right.save(csr, guest);
    for (const name of names) guest[name] = kept[name];
  },
  load: (csr, guest) =>
    right.load(
      { read: (name) => csr.read(name), write: (name, value) => !names.includes(name) && csr.write(name, value) },
      guest,
    ),
});
