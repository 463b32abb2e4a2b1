/** Lesson 09: can a driver tell that there is no chip behind the registers? And can it make more of them than a chip allows? */
import { SECTOR } from '#machine';
import { kernel, requires, suite, type Comparison, type Lab } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';
import { random32 } from '../machine/isa/random';
import {
  command,
  commandOf,
  contents,
  contentsOf,
  CONTROL,
  COUNT,
  DATA,
  DEVICE,
  diskBench,
  driver,
  ERROR,
  LBA_LOW,
  load,
  loadWords,
  portBench,
  same,
  STATUS,
  store,
  storeWords,
  twins,
  WIRE,
} from './support/devices';

const { equivalence, safety, efficiency } = suite('emulatedDevices', referenceParts, require);
type Devices = Lab<'emulatedDevices'>;

const [RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR] = [0, 1, 2, 3, 4, 5, 6, 7];
const [THR, FCR] = [RBR, IIR];
const [READ, WRITE, IDENTIFY] = [0x20, 0x30, 0xec];
const SECTORS = 8;

/** Every touch, and behind each the interrupt wire. */
const watched = (touches: readonly string[]): string[] => touches.flatMap((touch) => [touch, WIRE]);

/** A guest that does this to the serial port, on bare metal and in the VM. */
const portLikeTheChip = (lab: Devices, touches: readonly string[], options?: Comparison): void =>
  void lab.sameAsBareMetal(kernel(driver('uart', ...touches)), options);

/** The same for the disk, whose sectors must be the same at the end, too. */
function diskLikeTheDrive(lab: Devices, touches: readonly string[]): void {
  const { devices, stores } = twins(SECTORS);
  lab.sameAsBareMetal(kernel(driver('ata', ...touches)), { devices });
  const [bare, vm] = stores.map((each) => each.read(0, SECTORS));
  const apart = bare.findIndex((byte, i) => byte !== vm[i]);
  requires(
    apart < 0,
    `the guest did the same as on bare metal, but sector ${Math.floor(apart / SECTOR)} of its disk is not the same, from byte ${apart % SECTOR} on.`,
  );
}

const hex = (value: number): string => `0x${value.toString(16)}`;

equivalence(
  1,
  'the serial port: a register keeps what it has bits for, and nothing else; LSR and MSR are only read',
  'PC16550D data sheet, section 8 "Registers"; lesson: "A register is not a variable"',
  (lab) => {
    const written = [SCR, LCR, MCR, IER, LSR, MSR].flatMap((register) =>
      [0x55, 0x2a, 0x6f, 0x00].flatMap((value) => [store(register, value), load(register), load(LSR)]),
    );
    portLikeTheChip(lab, [...[IER, IIR, LCR, MCR, LSR, MSR, SCR].map((register) => load(register)), ...written]);
  },
);

equivalence(
  1,
  'while LCR.DLAB is set, offsets 0 and 1 are the divisor, and nothing is sent, received or enabled there',
  'PC16550D data sheet, "Line Control Register", bit 7; lesson: "A register is not a variable"',
  (lab) => {
    const latched = [store(THR, 0x41), load(RBR), store(IER, 0xa5), load(IER), load(RBR), WIRE];
    portLikeTheChip(lab, [store(IER, 0x03), store(LCR, 0x83), ...latched, store(LCR, 0x03), load(IER), load(RBR), WIRE], { typed: 'xy' }); // prettier-ignore
    const { port, sent } = portBench(lab.part);
    port.store(LCR, 0x80);
    port.store(THR, 0x41);
    port.store(LCR, 0x00);
    port.store(THR, 0x42);
    requires(
      sent.length === 1 && sent[0] === 0x42,
      `the port sent ${sent.map(hex).join(' ') || 'nothing'}; what is stored at offset 0 while DLAB is set belongs to the divisor, and what is stored afterwards (0x42) leaves.`,
    );
  },
);

