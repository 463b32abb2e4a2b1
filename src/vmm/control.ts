/** What whoever runs the host may do to one VM between two runs: pause and resume, power off and on, save and restore, kill. The others never notice. */
import { savableOf, restoreVm, snapshotVm } from './vm-snapshot';
import type { Saved } from '#machine';
import type { Vm } from './vm';

/** Each of these is about one of `Host.vms`. */
export interface Control {
  /** The VM does not run, and its time stands still, until `resume`. */
  pause(vm: Vm): void;
  resume(vm: Vm): void;
  /** Power off and on: the guest is loaded anew and starts from its entry at time 0; disks keep what was written. Also for a VM that is over. */
  reset(vm: Vm): void;
  /** The VM is over. */
  kill(vm: Vm): void;
  /** The whole VM; not the console's reader, files and networks that it is connected to. */
  snapshot(vm: Vm): Uint8Array;
  /** Goes on where the VM was whose snapshot this is. Throws InputError, and changes nothing, if they do not fit. */
  restore(vm: Vm, bytes: Uint8Array): void;
}

/** `load` puts a VM's guest into its empty memory and starts hart 0. Take this before it is done for the first time: VCPUs are as at power-on then. */
export function controlOf(vms: readonly Vm[], technique: string, load: (vm: Vm) => void): Control {
  const powerOn = new Map<Vm, readonly (Saved | undefined)[]>(
    vms.map((vm) => [vm, vm.vcpus.map(({ savable }) => savable?.save())]),
  );
  return {
    pause: (vm) => vm.clock.pause(),
    resume: (vm) => vm.clock.resume(),
    reset(vm) {
      const states = powerOn.get(vm) ?? [];
      const vcpus = vm.vcpus.map((vcpu) => savableOf(vcpu, technique));
      vm.powerOff();
      vcpus.forEach((vcpu, i) => vcpu.restore(states[i]!));
      load(vm);
      for (const vcpu of vm.vcpus) vcpu.fence();
    },
    kill(vm) {
      if (vm.stop) return;
      const reason = { why: 'killed', code: 1, detail: 'it was killed from outside' } as const;
      const [{ id, pc }] = vm.vcpus;
      vm.onEvent?.({ kind: 'stop', vm: vm.name, vcpu: id, time: vm.clock.ticks(), pc, reason });
      vm.end(reason);
    },
    snapshot: (vm) => snapshotVm(vm, technique),
    restore: (vm, bytes) => restoreVm(vm, technique, bytes),
  };
}
