/** gdb's protocol without gdb: framing, answers, and a server on the loopback interface only. */
import net from 'node:net';
import { networkInterfaces } from 'node:os';
import { serveGdb } from '../../src/cli/gdb/server';
import { framed, PacketReader } from '../../src/cli/gdb/packets';
import { GdbSession } from '../../src/cli/gdb/session';
import { walkOf } from '../course/step/walks';

jest.setTimeout(120_000);

const HELLO = { guest: 'hello', technique: 'trap-and-emulate' } as const;

describe('packets ("Overview" of the protocol: $, contents, #, and their sum modulo 256)', () => {
  test('a packet has the sum that the manual says, and special letters are escaped', () => {
    expect(framed('OK')).toBe('$OK#9a'); // O 0x4f + K 0x4b
    expect(framed('}')).toBe('$}]#da'); // 0x7d, then 0x7d ^ 0x20
  });

  test('the stream may be cut anywhere', () => {
    const stream = Buffer.from('+$m80200000,4#82\x03$g#67$g#00');
    const whole = new PacketReader().take(stream);
    expect(whole).toEqual([
      { kind: 'damaged' },
      { kind: 'interrupt' },
      { kind: 'packet', text: 'g' },
      { kind: 'damaged' },
    ]);
    const reader = new PacketReader();
    expect([...stream].flatMap((byte) => reader.take(Uint8Array.of(byte)))).toEqual(whole);
  });

  test('what never ends is dropped', () => {
    const reader = new PacketReader();
    expect(reader.take(Buffer.from(`$${'x'.repeat(100_000)}`)).length).toBeGreaterThan(0);
  });
});

describe('answers', () => {
  const session = new GdbSession(walkOf(HELLO));
  const answer = (packet: string): string => {
    const got = session.answer(packet);
    if (typeof got === 'string') return got;
    for (;;) {
      const next = got.next();
      if (next.done) return next.value;
    }
  };

  test('pc is the last of 33 registers of 8 bytes, the lowest byte first', () => {
    const registers = answer('g');
    expect(registers).toHaveLength(33 * 16);
    expect(registers.slice(-16)).toBe('0000208000000000');
    expect(answer('p20')).toBe('0000208000000000');
  });

  test('memory is what the guest would read; where nothing is, an error', () => {
    expect(answer('m80200000,4')).toMatch(/^[0-9a-f]{8}$/);
    expect(answer('m0,4')).toBe('E0e');
  });

  test('a step and a step back; before the start there is nothing', () => {
    expect(answer('s')).toBe('T05thread:1;');
    expect(answer('p20')).not.toBe('0000208000000000');
    expect(answer('bs')).toBe('T05thread:1;');
    expect(answer('p20')).toBe('0000208000000000');
    expect(answer('bs')).toBe('T05replaylog:begin;thread:1;');
  });

  test('the end is the end of the replay, from which one goes back to the start', () => {
    expect(answer('vCont;c')).toBe('T05replaylog:end;thread:1;');
    expect(answer('bc')).toBe('T05replaylog:begin;thread:1;');
    expect(answer('p20')).toBe('0000208000000000');
  });

  test('nothing is written, and what is unknown gets the empty answer', () => {
    expect(answer('P20=0000000000000000')).toBe('E1e');
    expect(answer('M80200000,1:00')).toBe('E1e');
    for (const packet of ['', 'vMustReplyEmpty', 'Z3,80200000,4', '\u0000', 'qXfer:memory-map:read::0,100', 'vCont;x'])
      expect(answer(packet)).toBe('');
    for (const packet of ['m', 'mxyz,1', 'p', 'Zz', 'Z0']) expect(answer(packet)).toMatch(/^E01$/);
  });
});

test('the server listens on loopback only, lets Ctrl-C stop a guest that never ends, and serves one gdb', async () => {
  const walk = walkOf({ guest: 'spinner', technique: 'hardware' });
  let listening: (port: number) => void = () => undefined;
  const port = new Promise<number>((resolve) => (listening = resolve));
  const served = serveGdb(walk, 0, { listening, wrote: () => undefined });
  const outside = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ internal, family }) => !internal && family === 'IPv4');
  if (outside) await expect(connected(await port, outside.address)).rejects.toThrow('ECONNREFUSED');
  const gdb = await connected(await port, '127.0.0.1');
  await expect(connected(await port, '127.0.0.1')).rejects.toThrow('ECONNREFUSED');
  gdb.write(framed('c'));
  await new Promise((resolve) => setTimeout(resolve, 300));
  const answered = new Promise<string>((resolve) => {
    let text = '';
    gdb.on('data', (data: Buffer) => ((text += data.toString()), text.includes('#') && resolve(text)));
  });
  gdb.write('\x03');
  expect(await answered).toContain('$T02thread:1;#');
  expect(walk.step).toBeGreaterThan(0);
  gdb.write(framed('k'));
  await served;
  gdb.destroy();
});

function connected(port: number, host: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, host);
    socket.once('connect', () => resolve(socket)).once('error', reject);
  });
}
