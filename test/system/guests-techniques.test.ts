/**
 * Every guest under every technique: the same console, end, memory and clock as on bare metal, on both executors, and the same
 * instructions and traps one by one on the stepping one.
 */
import { guests, portedGuests, type Guest } from '#guests';
import { parseIsa, type Engine, type Isa } from '#machine';
import { bootReference } from '#reference';
import { imageOf, TECHNIQUES, type BootOptions, type Host, type RunLoopEnd, type TechniqueName } from '#vmm';
import { readGuest, sameAsBareMetal } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';

jest.setTimeout(60_000);

const MEMORY = 8 * 2 ** 20;
/** All but the bare machine, which they are compared with, and those for ported guests. */
const techniques = (Object.keys(TECHNIQUES) as TechniqueName[]).filter(
  (name) => name !== 'bare' && !TECHNIQUES[name].ported,
);

/** The processor that both get, where the technique is for another one than the guests were written for. */
function isaFor(technique: TechniqueName, { name }: Guest): Isa | undefined {
  if (technique !== 'binary-translation') return undefined;
  // These execute in U-mode what should trap: on RV64-leaky it does not, and they print something else, or never end.
  const isForRiscV = name === 'trap-torture' || name === 'csr-torture';
  return parseIsa(isForRiscV ? 'rv64imac' : 'rv64imac_xleaky');
}

/** A guest that never ends: its time does not matter, only that it can be stopped. */
const endless = (guest: Guest): boolean => guest.stop === 'hung';

function boot(
  guest: Guest,
  options: Pick<BootOptions, 'technique' | 'engine' | 'slice' | 'isa'> & { pieceBytes?: number },
): Host {
  const { pieceBytes, ...rest } = options;
  const image = imageOf(guest.file, readGuest(guest.name));
  return bootReference({ vms: [{ name: guest.name, image, memoryBytes: MEMORY, pieceBytes }], ...rest });
}

interface Ending {
  readonly end: RunLoopEnd;
  readonly console: string;
  readonly why: string;
  readonly digest: string;
  readonly time: bigint;
}

function ending(host: Host, exits: number): Ending {
  const end = host.run(exits);
  const [{ console, stop, digest }] = host.results();
  return { end, console, why: stop?.why ?? 'hung', digest, time: host.now() };
}

const cases = techniques.flatMap((technique) => guests.map((guest) => [guest.name, technique, guest] as const));

describe.each(cases)('%s under %s', (_, technique, guest) => {
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

  test('costs exactly the same each time, and the same on all executors', () => {
    const counters = (engine: Engine) => {
      const host = boot(guest, { technique, isa, engine, slice: 1000 });
      host.run(Math.min(exits, 3000));
      return host.results()[0].counters;
    };
    expect(counters('interpret')).toEqual(counters('interpret'));
    expect(counters('compile')).toEqual(counters('interpret'));
    // It has no TLB, and walks at every access.
    expect(counters('step')).toEqual({ ...counters('interpret'), walkReferences: expect.any(Number) });
  });
});

describe.each(portedGuests.map((guest) => [guest.name, guest] as const))('%s under paravirtual', (_, guest) => {
  const under = (engine: Engine, technique: TechniqueName = 'paravirtual') =>
    boot(guest, { technique, engine, slice: 1000, pieceBytes: 0x30_0000 });

  test('prints what the guest that it is a port of prints on bare metal, and ends so', () => {
    for (const engine of ['interpret', 'compile'] as const) {
      expect(ending(under(engine), guest.budget)).toMatchObject({ console: guest.console, why: guest.stop });
    }
  });

  test('costs exactly the same each time, and the same on all executors', () => {
    const counters = (engine: Engine) => {
      const host = under(engine);
      host.run(200);
      return host.results()[0].counters;
    };
    expect(counters('interpret')).toEqual(counters('interpret'));
    expect(counters('compile')).toEqual(counters('interpret'));
    expect(counters('step')).toEqual({ ...counters('interpret'), walkReferences: expect.any(Number) });
  });

  test('under another technique it says that there is no such hypervisor, and gives up', () => {
    const [{ console, stop }] = runOf(under('interpret', 'trap-and-emulate'));
    expect(console).toContain('panic: hypercall 0: error 2'); // NOT_SUPPORTED (SBI, "Standard SBI Errors")
    expect(stop).toMatchObject({ why: 'crashed' });
  });
});

const runOf = (host: Host) => {
  host.run(20_000);
  return host.results();
};
