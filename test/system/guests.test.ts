/** Every guest, on the bare machine and in a VM, prints what its entry says and ends as it says. */
import { guests, type Guest } from '#guests';
import { readGuest, runBare, runInVm, runTogether, sameAsBareMetal, type Outcome } from '../../src/course/lab';
import { releaseHosts } from '../../src/course/lab/run';
import { referenceParts } from '../../src/reference';

/** On bare metal only a slice's end gives the processor back, and an endless guest ends with none: a few of them are enough. */
const BARE_EXITS = 400;
const MOST_EVENTS = 3_000;
/** The kernel has its shell and the first forks behind it by then. */
const LONG_EVENTS = 150_000;

const byName = guests.map((guest) => [guest.name, guest] as const);

const asListed = ({ console, stop }: Outcome, guest: Guest): void =>
  expect({ console, stop }).toEqual({ console: guest.console, stop: guest.stop });

afterEach(releaseHosts);

describe('on bare metal', () => {
  test.each(byName)('%s', (name, guest) => {
    const exits = guest.stop === 'hung' ? BARE_EXITS : guest.budget;
    asListed(runBare(referenceParts, readGuest(name), { exits, slice: 1_000 }), guest);
  });
});

describe('in a VM', () => {
  test.each(byName)('%s', (name, guest) => {
    asListed(runInVm(referenceParts, readGuest(name), { exits: guest.budget }), guest);
  });
});

describe('in a VM as on bare metal, instruction by instruction', () => {
  test.each(byName)('%s', (name, guest) => {
    const events = guest.stop === 'hung' ? { events: MOST_EVENTS } : guest.long ? { events: LONG_EVENTS } : {};
    // An exit between lr and sc may make the sc fail (Unprivileged, "Eventual Success of Store-Conditional Instructions").
    const slice = name === 'lr-sc' ? { slice: 10_000 } : {};
    const program = readGuest(name);
    const { console } = sameAsBareMetal(referenceParts, referenceParts, program, { name, ...events, ...slice });
    if (guest.stop === 'hung' || guest.long) expect(guest.console.startsWith(console)).toBe(true);
    else expect(console).toBe(guest.console);
  });
});

test('all that end, side by side, each in a VM of its own', () => {
  const ending = guests.filter((guest) => guest.stop !== 'hung');
  const programs = ending.map((guest) => readGuest(guest.name));
  const results = runTogether(referenceParts, programs, { exits: 100_000, slice: 700 });
  expect(results.map(({ console, stop }) => ({ console, stop }))).toEqual(
    ending.map(({ console, stop }) => ({ console, stop })),
  );
});
