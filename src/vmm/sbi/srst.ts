/** SBI system reset "SRST": how a guest ends, and what it says about it. SBI ch. 10. */
import type { StopReason } from '../exit';
import { failure, notSupported, SbiError, stopVm, type SbiExtension } from './extension';

const SYSTEM_FAILURE = 1n;
/** Types and reasons from here on belong to vendors; between the standard ones and these all are reserved. */
const VENDOR = 0xe000_0000n;

/** By reset type. */
const ENDINGS: readonly StopReason[] = [
  { why: 'shutdown', code: 0, detail: 'the guest switched its machine off' },
  { why: 'reboot', code: 0, detail: 'the guest asked for a cold reboot' },
  { why: 'reboot', code: 0, detail: 'the guest asked for a warm reboot' },
];
const FAILURE: StopReason = {
  why: 'crashed',
  code: 1,
  detail: 'the guest reported a system failure and switched its machine off',
};

export const srst: SbiExtension = {
  id: 0x53525354n,
  name: 'system reset',
  call: (_vm, _vcpu, fn, args) => {
    if (fn !== 0n) return notSupported;
    // Both are uint32_t.
    const [type, reason] = args.map((value) => BigInt.asUintN(32, value));
    if (type >= VENDOR) return notSupported;
    const ending = ENDINGS[Number(type)];
    const reserved = reason > SYSTEM_FAILURE && reason < VENDOR;
    if (!ending || reserved) return failure(SbiError.INVALID_PARAM);
    return stopVm(ending.why === 'shutdown' && reason === SYSTEM_FAILURE ? FAILURE : ending);
  },
};
