/**
 * Machines and hosts that live as long as a test: the next ones get their memory. To make a new one costs V8 a garbage collection, and
 * the system its pages, which is more than most tests run in it (src/machine/engine/memory.ts).
 */
const living: { release(): void }[] = [];

afterEach(() => {
  for (const one of living.splice(0)) one.release();
});

/** Gives it back. Only for what is made within the test, is not used behind it, and is not released there. */
export function forThisTest<T extends { release(): void }>(one: T): T {
  living.push(one);
  return one;
}
