/** A guest that drives the ideal disk: every kind of transfer, and what STATUS says of it. */
import type { Program } from '#machine';
import { kernel } from '../../../src/course/lab';

export const IDEAL = { ok: 0, noBlock: 1, noMemory: 2, medium: 3 } as const;

const TRANSFER = 0x1021_0000;
const STATUS = TRANSFER + 8;
/** Pages of the guest's own; the first behind its 4 MiB; the highest there is. */
const [PAGE, OTHER, BEHIND, HIGHEST] = [0x8_0330n, 0x8_0331n, 0x8_0400n, 2n ** 36n - 1n];

const read = (block: bigint, page: bigint): bigint => (block << 36n) | page;
const write = (block: bigint, page: bigint): bigint => (1n << 63n) | read(block, page);

/** For a disk of three blocks and a part of a fourth. */
export function idealScript(): Program {
  const hex = (value: bigint | number): string => `0x${value.toString(16)}`;
  const look = (page: bigint): string =>
    [0, 8, 4088].map((at) => `    li t0, ${hex(page * 4096n + BigInt(at))}; ld t2, 0(t0)`).join('\n');
  const transfer = (command: bigint): string => `    li t0, ${hex(TRANSFER)}; li t1, ${hex(command)}; sd t1, 0(t0)
    li t0, ${hex(STATUS)}; ld t2, 0(t0)`;
  const clear = `    li t0, ${hex(STATUS)}; sd zero, 0(t0); ld t2, 0(t0)`;
  return kernel(
    [
      `    li t0, ${hex(TRANSFER)}; ld t2, 0(t0)`,
      ...[read(0n, PAGE), read(2n, OTHER)].map(transfer),
      look(PAGE),
      look(OTHER),
      `    li t0, ${hex(PAGE * 4096n + 4088n)}; sd t0, 0(t0)`,
      ...[write(1n, PAGE), read(1n, OTHER)].map(transfer),
      look(OTHER),
      // What is not there, each from a clean STATUS.
      ...[3n, 4n, 2n ** 27n - 1n].flatMap((block) => [read(block, PAGE), write(block, PAGE)].flatMap((c) => [transfer(c), clear])),
      ...[BEHIND, 0n, 0x1_0000n, HIGHEST].flatMap((page) => [read(1n, page), write(1n, page)].flatMap((c) => [transfer(c), clear])),
      look(PAGE),
      // Block and page wrong; then the first error stays.
      ...[read(3n, BEHIND), read(0n, BEHIND), read(0n, OTHER)].map(transfer),
      clear,
      ...[0n, 1n, 2n].flatMap((block) => [transfer(read(block, OTHER)), look(OTHER)]),
    ].join('\n'),
  ); // prettier-ignore
}
