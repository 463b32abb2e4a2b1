/** What the generated questions of lesson 10 hold for right is what the reference's part does. */
import { referenceParts } from '#reference';
import { chainIn, returnsIn, waitingIn, whichInterrupts } from '../../src/course/quiz/generate/virtqueue';
import { seededRandom } from '../../src/course/quiz/random';
import { BASE, Driver } from '../lessons/support/virtqueue';

const part = referenceParts.paravirtualDevices;
const SEEDS = Array.from({ length: 100 }, (_, i) => `seed ${i}`);

test('as many chains wait as `take` takes', () => {
  for (const seed of SEEDS) {
    const { size, nextAvail, idx, answer } = waitingIn(seededRandom(seed));
    const driver = new Driver({ size, from: nextAvail });
    driver.set16(driver.queue.driver + 2, idx);
    let taken = 0;
    while (part.take(driver.queue) !== undefined) taken++;
    expect([seed, taken]).toEqual([seed, answer]);
  }
});

test('a chain has as many bytes to write as `chain` finds', () => {
  for (const seed of SEEDS) {
    const { table, head, writable } = chainIn(seededRandom(seed));
    const driver = new Driver({ size: table.length });
    table.forEach((descriptor, i) => driver.describe(i, { ...descriptor, address: BASE }));
    const found = part.chain(driver.queue, head).writable.reduce((sum, { size }) => sum + size, 0);
    expect([seed, found]).toEqual([seed, writable]);
  }
});

test('the chain that interrupts is the one for which `give` says so', () => {
  for (const seed of SEEDS) {
    const { count, nextUsed, usedEvent } = returnsIn(seededRandom(seed));
    const driver = new Driver({ eventIndex: true, from: nextUsed });
    driver.usedEvent = usedEvent;
    const answers = Array.from({ length: count }, () => part.give(driver.queue, 0, 0));
    expect(whichInterrupts(seededRandom(seed))).toMatchObject({ answer: answers.indexOf(true) + 1 });
  }
});
