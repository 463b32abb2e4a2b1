/** The guest's kernel code from one address on, as its processor would fetch it, to the end of a page. */
import type { Decoder, Ram } from '#machine';
import { PAGE_SIZE } from '../../memory/slots';
import type { GuestCode, GuestInstruction } from '../../parts';
import type { CodePage } from './block';

const OFFSET = BigInt(PAGE_SIZE - 1);
/** However long a part would make its blocks: each must fit into `ONCE_BYTES`. */
const MOST = 64;

/** The page of this address as it is mapped for fetches; undefined where a fetch would fault. */
export type MapCode = (gva: bigint) => CodePage | undefined;

export class GuestCodeReader implements GuestCode {
  /** The pages that were read. The second is that of an instruction that lies across two, which is then the only one. */
  readonly pages: CodePage[];
  /** Where a fetch faulted. */
  fault: bigint | undefined;
  readonly #ram: Ram;
  readonly #decode: Decoder;
  readonly #map: MapCode;
  readonly #start: bigint;
  #pc: bigint;
  #left: number;

  /** At most `limit` instructions from `pc` on, which is in `page`. */
  constructor(
    { ram, decode, map }: { ram: Ram; decode: Decoder; map: MapCode },
    page: CodePage,
    pc: bigint,
    limit: number,
  ) {
    this.#ram = ram;
    this.#decode = decode;
    this.#map = map;
    this.pages = [page];
    this.#start = this.#pc = pc;
    this.#left = Math.min(limit, MOST);
  }

  get pc(): bigint {
    return this.#pc;
  }

  next(): GuestInstruction | undefined {
    const [{ page, frame }] = this.pages;
    const isInPage = this.#pc >> 12n === page && this.pages.length === 1;
    if (this.#left === 0 || !isInPage) return undefined;
    const offset = Number(this.#pc & OFFSET);
    const low = this.#ram.read(frame + offset, 2);
    const isLong = (low & 3n) === 3n;
    const high = isLong ? this.#secondHalf(frame, offset) : 0n;
    if (high === undefined) return undefined;
    return this.#read(Number((high << 16n) | low), isLong ? 4 : 2);
  }

  #read(word: number, length: 2 | 4): GuestInstruction {
    const pc = this.#pc;
    this.#pc = BigInt.asUintN(64, pc + BigInt(length));
    this.#left = this.pages.length === 1 ? this.#left - 1 : 0;
    return { pc, word, instruction: this.#decode(word) };
  }

  /** Undefined if it is in another page and this is not the first instruction, or if it cannot be fetched. */
  #secondHalf(frame: number, offset: number): bigint | undefined {
    if (offset + 2 < PAGE_SIZE) return this.#ram.read(frame + offset + 2, 2);
    const gva = BigInt.asUintN(64, this.#pc + 2n);
    if (this.#pc !== this.#start) return undefined;
    const next = this.#map(gva);
    if (!next) this.fault = gva;
    else this.pages.push(next);
    return next && this.#ram.read(next.frame, 2);
  }
}
