/** A guest as JSON, so that a page can carry it: its bytes in base64, addresses in hexadecimal, and where each instruction came from. */
import { Symbols, type Program } from '#machine';

type Hex = string;

export interface GuestPack {
  readonly name: string;
  /** As in the guests' folder; it says how the guest was made. */
  readonly file: string;
  readonly origin: Hex;
  readonly entry: Hex;
  /** Bytes in memory; those behind `contents` are zeros. */
  readonly size: number;
  /** Base64. */
  readonly contents: string;
  readonly labels: readonly (readonly [name: string, address: Hex])[];
  readonly lines: readonly (readonly [address: Hex, file: string, line: number, text: string])[];
}

export function packGuest(name: string, file: string, program: Program): GuestPack {
  const { origin, entry, bytes, labels, lines } = program;
  const used = bytes.findLastIndex((byte) => byte !== 0) + 1;
  return {
    name,
    file,
    origin: hex(origin),
    entry: hex(entry),
    size: bytes.length,
    contents: base64(bytes.subarray(0, used)),
    labels: [...labels].map(([label, address]) => [label, hex(address)] as const),
    lines: [...lines].map(([address, at]) => [hex(address), at.file, at.line, at.text] as const),
  };
}

export function unpackGuest(pack: GuestPack): Program {
  const bytes = new Uint8Array(pack.size);
  bytes.set(Uint8Array.from(atob(pack.contents), (character) => character.charCodeAt(0)));
  const labels = new Map(pack.labels.map(([label, address]) => [label, BigInt(address)]));
  const lines = pack.lines.map(([address, file, line, text]) => [BigInt(address), { file, line, text }] as const);
  return {
    origin: BigInt(pack.origin),
    entry: BigInt(pack.entry),
    bytes,
    symbols: labels,
    labels,
    names: new Symbols(labels),
    lines: new Map(lines),
  };
}

const hex = (value: bigint): Hex => `0x${value.toString(16)}`;

/** In pieces: an argument list has a limit. */
function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return btoa(text);
}