equivalence(
  2,
  'what somebody types is read once, in its order, and LSR.DR says whether there is more; with FIFOs and without',
  'PC16550D data sheet, "Line Status Register", bit 0, and "FIFO Control Register"; lesson: "A register is not a variable"',
  (lab) => {
    const reading = Array.from({ length: 7 }, () => [load(LSR), load(RBR)]).flat();
    const fifo = [store(FCR, 0x01), load(IIR), load(RBR), ...reading, ...reading, ...reading, ...reading];
    const cleared = [store(FCR, 0x03), ...reading, store(FCR, 0x00), ...reading];
    portLikeTheChip(lab, [...reading, ...fifo, ...cleared], { typed: 'hello, this is more than one FIFO holds, and more than two of them do, to be sure' }); // prettier-ignore
    const { port } = portBench(lab.part);
    port.store(FCR, 0x01);
    const took = Array.from({ length: 20 }, (_, i) => port.receive(i)).filter(Boolean).length;
    requires(took === 16, `a FIFO took ${took} bytes before somebody read one; it has room for 16.`);
  },
);

equivalence(
  2,
  'the interrupt wire is up exactly while an enabled cause is there, and IIR names the most urgent of them',
  'PC16550D data sheet, "Interrupt Identification Register", table "Interrupt Control Functions"; lesson: "A wire is a level"',
  (lab) => {
    const empty = [store(IER, 0x02), load(IIR), load(IIR), store(THR, 0x41), load(IIR), load(IIR), store(IER, 0), store(IER, 0x02)]; // prettier-ignore
    const received = [store(IER, 0x03), load(IIR), load(RBR), load(IIR), load(RBR), load(IIR), load(IIR)];
    const triggers = [0x01, 0x41, 0x81, 0xc1].flatMap((fcr) => [store(FCR, fcr), load(IIR), load(RBR), load(IIR), load(RBR), load(IIR)]); // prettier-ignore
    const modem = [store(IER, 0x0f), store(MCR, 0x1f), load(IIR), load(MSR), load(IIR), store(MCR, 0x00), load(IIR), load(MSR), load(IIR)]; // prettier-ignore
    const all = [...empty, load(IIR), ...received, store(IER, 0x01), ...triggers, ...modem, store(FCR, 0xc1), store(IER, 0x03), load(IIR), load(LSR)]; // prettier-ignore
    portLikeTheChip(lab, watched(all), { typed: 'the quick brown fox jumps over the lazy dog, twice' });
    // Without bytes that wait, which are more urgent than the modem; and "sent" is news once, not whenever IER is written.
    const again = [store(IER, 0x02), load(IIR), store(IER, 0x02), load(IIR), store(IER, 0x0a), load(IIR)];
    const alone = [store(MCR, 0x10), load(IIR), load(IIR), load(MSR), load(IIR), store(IER, 0x00), store(MCR, 0x00)];
    portLikeTheChip(lab, watched([...again, ...alone, store(IER, 0x08), load(MSR), load(IIR)]));
  },
);

equivalence(
  1,
  'in loopback a driver hears itself, sees its own modem lines and overruns itself, and the wire from outside is cut',
  'PC16550D data sheet, "Modem Control Register", bit 4; "Line Status Register", bit 1 (overrun); lesson: "A register is not a variable"',
  (lab) => {
    // What Linux's 8250 driver does to find out whether there is a chip: MSR must read 0x90.
    const probe = [store(MCR, 0x1a), load(MSR), store(MCR, 0x10), load(MSR), load(MSR)];
    const two = [store(THR, 0x31), load(LSR), store(THR, 0x32), load(LSR), load(LSR), load(RBR), load(RBR), load(LSR)];
    const many = Array.from({ length: 18 }, (_, i) => store(THR, 0x40 + i));
    const drain = Array.from({ length: 18 }, () => [load(RBR), load(LSR)]).flat();
    const typed = [store(MCR, 0), ...drain];
    const all = [load(RBR), ...probe, store(IER, 0x05), ...two, store(FCR, 0x01), ...many, load(IIR), load(LSR), ...typed]; // prettier-ignore
    portLikeTheChip(lab, watched(all), { typed: 'typed meanwhile' });
  },
);

