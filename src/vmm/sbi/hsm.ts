/** SBI hart state management "HSM": start, stop, suspend. SBI ch. 9. */
import type { HostedVcpu, Vm } from '../vm';
import { failure, notSupported, SbiError, stopVm, success, type SbiExtension, type SbiOutcome } from './extension';

const STARTED = 0n;
const STOPPED = 1n;
/** Suspend types: the default retentive one is a wfi; others are the platform's, and we have none. */
const RETENTIVE = 0n;

export const hsm: SbiExtension = {
  id: 0x48534dn,
  name: 'hart state',
  call: (vm, vcpu, fn, args) => {
    switch (fn) {
      case 0n: return start(vm, args);
      case 1n: return stop(vm, vcpu);
      case 2n: return status(vm, args[0]);
      case 3n: return suspend(args[0]);
      default: return notSupported;
    }
  },
}; // prettier-ignore

function start(vm: Vm, [id, address, opaque]: readonly bigint[]): SbiOutcome {
  const target = hart(vm, id);
  if (!target) return failure(SbiError.INVALID_PARAM);
  if (target.state !== 'stopped') return failure(SbiError.ALREADY_AVAILABLE);
  const executable = address % 2n === 0n && vm.memory.slots.toHost(address) !== undefined;
  if (!executable) return failure(SbiError.INVALID_ADDRESS);
  target.start(address, opaque);
  return success();
}

/** Does not return; the hart waits for somebody to start it. With the last hart, the guest itself is gone. */
function stop(vm: Vm, vcpu: HostedVcpu): SbiOutcome {
  vcpu.state = 'stopped';
  if (vm.vcpus.some((other) => other.state !== 'stopped')) return { next: 'advance' };
  return stopVm({ why: 'hung', code: 1, detail: 'the guest stopped its last hart' });
}

function status(vm: Vm, id: bigint): SbiOutcome {
  const target = hart(vm, id);
  if (!target) return failure(SbiError.INVALID_PARAM);
  return success(target.state === 'stopped' ? STOPPED : STARTED);
}

function suspend(type: bigint): SbiOutcome {
  return BigInt.asUintN(32, type) === RETENTIVE ? { ...success(), next: 'block' } : notSupported;
}

const hart = (vm: Vm, id: bigint): HostedVcpu | undefined => vm.vcpus.find((vcpu) => BigInt(vcpu.id) === id);
