/** What a VM costs beside its RAM: bytes that are allocated for it, as a mean over VMs that have run. */
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { assemble } from '#machine';
import { bootReference } from '#reference';
import { imageOf, type Host, type TechniqueName } from '#vmm';

export const PAGE = 4096;
const ORIGIN = 0x8020_0000n;
const MEMORY = 4 << 20;
const HELLO = imageOf(
  'hello',
  assemble("li a0, '!'\n li a7, 1\n ecall\n li a7, 8\n ecall", { origin: ORIGIN, file: 'hello.s' }),
);

export interface Overhead {
  /** Objects and buffers of JavaScript. */
  readonly objects: number;
  /** Pages of the host's RAM that the hypervisor uses for the VM: page tables, translated code. */
  readonly tables: number;
  /** What the guest uses of its own RAM, which is no overhead. */
  readonly guest: number;
}

/** V8 compiles and forgets code meanwhile: the middle one of so many measurements counts. */
const MEASURED = 3;

/** Bytes a VM, of `count` VMs beside each other; what one VM costs by itself is not in it. */
export async function overheadOf(technique: TechniqueName, count: number): Promise<Overhead> {
  warmUp(technique, count);
  const found: Overhead[] = [];
  for (let i = 0; i < MEASURED; i++) found.push(await measure(technique, count));
  return found.sort((a, b) => a.objects - b.objects)[(MEASURED - 1) / 2];
}

async function measure(technique: TechniqueName, count: number): Promise<Overhead> {
  const before = await inUse();
  const few = ran(technique, 1);
  const between = await inUse();
  const many = ran(technique, count + 1);
  const after = await inUse();
  const [one, all] = [few, many].map(usedPages);
  for (const host of [few, many]) host.release();
  const each = (whole: number): number => Math.round(whole / count);
  return {
    objects: each(after - between - (between - before)),
    tables: each((all.hypervisor - one.hypervisor) * PAGE),
    guest: each((all.guests - one.guests) * PAGE),
  };
}

/** What is compiled and kept once is there now, and nothing of these VMs. */
function warmUp(technique: TechniqueName, count: number): void {
  ran(technique, count).release();
}

function ran(technique: TechniqueName, count: number): Host {
  const vms = Array.from({ length: count }, (_, i) => ({ name: `vm${i}`, image: HELLO, memoryBytes: MEMORY }));
  const host = bootReference({ vms, technique, scheduled: true, slice: 1000 });
  const end = host.run(100 * count);
  if (end !== 'all-stopped' || host.results().some(({ console }) => console !== '!'))
    throw new Error(`the VMs are not over as they should: ${end}`);
  return host;
}

async function inUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 5; i++) {
    collect();
    await setImmediate(); // buffers go later
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Pages of the host's RAM that are not all zeros: those that are guest RAM, and all others, which are the hypervisor's. */
function usedPages({ vms }: Host): { guests: number; hypervisor: number } {
  const own = vms.flatMap(({ memory }) => {
    const pages = memory.pages();
    return Array.from({ length: pages.count }, (_, page) => pages.words(page));
  });
  const guests = new Set(own.map(({ byteOffset }) => byteOffset));
  const { buffer } = own[0];
  const ram = own[0].byteOffset; // what was allocated first lies first
  let hypervisor = 0;
  for (let at = ram; at < buffer.byteLength; at += PAGE)
    if (!guests.has(at) && isUsed(new Int32Array(buffer, at, PAGE / 4))) hypervisor++;
  return { guests: own.filter(isUsed).length, hypervisor };
}

function isUsed(words: Int32Array): boolean {
  let at = 0;
  while (at < words.length && words[at] === 0) at++;
  return at < words.length;
}
