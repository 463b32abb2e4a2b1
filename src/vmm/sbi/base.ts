/** SBI base extension: which specification, which implementation, which extensions. SBI ch. 4. */
import type { HostedVcpu } from '../vm';
import { notSupported, success, type SbiExtension } from './extension';

const SPECIFICATION = (2n << 24n) | 0n; // major 2, minor 0
/** The list of implementation IDs has none for a teaching hypervisor; this one is far behind its end. */
export const IMPLEMENTATION = 0x5753n;
const VERSION = 1n;

/** `find` gives the extension with this ID, if there is one. */
export const base = (find: (vcpu: HostedVcpu, id: bigint) => SbiExtension | undefined): SbiExtension => ({
  id: 0x10n,
  name: 'base',
  call: (_vm, vcpu, fn, [id]) => {
    switch (fn) {
      case 0n: return success(SPECIFICATION);
      case 1n: return success(IMPLEMENTATION);
      case 2n: return success(VERSION);
      case 3n: return success(find(vcpu, id) ? 1n : 0n);
      // mvendorid, marchid and mimpid of the virtual machine, 0 as on the machine itself: not a commercial implementation.
      case 4n: case 5n: case 6n: return success(0n);
      default: return notSupported;
    }
  },
}); // prettier-ignore