equivalence(
  2,
  'a driver finds the disk and reads it: IDENTIFY DEVICE, READ SECTOR(S), DRQ for each sector, an interrupt for each',
  'ATA/ATAPI-6, clause 9 "PIO data-in command protocol"; lesson: "One sector, word by word"',
  (lab) => {
    const one = [load(CONTROL), WIRE, load(STATUS), WIRE, loadWords(), load(STATUS), WIRE];
    const found = [
      load(STATUS),
      load(COUNT),
      load(LBA_LOW),
      store(DEVICE, 0x40),
      store(STATUS, IDENTIFY),
      load(DATA),
      ...one,
    ];
    diskLikeTheDrive(lab, [...found, command(READ, 2, 2), ...one, ...one, load(DATA, 2)]);
    const disk = diskBench(lab.part, 300);
    disk.stores(commandOf(READ, 20, 0));
    const all = disk.readWords(256 * 256);
    requires(
      same(all, contents(300).subarray(20 * SECTOR, 276 * SECTOR)) && !(disk.model.load(STATUS, 1) & 0x08),
      'READ SECTOR(S) with a Sector Count of 0 means 256 sectors; the disk gave others, or fewer, or wants to go on.',
    );
  },
);

equivalence(
  1,
  'what a guest writes is on the disk, sector by sector; the first is awaited without an interrupt',
  'ATA/ATAPI-6, clause 9 "PIO data-out command protocol"; lesson: "One sector, word by word"',
  (lab) => {
    const one = (first: number): string[] => [load(CONTROL), WIRE, load(STATUS), WIRE, storeWords(first), WIRE];
    const tail = [load(STATUS), WIRE, store(STATUS, 0xe7), WIRE, load(STATUS)];
    diskLikeTheDrive(lab, [command(WRITE, 3, 2), ...one(0x1234), ...one(2), ...tail, command(READ, 3, 1), loadWords(9), storeWords(9, 3)]); // prettier-ignore
    // Data has 16 bits: a byte stored there is no word of the sector.
    diskLikeTheDrive(lab, [
      command(WRITE, 6, 1),
      store(DATA, 0x5a),
      storeWords(0x7700),
      store(DATA, 0x5a),
      load(STATUS),
    ]);
    const cautious = diskBench(lab.part, SECTORS);
    cautious.registers.writeCache = false;
    cautious.stores(commandOf(WRITE, 2, 1));
    cautious.writeWords(contentsOf(5));
    requires(cautious.asked.join() === 'write 2,flush', `the write cache is off, and of a sector that is written the store heard: ${cautious.asked.join(', ')}; right is write 2, flush.`); // prettier-ignore
    const full = diskBench(lab.part, SECTORS, { taken: false });
    full.stores(commandOf(WRITE, 1, 2));
    full.writeWords(contentsOf(7));
    const status = full.model.load(STATUS, 1);
    requires(
      status === 0x71 && full.asked.length === 1,
      `the medium had no room for a sector, and Status is ${hex(status)} afterwards; right is 0x71: DRDY, DF, DSC and ERR, no DRQ.`,
    );
  },
);

equivalence(
  1,
  'a command that cannot be carried out ends with ERR, the reason in Error, an interrupt, and the address of the sector that is missing',
  'ATA/ATAPI-6, clause 8 "READ SECTOR(S)", error outputs; 7 "Error register"; lesson: "Registers are input"',
  (lab) => {
    const outcome = [WIRE, load(CONTROL), load(ERROR), load(LBA_LOW), load(0x10), load(0x14), load(DEVICE), load(STATUS), WIRE, load(DATA, 2)]; // prettier-ignore
    const commands = [command(READ, 8, 1), command(READ, 0x0fffffff, 1), command(WRITE, 0x123456, 2), store(STATUS, 0x25), store(STATUS, 0x00)]; // prettier-ignore
    const cylinders = [command(READ, 1, 1), store(DEVICE, 0x00), store(STATUS, READ)];
    const midway = [command(READ, 7, 2), loadWords(), ...outcome, command(WRITE, 7, 2), storeWords(5), ...outcome];
    const feature = (code: number, count: number): string => [store(ERROR, code), store(COUNT, count), store(STATUS, 0xef)].join('\n'); // prettier-ignore
    const features = [feature(0x82, 0), feature(0x55, 0), feature(0x02, 0), feature(0x03, 0x0c), feature(0x03, 0x33)];
    diskLikeTheDrive(lab, [
      ...[...commands, ...cylinders, ...features].flatMap((each) => [each, ...outcome]),
      ...midway,
    ]);
  },
);

