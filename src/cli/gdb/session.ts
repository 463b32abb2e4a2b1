/** What gdb asks, and the answers: packet by packet, without a network (Debugging with GDB, appendix E, "Packets"). */
import type { Walk, Way } from '#course/step';
import { Sight } from '#course/step';
import { generalRegisters, registerHex, targetXml } from './description';
import { LONGEST_PACKET } from './packets';
import { readBytes, Stops, type Stop } from './stops';

/** An answer, or the way to the next stop, which gives one. */
export type Answer = string | Generator<undefined, string>;

const OK = 'OK';
/** gdb takes an empty answer for "not supported". */
const UNSUPPORTED = '';
/** What the packet says makes no sense; no memory is there; nothing can be written. */
const BAD = 'E01';
const BAD_ADDRESS = 'E0e';
const READ_ONLY = 'E1e';
const SUPPORTED = `PacketSize=${LONGEST_PACKET.toString(16)};qXfer:features:read+;QStartNoAckMode+;ReverseStep+;ReverseContinue+;swbreak+;hwbreak+;vContSupported+`;
const SIGTRAP = '05';
const SIGINT = '02';

export class GdbSession {
  readonly walk: Walk;
  /** gdb wants no acknowledgements any more. */
  quiet = false;
  /** gdb has left, or has asked to end the guest. */
  over = false;
  readonly #stops = new Stops();
  readonly #xml: string;

  constructor(walk: Walk) {
    this.walk = walk;
    this.#xml = targetXml(this.#sight);
  }

  get #sight(): Sight {
    return new Sight(this.walk.host);
  }

  /** Never throws for what gdb sends; an unknown packet gets the empty answer. */
  answer(packet: string): Answer {
    const answer = this.#answers[packet.slice(0, 1)] as ((rest: string, packet: string) => Answer) | undefined;
    return answer?.(packet.slice(1), packet) ?? UNSUPPORTED;
  }

  /** By the first letter of a packet. */
  readonly #answers: Readonly<Record<string, (rest: string, packet: string) => Answer>> = {
    '?': () => stopReply('step'),
    g: () => generalRegisters(this.#sight),
    p: (rest) => registerHex(this.#sight, parseInt(rest, 16)) ?? BAD,
    m: (rest) => this.#memory(rest),
    G: () => READ_ONLY,
    P: () => READ_ONLY,
    M: () => READ_ONLY,
    X: () => READ_ONLY,
    Z: (rest) => this.#point(rest, true),
    z: (rest) => this.#point(rest, false),
    s: (_, packet) => this.#go(packet),
    c: (_, packet) => this.#go(packet),
    b: (_, packet) => this.#go(packet),
    v: (_, packet) => this.#verbose(packet),
    q: (_, packet) => this.#query(packet),
    Q: (_, packet) => this.#query(packet),
    H: () => OK,
    T: () => OK,
    D: () => this.#leave(),
    k: () => this.#leave(),
  };

  #leave(): string {
    this.over = true;
    return OK;
  }

  /** Ctrl-C in gdb, while the guest was on its way: it stands where it is. */
  interrupted(): string {
    return stopReply('interrupted');
  }

  #memory(rest: string): string {
    const [, address, length] = /^([0-9a-f]{1,16}),([0-9a-f]{1,8})$/i.exec(rest) ?? [];
    if (address === undefined) return BAD;
    const most = Math.min(parseInt(length, 16), LONGEST_PACKET / 2 - 8);
    return readBytes(this.#sight, BigInt(`0x${address}`), most) ?? BAD_ADDRESS;
  }

  /** Break- and watchpoints: 0 and 1 break, 2 watches for stores. */
  #point(rest: string, there: boolean): string {
    const [, kind, digits, length] = /^([0-4]),([0-9a-f]{1,16}),([0-9a-f]{1,8})/i.exec(rest) ?? [];
    if (kind === undefined) return BAD;
    const address = BigInt(`0x${digits}`);
    if (kind === '0' || kind === '1') this.#stops.setBreakpoint(address, there);
    else if (kind === '2') this.#stops.setWatchpoint({ address, length: parseInt(length, 16) }, there);
    else return UNSUPPORTED;
    return OK;
  }

  #verbose(packet: string): Answer {
    if (packet === 'vCont?') return 'vCont;c;C;s;S';
    const [, action] = /^vCont;([csCS])/.exec(packet) ?? [];
    if (action !== undefined) return this.#go(action.toLowerCase());
    if (packet.startsWith('vKill')) this.over = true;
    return packet.startsWith('vKill') ? OK : UNSUPPORTED;
  }

  #query(packet: string): string {
    if (packet.startsWith('qSupported')) return SUPPORTED;
    if (packet === 'QStartNoAckMode') return OK;
    if (packet === 'qAttached') return '1';
    if (packet === 'qC') return 'QC1';
    if (packet === 'qfThreadInfo') return 'm1';
    if (packet === 'qsThreadInfo') return 'l';
    const [, offset, length] = /^qXfer:features:read:target\.xml:([0-9a-f]+),([0-9a-f]+)$/i.exec(packet) ?? [];
    if (offset === undefined) return UNSUPPORTED;
    const [from, most] = [parseInt(offset, 16), parseInt(length, 16)];
    return `${from + most < this.#xml.length ? 'm' : 'l'}${this.#xml.slice(from, from + most)}`;
  }

  /** `s` one instruction, `c` on, `bs` and `bc` the same backwards. A step that begins with an interrupt ends in its handler. */
  #go(packet: string): Answer {
    const { walk } = this;
    if (packet === 'bs') return replyOf(this.#step(walk.goToInstruction(walk.instruction - 1), walk.step === 0));
    if (packet === 'bc') return replyOf(this.#stops.goBack(walk));
    if (packet.startsWith('s')) return replyOf(this.#step(walk.goToInstruction(walk.instruction + 1), false));
    if (packet.startsWith('c')) return replyOf(this.#stops.goOn(walk));
    return UNSUPPORTED;
  }

  *#step(way: Way, atStart: boolean): Generator<undefined, Stop> {
    yield* way;
    return atStart ? 'begin' : this.walk.end === undefined ? 'step' : 'end';
  }
}

function* replyOf(stop: Generator<undefined, Stop>): Generator<undefined, string> {
  return stopReply(yield* stop);
}

/** The end of the guest is the end of what was recorded: one can go back from there. */
function stopReply(stop: Stop): string {
  if (typeof stop === 'object') return `T${SIGTRAP}watch:${stop.watch.toString(16)};thread:1;`;
  if (stop === 'interrupted') return `T${SIGINT}thread:1;`;
  return `T${SIGTRAP}${stop === 'step' ? '' : `replaylog:${stop};`}thread:1;`;
}
