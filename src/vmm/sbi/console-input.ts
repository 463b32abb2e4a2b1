/** Console input for SBI calls: polls the VM's UART exactly as a driver would. */
import type { Vm } from '../vm';

const RECEIVE_BUFFER = 0;
const LINE_STATUS = 5;
const DATA_READY = 1n;

/** The next byte that somebody typed, 0 .. 255; undefined if there is none yet. */
export function readConsole(vm: Vm): number | undefined {
  if ((vm.uart.load(LINE_STATUS) & DATA_READY) === 0n) return undefined;
  return Number(vm.uart.load(RECEIVE_BUFFER));
}
