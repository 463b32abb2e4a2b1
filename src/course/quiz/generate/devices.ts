/** Lesson 09: what a serial port says when it is asked, and what a disk reads. Data sheet PC16550D, section 8; ATA/ATAPI-6, clause 9. */
import { ata, Ata, MemoryStore, SECTOR, uart, Uart16550, unconnected } from '#machine';
import type { Random } from '../random';
import { realMistakes, type Draft } from './draft';

const { Cause, Enable, FIFOS_ON, TRIGGERS } = uart;

/** In the order of urgency. */
interface PortState {
  readonly overrun: boolean;
  readonly received: number;
  /** As FCR chose it. */
  readonly trigger: number;
  readonly sent: boolean;
  readonly modem: boolean;
}

const SAID: readonly (readonly [bit: number, name: string])[] = [
  [Enable.received, 'received data'],
  [Enable.sent, 'THR empty'],
  [Enable.lineStatus, 'line status'],
  [Enable.modemStatus, 'modem status'],
];

/** The causes that are there, the most urgent first (table "Interrupt Control Functions"), and which bit of IER lets each through. */
function causesOf(port: PortState): { readonly id: number; readonly bit: number; readonly name: string }[] {
  const data = port.received >= port.trigger ? Cause.received : Cause.timeout;
  return [
    { id: Cause.lineStatus, bit: Enable.lineStatus, name: 'line status (overrun)', there: port.overrun },
    { id: data, bit: Enable.received, name: data === Cause.received ? 'received data' : 'time-out', there: port.received > 0 }, // prettier-ignore
    { id: Cause.sent, bit: Enable.sent, name: 'THR empty', there: port.sent },
    { id: Cause.modemStatus, bit: Enable.modemStatus, name: 'modem status', there: port.modem },
  ].filter(({ there }) => there);
}

/** What the machine's own chip answers in this state. */
function askedOfTheChip(port: PortState, ier: number): number {
  const chip = new Uart16550(unconnected, () => {});
  chip.restore({
    ...(chip.save() as object),
    fifo: true,
    ier,
    trigger: port.trigger,
    received: new Uint8Array(port.received),
    overrun: port.overrun,
    sentPending: port.sent,
    modemChanges: port.modem ? 1 : 0,
  });
  return Number(chip.load(uart.Register.iirFcr));
}

/** What does a load of IIR give? */
export function interruptIdentified(random: Random): Draft {
  const half = (): boolean => random.int(0, 1) === 1;
  const port = { overrun: random.int(0, 3) === 0, received: random.pick([0, 1, 3, 5, 9, 14]), trigger: random.pick(TRIGGERS), sent: half(), modem: half() }; // prettier-ignore
  const ier = random.int(1, 15);
  const there = causesOf(port);
  const named = there.find(({ bit }) => (ier & bit) !== 0);
  const answer = askedOfTheChip(port, ier);
  const unmasked = FIFOS_ON | (there[0]?.id ?? Cause.none);
  const least = there.findLast(({ bit }) => (ier & bit) !== 0);
  const enabled = SAID.filter(([bit]) => (ier & bit) !== 0).map(([, name]) => name);
  return {
    kind: 'number',
    ask: `A 16550 with its FIFOs on. In the receiver are ${port.received} bytes, the trigger is ${port.trigger}; ${port.overrun ? 'there was an overrun' : 'no overrun'}; "THR empty" is ${port.sent ? '' : 'not '}pending; the modem lines have ${port.modem ? '' : 'not '}changed. IER is 0x${ier.toString(16)}: ${enabled.join(', ')}. What does a load of IIR give?`,
    answer,
    within: 0,
    hex: true,
    why: `${named ? `The most urgent cause that is there and enabled is ${named.name}, 0x${named.id.toString(16)}` : 'No cause is both there and enabled, which is 0x1'}; bits 7:6 are set while the FIFOs are on.`,
    mistakes: realMistakes(answer, [
      {
        answer: answer & ~FIFOS_ON,
        why: 'Bits 7:6 of IIR are set while the FIFOs are on; drivers tell the chip by them.',
      },
      { answer: unmasked, why: 'That cause is there, but IER does not let it interrupt, and IIR names only what may.' },
      { answer: FIFOS_ON | (least?.id ?? Cause.none), why: 'IIR names the most urgent cause, not the least: line status, then data, then "THR empty", then modem status.' }, // prettier-ignore
      { answer: FIFOS_ON | Cause.received, why: 'Received data (0x4) needs as many bytes as the trigger; with fewer it is the time-out, 0xc.' }, // prettier-ignore
      { answer: FIFOS_ON | Cause.timeout, why: 'The time-out (0xc) is for fewer bytes than the trigger; from the trigger on it is 0x4.' }, // prettier-ignore
    ]),
  };
}

/** The words that the machine's own drive hands over before it fails. */
function readFromTheDrive(sectors: number, first: number, count: number): number {
  const drive = new Ata(unconnected, new MemoryStore(new Uint8Array(sectors * SECTOR)));
  const { Register, Command, Status } = ata;
  drive.store(Register.sectorCount, 1, BigInt(count));
  drive.store(Register.lbaLow, 1, BigInt(first));
  drive.store(Register.lbaMid, 1, 0n);
  drive.store(Register.lbaHigh, 1, 0n);
  drive.store(Register.device, 1, BigInt(ata.LBA));
  drive.store(Register.statusCommand, 1, BigInt(Command.readSectors));
  let words = 0;
  for (; Number(drive.load(Register.statusCommand, 1)) & Status.DRQ; words++) drive.load(Register.data, 2);
  return words;
}

/** Where does a command that begins inside the disk and ends outside stop, and how many words has it moved by then? */
export function wordsBeforeTheEnd(random: Random): Draft {
  const sectors = random.int(20, 200);
  const inside = random.int(1, 4);
  const asked = inside + random.int(1, 6);
  const first = sectors - inside;
  const answer = readFromTheDrive(sectors, first, asked);
  return {
    kind: 'number',
    ask: `A disk has ${sectors} sectors. A guest asks READ SECTOR(S) for ${asked} sectors from sector ${first} on, and reads Data as long as DRQ is set. How many 16-bit words does it get?`,
    answer,
    within: 0,
    unit: 'words',
    hex: false,
    why: `Sectors ${first} to ${sectors - 1} are there: ${inside} × 256 words. Then sector ${sectors} is looked at, is not there, and the command ends with IDNF.`,
    mistakes: realMistakes(answer, [
      { answer: 256 * asked, why: `Then ${asked - inside} of them came from beyond the disk.` },
      { answer: 0, why: 'The sectors that exist are transferred; the error comes at the first that does not.' },
      {
        answer: 256 * (inside + 1),
        why: `Sectors are numbered from 0: the last one is ${sectors - 1}, not ${sectors}.`,
      },
      { answer: 512 * inside, why: 'Those are bytes. Data moves two at a time.' },
      { answer: inside, why: 'Those are sectors. Each is 256 words.' },
    ]),
  };
}
