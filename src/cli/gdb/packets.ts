/** Packets of gdb's remote serial protocol: what arrives is cut into packets, and what leaves is framed (Debugging with GDB, "Overview" of appendix E). */

const [DOLLAR, HASH, INTERRUPT] = ['$'.charCodeAt(0), '#'.charCodeAt(0), 0x03];

/** Larger ones are no packets of gdb's. */
export const LONGEST_PACKET = 0x4000;

/** What was received: a packet's contents, an interrupt (Ctrl-C), or a packet that arrived damaged. */
export type Received = { readonly kind: 'packet'; readonly text: string } | { readonly kind: 'interrupt' | 'damaged' };

/** Cuts a stream of bytes, in pieces of any size. */
export class PacketReader {
  #bytes: number[] = [];

  take(data: Uint8Array): Received[] {
    const received: Received[] = [];
    for (const byte of data) {
      if (this.#bytes.length === 0) {
        if (byte === INTERRUPT) received.push({ kind: 'interrupt' });
        else if (byte === DOLLAR) this.#bytes.push(byte); // acknowledgements between packets need no answer
        continue;
      }
      this.#bytes.push(byte);
      const hash = this.#bytes.length - 3;
      if (this.#bytes[hash] === HASH && hash > 0) received.push(this.#end(hash));
      else if (this.#bytes.length > LONGEST_PACKET) {
        this.#bytes = [];
        received.push({ kind: 'damaged' });
      }
    }
    return received;
  }

  #end(hash: number): Received {
    const contents = this.#bytes.slice(1, hash);
    const sum = parseInt(String.fromCharCode(...this.#bytes.slice(hash + 1)), 16);
    this.#bytes = [];
    return sum === sumOf(contents) ? { kind: 'packet', text: String.fromCharCode(...contents) } : { kind: 'damaged' };
  }
}

const sumOf = (bytes: readonly number[]): number => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0);

/** `text` is ASCII; `$`, `#`, `}` and `*` in it are escaped. */
export function framed(text: string): string {
  const escaped = text.replace(/[$#}*]/g, (letter) => `}${String.fromCharCode(letter.charCodeAt(0) ^ 0x20)}`);
  const sum = sumOf([...escaped].map((letter) => letter.charCodeAt(0)));
  return `$${escaped}#${sum.toString(16).padStart(2, '0')}`;
}

/** A register as the protocol has it: 8 bytes, the lowest first. */
export function wordHex(value: bigint): string {
  return bytesHex(Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn)));
}

export const bytesHex = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
