/**
 * Every guest under one technique: the same console, end, memory and clock as on bare metal, on both executors, and the same
 * instructions and traps one by one on the stepping one.
 *
 * A file of tests for each technique, so that they run side by side.
 */
import { guests, type Guest } from '#guests';
import { parseIsa, type Engine, type Isa } from '#machine';
import { bootReference } from '#reference';
import { imageOf, type BootOptions, type Counters, type Host, type RunLoopEnd, type TechniqueName } from '#vmm';
import { readGuest, sameAsBareMetal } from '../../../src/course/lab';
import { releaseHosts } from '../../../src/course/lab/run';
import { referenceParts } from '../../../src/reference';

const MEMORY = 8 * 2 ** 20;

/** The processor that both get, where the technique is for another one than the guests were written for. */
function isaFor(technique: TechniqueName, { name }: Guest): Isa | undefined {
  if (technique !== 'binary-translation') return undefined;
  // These execute in U-mode what should trap: on RV64-leaky it does not, and they print something else, or never end.
  const isForRiscV = ['trap-torture', 'csr-torture', 'guest-hypervisor'].includes(name);
  return parseIsa(isForRiscV ? 'rv64imac' : 'rv64imac_xleaky');
}

/** A guest that never ends: its time does not matter, only that it can be stopped. */
const endless = (guest: Guest): boolean => guest.stop === 'hung';

/** Hosts of the test at hand: the next one gets their memory. */
const booted: Host[] = [];
afterEach(() => {
  for (const host of booted.splice(0)) host.release();
  releaseHosts();
});

export function boot(
  guest: Guest,
  options: Pick<BootOptions, 'technique' | 'engine' | 'slice' | 'isa'> & { pieceBytes?: number },
): Host {
  const { pieceBytes, ...rest } = options;
  const image = imageOf(guest.file, readGuest(guest.name));
  const host = bootReference({ vms: [{ name: guest.name, image, memoryBytes: MEMORY, pieceBytes }], ...rest });
  booted.push(host);
  return host;
}

interface Ending {
  readonly end: RunLoopEnd;
  readonly console: string;
  readonly why: string;
  readonly digest: string;
  readonly time: bigint;
}

export function ending(host: Host, exits: number): Ending {
  const end = host.run(exits);
  const [{ console, stop, digest }] = host.results();
  return { end, console, why: stop?.why ?? 'hung', digest, time: host.now() };
}

/** What the guest has cost once `exits` more VM exits are handled. */
export function countersAfter(host: Host, exits: number): Counters {
  host.run(exits);
  return structuredClone(host.results()[0].counters);
}

/** The tests of every guest under `technique`, which may be any that carries unmodified guests. */
export function testGuestsUnder(technique: TechniqueName): void {
  jest.setTimeout(60_000);
  describe.each(guests.map((guest) => [guest.name, guest] as const))(`%s under ${technique}`, (_, guest) => {
    const slice = endless(guest) ? 1000 : 100_000;
    const exits = endless(guest) ? Math.min(guest.budget, 500) : guest.budget;
    const isa = isaFor(technique, guest);

    test('ends as it should in a VM, as on bare metal, with the same memory at the same time', () => {
      const bare = ending(boot(guest, { technique: 'bare', isa, slice }), exits);
      const vm = ending(boot(guest, { technique, isa, slice, pieceBytes: 0x30_0000 }), exits);
      expect(vm).toMatchObject({ console: guest.console, why: guest.stop });
      if (!endless(guest)) expect(vm).toEqual(bare);
      expect(bare).toMatchObject({ console: guest.console, why: guest.stop });
    });

    test('goes the same way instruction by instruction', () => {
      sameAsBareMetal(referenceParts, referenceParts, readGuest(guest.name), {
        name: guest.name,
        technique,
        isa,
        memoryBytes: MEMORY,
        exits: guest.budget,
        ...(endless(guest) || guest.long || guest.name === 'csr-torture' ? { events: 30_000 } : {}),
      });
    });

    test('costs exactly the same on all executors', () => {
      const host = (engine: Engine) => boot(guest, { technique, isa, engine, slice: 1000 });
      const interpreted = host('interpret');
      const first = countersAfter(interpreted, Math.min(exits, 300));
      // It has no TLB, and walks at every access. It is slow: the first exits will do.
      const stepped = countersAfter(host('step'), Math.min(exits, 300));
      expect(stepped).toEqual({ ...first, walkReferences: expect.any(Number) });

      const compiled = host('compile');
      expect(countersAfter(compiled, Math.min(exits, 300))).toEqual(first);
      expect(countersAfter(compiled, Math.min(exits, 2700))).toEqual(countersAfter(interpreted, Math.min(exits, 2700)));
    });
  });
}
