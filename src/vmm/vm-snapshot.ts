/** A whole VM as bytes and back: what it is, its time, VCPUs, devices and RAM, in the machine's own format (src/machine/snapshot). */
import {
  damaged,
  InputError,
  restoreSnapshot,
  SavedFields,
  takeSnapshot,
  type Savable,
  type Saved,
  type Whole,
} from '#machine';
import type { StopReason } from './exit';
import type { HostedVcpu, Vm } from './vm';

const ENDS: readonly StopReason['why'][] = ['shutdown', 'reboot', 'crashed', 'hung', 'killed'];

/** Between two runs. Throws InputError for a technique whose VCPUs cannot be saved. */
export function snapshotVm(vm: Vm, technique: string): Uint8Array {
  return takeSnapshot(wholeOf(vm, technique));
}

/**
 * The VM goes on where the one was that `bytes` were taken of, identically; its time too. Throws InputError, and changes nothing,
 * if they are damaged or of a VM of another shape.
 */
export function restoreVm(vm: Vm, technique: string, bytes: Uint8Array): void {
  const before = vm.shared && snapshotVm(vm, technique);
  restoreWhole(vm, technique, bytes);
  try {
    vm.shared?.restored();
  } catch (error) {
    if (before) restoreWhole(vm, technique, before);
    vm.shared?.restored();
    throw error;
  }
}

function restoreWhole(vm: Vm, technique: string, bytes: Uint8Array): void {
  restoreSnapshot(wholeOf(vm, technique), bytes);
  for (const vcpu of vm.vcpus) vcpu.fence(); // memory came last
}

/** What a VCPU saves and takes back; by technique. */
export function savableOf(vcpu: HostedVcpu, technique: string): Savable {
  if (vcpu.savable) return vcpu.savable;
  throw new InputError(`A VM under ${technique} cannot be saved, restored or reset.`);
}

function wholeOf(vm: Vm, technique: string): Whole {
  const shape = {
    technique,
    harts: String(vm.vcpus.length),
    RAM: vm.memory
      .ranges()
      .map(({ gpa, size }) => `${size / 1024} KiB at 0x${gpa.toString(16)}`)
      .join(', '),
    devices: vm.bus.claims.map(({ base, device }) => `${device.name} at 0x${base.toString(16)}`).join(', '),
    ...vm.shared?.shape,
  };
  return { ram: vm.memory.pages(), shape, state: stateOf(vm, technique) };
}

function stateOf(vm: Vm, technique: string): Savable {
  return {
    save: () => ({
      now: vm.clock.now,
      stop: saveStop(vm.stop),
      vcpus: vm.vcpus.map((vcpu) => savableOf(vcpu, technique).save()),
      shared: vm.shared?.save() ?? null,
      firmware: vm.firmware.map((hart) => hart.save()),
      devices: vm.bus.claims.map(({ device }) => device.save()),
    }),
    restore: (saved) => {
      const from = new SavedFields(saved, 'VM');
      const wasPaused = !vm.clock.running;
      vm.clock.set(from.integer('now', 0, 2 ** 50));
      if (wasPaused) vm.clock.pause();
      vm.stop = stopFrom(from);
      vm.ending = undefined;
      from.values('vcpus', vm.vcpus.length).forEach((each, i) => savableOf(vm.vcpus[i], technique).restore(each));
      vm.shared?.restore(from.saved('shared'));
      from.values('firmware', vm.firmware.length).forEach((each, i) => vm.firmware[i].restore(each));
      from.values('devices', vm.bus.claims.length).forEach((each, i) => vm.bus.claims[i].device.restore(each));
      vm.alarms.changed();
    },
  };
}

const saveStop = (stop: StopReason | undefined): Saved => (stop ? { ...stop } : null);

function stopFrom(from: SavedFields): StopReason | undefined {
  if (from.saved('stop') === null) return undefined;
  const stop = from.part('stop');
  const detail = stop.text('detail');
  if (detail.length > 4096) throw damaged('the reason of an end is too long');
  return { why: stop.oneOf('why', ENDS), code: stop.integer('code', 0, 0xffff), detail };
}
