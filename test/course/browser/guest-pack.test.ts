/** A guest that went through JSON is the guest that it was: bytes, zeros behind them, entry, labels, and where each instruction came from. */
import { guests } from '#guests';
import { packGuest, unpackGuest, type GuestPack } from '#course/browser';
import { readGuest } from '#course/lab';

test.each(guests.map(({ name, file }) => [name, file]))('%s', (name, file) => {
  const program = readGuest(name);
  const back = unpackGuest(JSON.parse(JSON.stringify(packGuest(name, file, program))) as GuestPack);
  expect(back.bytes).toEqual(program.bytes);
  expect({ origin: back.origin, entry: back.entry }).toEqual({ origin: program.origin, entry: program.entry });
  expect(back.labels).toEqual(program.labels);
  expect([...back.lines].map(([address, { file: in_, line, text }]) => [address, in_, line, text])).toEqual(
    [...program.lines].map(([address, { file: in_, line, text }]) => [address, in_, line, text]),
  );
});