equivalence(
  1,
  'Status tells the disk that the guest knows, Alternate Status does not; nIEN, SRST and the absent second disk do what the standard says',
  'ATA/ATAPI-6, 7 "Alternate Status register" and "Device Control register"; 9 "Software reset protocol" and "Device 0 only configurations"; lesson: "A register is not a variable"',
  (lab) => {
    const look = [load(CONTROL), WIRE, load(CONTROL), WIRE, load(STATUS), WIRE];
    const quiet = [store(CONTROL, 0x02), command(READ, 1, 1), WIRE, store(CONTROL, 0x00), WIRE, ...look];
    const hidden = [command(READ, 6, 1), store(CONTROL, 0x02), WIRE, store(CONTROL, 0x00), WIRE, load(STATUS), WIRE];
    const reset = [command(READ, 2, 1), loadWords(7), store(CONTROL, 0x04), load(STATUS), store(COUNT, 9), store(STATUS, READ), load(COUNT), WIRE, store(CONTROL, 0x00), load(STATUS), load(ERROR), load(COUNT), load(LBA_LOW), load(DEVICE), load(DATA, 2), WIRE]; // prettier-ignore
    const absent = [command(READ, 4, 1), store(DEVICE, 0x50), WIRE, WIRE, load(STATUS), load(CONTROL), store(STATUS, IDENTIFY), load(STATUS), store(DEVICE, 0x40), WIRE, load(STATUS)]; // prettier-ignore
    diskLikeTheDrive(lab, [command(READ, 5, 1), WIRE, ...look, ...quiet, ...hidden, ...reset, ...absent]);
  },
);

equivalence(
  1,
  'some hundred accesses that no driver would make get the answers of the chip and of the drive',
  'Popek and Goldberg 1974, section 3: "an effect identical with that demonstrated if the program had been run on the original machine directly"; lesson: "Registers are input"',
  (lab) => {
    const next = random32(1974);
    const below = (n: number): number => next() % n;
    const offPort = Array.from({ length: 350 }, () => (below(2) ? load(below(8)) : store(below(8), below(256))));
    portLikeTheChip(lab, offPort, { typed: 'And if somebody types meanwhile?' });
    const values = [0, 1, 2, 7, 8, 0x40, 0x50, 0xe0, READ, WRITE, IDENTIFY, 0xef, 0xff];
    const offDisk = Array.from({ length: 350 }, () => {
      const [offset, width] = [2 * below(18), below(3) ? 1 : 2] as const;
      return below(2) ? load(offset, width) : store(offset, values[below(values.length)], width);
    });
    diskLikeTheDrive(lab, [...offDisk, command(READ, 6, 1), loadWords(30)]);
  },
);

equivalence(
  1,
  'all that a device remembers is in its registers: a copy of them goes on in another VM, in the middle of a sector',
  'vmm/emulated-devices.ts; lesson: "What a device remembers"',
  (lab) => {
    const [one, other] = [diskBench(lab.part, SECTORS), diskBench(lab.part, SECTORS)];
    one.stores(commandOf(READ, 3, 2));
    const begun = one.readWords(100);
    const { buffer, ...registers } = one.registers;
    Object.assign(other.registers, registers);
    other.registers.buffer.set(buffer);
    const rest = other.readWords(412);
    requires(
      same(Buffer.concat([begun, rest]), contents(SECTORS).subarray(3 * SECTOR, 5 * SECTOR)),
      'a read that had come to word 100 of sector 3 when the VM was saved did not go on there when it was restored.',
    );
    const [port, copy] = [portBench(lab.part), portBench(lab.part)];
    port.port.store(FCR, 0x81);
    port.port.store(IER, 0x03);
    for (const byte of [1, 2, 3]) port.port.receive(byte);
    const { received, ...others } = port.registers;
    Object.assign(copy.registers, others);
    copy.registers.received.push(...received);
    const answers = [IIR, RBR, RBR, RBR, IIR, LSR].map((register) => copy.port.load(register));
    requires(
      answers.join() === '204,1,2,3,194,96',
      `a port that was restored with three bytes in its FIFO answered ${answers.map(hex).join(' ')}; right is 0xcc 0x1 0x2 0x3 0xc2 0x60.`,
    );
  },
);

