/** Guests that are ported to hypercalls do on them what the guests that they are ports of do on bare metal. */
import { portedGuests } from '#guests';
import type { Engine } from '#machine';
import { TECHNIQUES, type Host, type TechniqueName } from '#vmm';
import { readdirSync } from 'node:fs';
import { boot, countersAfter, ending } from './guests-under';

jest.setTimeout(60_000);

describe.each(portedGuests.map((guest) => [guest.name, guest] as const))('%s under paravirtual', (_, guest) => {
  const under = (engine: Engine, technique: TechniqueName = 'paravirtual') =>
    boot(guest, { technique, engine, slice: 1000, pieceBytes: 0x30_0000 });

  test('prints what the guest that it is a port of prints on bare metal, and ends so', () => {
    for (const engine of ['interpret', 'compile'] as const) {
      expect(ending(under(engine), guest.budget)).toMatchObject({ console: guest.console, why: guest.stop });
    }
  });

  test('costs exactly the same on all executors', () => {
    const counters = (engine: Engine) => countersAfter(under(engine), 200);
    const interpreted = counters('interpret');
    expect(counters('compile')).toEqual(interpreted);
    expect(counters('step')).toEqual({ ...interpreted, walkReferences: expect.any(Number) });
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

test('each technique but the bare machine, which the others are compared with, has its file of tests here', () => {
  const files = Object.keys(TECHNIQUES).flatMap((name) => (name === 'bare' ? [] : [`${name}.test.ts`]));
  expect(readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'))).toEqual(files.toSorted());
});
