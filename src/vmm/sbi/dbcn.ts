/** SBI debug console "DBCN": reads and writes through a buffer in the guest's memory, whose address comes from the guest. SBI ch. 12. */
import type { Vm } from '../vm';
import { readConsole } from './console-input';
import { failure, notSupported, SbiError, success, type SbiExtension, type SbiOutcome } from './extension';

/** Bytes moved in one call. A guest that asks for more gets a part, as the specification allows, and asks again: no call takes long. */
const AT_ONCE = 4096;

export const dbcn: SbiExtension = {
  id: 0x4442434en,
  name: 'debug console',
  call: (vm, _vcpu, fn, args) => {
    switch (fn) {
      case 0n: return write(vm, args);
      case 1n: return read(vm, args);
      case 2n: return writeByte(vm, args[0]);
      default: return notSupported;
    }
  },
}; // prettier-ignore

function write(vm: Vm, args: readonly bigint[]): SbiOutcome {
  const buffer = bufferOf(vm, args);
  if (!buffer) return failure(SbiError.INVALID_PARAM);
  const bytes = vm.memory.copyOut(buffer.address, buffer.length) ?? new Uint8Array();
  for (const byte of bytes) vm.console.write(byte);
  return success(BigInt(bytes.length));
}

function read(vm: Vm, args: readonly bigint[]): SbiOutcome {
  const buffer = bufferOf(vm, args);
  if (!buffer) return failure(SbiError.INVALID_PARAM);
  const bytes: number[] = [];
  while (bytes.length < buffer.length) {
    const byte = readConsole(vm);
    if (byte === undefined) break;
    bytes.push(byte);
  }
  vm.memory.copyIn(buffer.address, Uint8Array.from(bytes));
  return success(BigInt(bytes.length));
}

function writeByte(vm: Vm, byte: bigint): SbiOutcome {
  vm.console.write(Number(byte & 0xffn));
  return success();
}

/**
 * The buffer (length, address low, address high) if all of it is RAM of this VM; at most AT_ONCE bytes of it count.
 * "The SBI implementation MUST check that the supervisor-mode software is allowed to access the specified physical memory range".
 */
function bufferOf(vm: Vm, [length, low, high]: readonly bigint[]): { address: bigint; length: number } | undefined {
  const isRam = high === 0n && length < 2n ** 48n && vm.memory.slots.pieces(low, Number(length)) !== undefined;
  return isRam ? { address: low, length: Math.min(Number(length), AT_ONCE) } : undefined;
}