safety(
  1,
  'no sector beyond the end of the disk is read or written, whether it is the first of a command or the last',
  'ATA/ATAPI-6, 7 "Error register", IDNF; lesson: "Registers are input"',
  (lab) => {
    for (const [code, sector, count] of [
      [READ, 8, 1],
      [READ, 6, 5],
      [WRITE, 8, 1],
      [WRITE, 7, 3],
      [READ, 0x0fffffff, 0],
      [0x40, 5, 4],
    ]) {
      // prettier-ignore
      const disk = diskBench(lab.part, SECTORS);
      disk.stores(commandOf(code, sector, count));
      if (code === WRITE) disk.writeWords(contents(4));
      else disk.readWords(4 * 256);
      const beyond = disk.asked.find((each) => Number(each.split(' ')[1]) >= SECTORS);
      requires(
        beyond === undefined,
        `command ${hex(code)} for ${count || 256} sectors from ${hex(sector)} on: your disk asked for "${beyond}" although it has sectors 0 to ${SECTORS - 1}.`,
      );
    }
  },
);

safety(
  1,
  'a transfer that is abandoned leaves nothing behind: the next command begins at the first byte, and no word goes beyond the sector',
  'CVE-2015-3456 (VENOM); lesson: "Registers are input"',
  (lab) => {
    const ways: readonly (readonly [string, readonly (readonly [number, number])[]])[] = [
      ['another command', []],
      ['a software reset', [[CONTROL, 0x04], [CONTROL, 0x00]]],
      ['a command that is none', [[STATUS, 0xff]]],
    ]; // prettier-ignore
    for (const [how, touches] of ways) {
      const disk = diskBench(lab.part, SECTORS);
      disk.stores(commandOf(WRITE, 1, 2));
      disk.writeWords(new Uint8Array(300).fill(0xee));
      disk.stores(touches);
      disk.writeWords(how === 'another command' ? new Uint8Array() : new Uint8Array(900).fill(0xdd));
      disk.stores(commandOf(READ, 4, 1));
      const read = disk.readWords();
      requires(
        same(read, contentsOf(4)) && same(disk.bytes, contents(SECTORS)),
        `a write was abandoned after 300 bytes by ${how}, and then sector 4 was read: ${same(read, contentsOf(4)) ? 'it was right, but something had been written' : 'its bytes are not those on the disk'}.`,
      );
      disk.readWords(64);
      requires(
        disk.registers.buffer.length === SECTOR && disk.asked.length === 1,
        `after the last word the disk was asked for more: ${disk.asked.join(', ')}.`,
      );
    }
  },
);

