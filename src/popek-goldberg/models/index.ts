/** The machines that can be classified, in the order of history. */
import type { Machine } from '../state';
import { armv7 } from './armv7';
import { i386 } from './i386';
import { mips } from './mips';
import { paper } from './paper';
import { pdp10 } from './pdp10';
import { rv64, rv64Leaky } from './riscv';
import { s360 } from './s360';

export const MACHINES: readonly Machine[] = [paper, s360, pdp10, i386, mips, armv7, rv64, rv64Leaky];
