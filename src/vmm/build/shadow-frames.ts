/** How much of the host's memory is set aside for a VM's shadow page tables. */
import { PAGE_SIZE } from '../memory/slots';
import type { BootOptions, VmConfig } from '../vm-config';

/** A frame for so many pages of the guest: some twenty address spaces of a small one fit. At least and at most so many. */
const PAGES_A_FRAME = 4;
const [LEAST, MOST] = [64, 1024];

/** Frames for this VM's tables, unless the run says how many: where there is no room left, the oldest tables go. */
export const shadowFramesOf = (
  { memoryBytes }: VmConfig,
  { shadowFrames }: Pick<BootOptions, 'shadowFrames'>,
): number => shadowFrames ?? Math.min(MOST, Math.max(LEAST, Math.ceil(memoryBytes / PAGE_SIZE / PAGES_A_FRAME)));

/** Bytes for the tables of all VMs. */
export const shadowBytesOf = (options: Pick<BootOptions, 'vms' | 'shadowFrames'>): number =>
  options.vms.reduce((sum, vm) => sum + shadowFramesOf(vm, options) * PAGE_SIZE, 0);
