/** An invariant does not hold: the hypervisor is wrong. `message` is one sentence. */
export class Broken extends Error {
  override readonly name = 'Broken';
}
