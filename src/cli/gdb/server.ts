/** The gdb server: one gdb at a time, on this computer's loopback interface only. */
import net from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { UsageError } from '#course';
import type { Walk } from '#course/step';
import { framed, PacketReader } from './packets';
import { GdbSession } from './session';

const LOOPBACK = '127.0.0.1';

/** Who hears what becomes of a debugged guest. */
export interface GdbListeners {
  /** The port at which gdb is waited for. */
  listening(port: number): void;
  /** What the guest has written since it was heard last. What it writes again, after going back, is told once. */
  wrote(text: string): void;
}

/** Waits for gdb, serves it, and comes back when it has left. Throws UsageError for a port that cannot be had; 0 is any that is free. */
export async function serveGdb(walk: Walk, port: number, { listening, wrote }: GdbListeners): Promise<void> {
  const socket = await accept(port, listening);
  let told = 0;
  await new Connection(socket, new GdbSession(walk)).serve(() => {
    const { console } = walk;
    if (console.length > told) wrote(console.slice(told));
    told = Math.max(told, console.length);
  });
}

function accept(port: number, listening: (port: number) => void): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => {
      server.close(); // nobody else may come
      resolve(socket);
    });
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new UsageError(`--gdb ${port}: this port cannot be had (${error.code ?? error.message}); choose another.`),
      ),
    );
    server.listen(port, LOOPBACK, () => listening((server.address() as net.AddressInfo).port));
  });
}

class Connection {
  readonly #socket: net.Socket;
  readonly #session: GdbSession;
  readonly #reader = new PacketReader();
  readonly #packets: string[] = [];
  #interrupted = false;
  #closed = false;
  #wake: () => void = () => undefined;

  constructor(socket: net.Socket, session: GdbSession) {
    this.#socket = socket;
    this.#session = session;
    socket.setNoDelay(true);
    socket.on('data', (data) => this.#take(data));
    socket.on('close', () => this.#close()).on('error', () => this.#close());
  }

  /** `answered` is called after each answer. */
  async serve(answered: () => void): Promise<void> {
    while (!this.#closed && !this.#session.over) {
      const packet = this.#packets.shift();
      if (packet === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else {
        await this.#serve(packet);
        answered();
      }
    }
    this.#socket.end();
  }

  async #serve(packet: string): Promise<void> {
    const answer = this.#session.answer(packet);
    this.#send(typeof answer === 'string' ? answer : await this.#follow(answer));
    if (packet === 'QStartNoAckMode') this.#session.quiet = true;
  }

  /** Until the way is at its end, gdb interrupts it, or is gone. */
  async #follow(way: Generator<undefined, string>): Promise<string> {
    this.#interrupted = false;
    for (;;) {
      const next = way.next();
      if (next.done) return next.value;
      await nextTurn();
      if (!this.#interrupted && !this.#closed) continue;
      way.return('');
      return this.#session.interrupted();
    }
  }

  #take(data: Uint8Array): void {
    for (const received of this.#reader.take(data)) {
      if (received.kind === 'interrupt') this.#interrupted = true;
      else if (!this.#session.quiet) this.#socket.write(received.kind === 'packet' ? '+' : '-');
      if (received.kind === 'packet') this.#packets.push(received.text);
    }
    this.#wake();
  }

  #send(text: string): void {
    if (!this.#closed) this.#socket.write(framed(text));
  }

  #close(): void {
    this.#closed = true;
    this.#wake();
  }
}
