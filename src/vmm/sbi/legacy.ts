/**
 * SBI legacy calls: timer, console and shutdown. They take no function number and return nothing in a1. SBI ch. 5.
 * Not here: calls 3 to 7 (IPIs and fences with a mask in guest-virtual memory). The extensions IPI and RFENCE replaced them.
 */
import { readConsole } from './console-input';
import type { SbiExtension } from './extension';
import { srst } from './srst';

const DONE = { a0: 0n, next: 'advance' } as const;

const setTimer: SbiExtension = {
  id: 0n,
  name: 'legacy set timer',
  call: (_vm, vcpu, _fn, [deadline]) => {
    vcpu.setTimer(deadline);
    return DONE;
  },
};

const putchar: SbiExtension = {
  id: 1n,
  name: 'legacy console putchar',
  call: (vm, _vcpu, _fn, [byte]) => {
    vm.console.write(Number(byte & 0xffn));
    return DONE;
  },
};

const getchar: SbiExtension = {
  id: 2n,
  name: 'legacy console getchar',
  call: (vm) => ({ a0: BigInt(readConsole(vm) ?? -1), next: 'advance' }),
};

const shutdown: SbiExtension = {
  id: 8n,
  name: 'legacy shutdown',
  call: (vm, vcpu) => srst.call(vm, vcpu, 0n, [0n, 0n]),
};

export const legacy: readonly SbiExtension[] = [setTimer, putchar, getchar, shutdown];