safety(
  1,
  'two VMs have two devices, and to ask about the wire changes nothing',
  'lesson: "What a device remembers"',
  (lab) => {
    const [one, two] = [diskBench(lab.part, SECTORS), diskBench(lab.part, SECTORS)];
    one.stores(commandOf(READ, 1, 2));
    two.stores(commandOf(WRITE, 5, 1));
    const wires = Array.from({ length: 3 }, () => [one.model.interrupts(), two.model.interrupts()].join());
    two.writeWords(contentsOf(0));
    requires(
      same(one.readWords(512), contents(SECTORS).subarray(SECTOR, 3 * SECTOR)) && same(two.bytes.subarray(5 * SECTOR, 6 * SECTOR), contentsOf(0)), // prettier-ignore
      'one VM read its disk while another wrote to its own, and they got into each other.',
    );
    requires(
      wires.every((each) => each === 'true,false'),
      `a disk that has a sector ready and one that waits for the first: asked three times, \`interrupts\` said ${wires.join('; ')}; right is true,false each time.`,
    );
    const { port } = portBench(lab.part);
    port.store(IER, 0x02);
    const asked = [port.interrupts(), port.interrupts(), port.load(IIR), port.interrupts(), port.load(IIR)].join();
    requires(asked === 'true,true,2,false,1', `"sent" was enabled; wire, wire, IIR, wire, IIR were ${asked}; right is true,true,2,false,1.`); // prettier-ignore
  },
);

efficiency(
  1,
  'the store is asked once for each sector, and never to flush while the write cache is on and nobody asked',
  'ATA/ATAPI-6, clause 8 "SET FEATURES" (write cache) and "FLUSH CACHE"; lesson: "What it costs"',
  (lab) => {
    const disk = diskBench(lab.part, SECTORS);
    disk.stores(commandOf(READ, 1, 3));
    disk.readWords(3 * 256);
    disk.stores(commandOf(WRITE, 4, 2));
    disk.writeWords(contents(2));
    const asked = disk.asked.join(', ');
    lab.measure(`${disk.asked.length} requests to the store for 5 sectors (pass 5)`);
    requires(asked === 'read 1, read 2, read 3, write 4, write 5', `for sectors 1 to 3 read and 4 to 5 written the store was asked: ${asked}.`); // prettier-ignore
  },
);

efficiency(
  1,
  'a sector is one interrupt, not one for each word: 4 sectors read are 4, and 4 written are 4',
  'ATA/ATAPI-6, clause 9 "PIO data-in command protocol" and "PIO data-out command protocol"; lesson: "One sector, word by word"',
  (lab) => {
    for (const code of [READ, WRITE]) {
      const disk = diskBench(lab.part, SECTORS);
      let interrupts = 0;
      const serve = (): void => {
        if (!disk.model.interrupts()) return;
        interrupts++;
        disk.model.load(STATUS, 1);
      };
      disk.stores(commandOf(code, 0, 4));
      serve();
      for (let word = 0; word < 4 * 256; word++) {
        if (code === READ) disk.model.load(DATA, 2);
        else disk.model.store(DATA, 2, word);
        serve();
      }
      const what = code === READ ? 'read' : 'written';
      lab.measure(`${interrupts} interrupts for 4 sectors ${what} (pass 4)`);
      requires(interrupts === 4, `4 sectors ${what} were ${interrupts} interrupts; each of them costs a guest several exits. Right is 4.`); // prettier-ignore
    }
  },
);

efficiency(
  1,
  'with FIFOs, 64 characters typed at once cost a driver at most 5 interrupts; each ends when the FIFO is empty',
  'PC16550D data sheet, "FIFO Control Register"; lesson: "What it costs"',
  (lab) => {
    const { port } = portBench(lab.part);
    const typed = Array.from({ length: 64 }, (_, i) => i + 32);
    const heard: number[] = [];
    let interrupts = 0;
    const arrive = (): void => {
      while (typed.length > 0 && port.receive(typed[0])) typed.shift();
    };
    port.store(FCR, 0xc1);
    port.store(IER, 0x01);
    arrive();
    for (; port.interrupts() && interrupts < 200; interrupts++) {
      // As Linux's handler: all that is there now; what arrives meanwhile is the next interrupt's.
      for (let n = 0; n < 16 && port.load(LSR) & 1; n++) heard.push(port.load(RBR));
      arrive();
    }
    lab.measure(`${interrupts} interrupts for 64 characters (pass 5)`);
    requires(heard.length === 64 && heard.every((byte, i) => byte === i + 32), `of 64 characters the driver heard ${heard.length}, or not in their order.`); // prettier-ignore
    requires(interrupts <= 5, `64 characters were ${interrupts} interrupts; with 16 at a time 4 are enough.`);
  },
);
