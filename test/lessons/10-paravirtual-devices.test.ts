/** Lesson 10: do blocks and buffers pass as on bare metal, whatever the driver is up to, and at what price? */
import { DriverError, type BlockStore } from '#machine';
import { requires, suite } from '../../src/course/lab';
import { referenceParts } from '../../src/reference';
import { INDIRECT, NEXT, WRITE, type Descriptor } from './support/descriptor';
import {
  blockRequest,
  DATA as GUEST_DATA,
  DriverScript,
  END as GUEST_END,
  EVENT_IDX,
  INDIRECT_DESC,
  TABLE,
} from './support/driver-script';
import { IDEAL, idealScript } from './support/ideal-script';
import { blocksRead, disk, interrupts, same, taken, usedIs } from './support/paravirtual-lab';
import { BASE, DATA, Driver, DriverMemory, END, hasBuffers, refuses } from './support/virtqueue';

const { equivalence, safety, efficiency } = suite('paravirtualDevices', referenceParts, require);

/** The script of a driver of the entropy device, which fills whatever it gets. */
const ENTROPY = 1;

equivalence(
  2,
  'a store to the ideal disk moves a block of 4096 bytes either way, or says what is not there, and then nothing has moved',
  'vmm/paravirtual-devices.ts, ParavirtualDevices.transfer; lesson: "One store a block"',
  (lab) => {
    same(lab, idealScript(), () => ({ ideal: disk(8 * 3 + 5) }));
    const memory = new DriverMemory();
    const full = Object.assign(disk(16), { write: () => false }) satisfies BlockStore;
    const status = lab.part.transfer((1n << 63n) | (1n << 36n) | BigInt(BASE / 4096), full, memory);
    requires(status === IDEAL.medium, `the disk did not take the block, and the status is ${status}; right is 3.`);
  },
);

equivalence(
  1,
  'a request is done as on bare metal, however its driver cuts it into descriptors',
  'virtio 1.2, section 2.6.4 "Message Framing"; lesson: "A request is a chain"',
  (lab) => {
    const script = new DriverScript().start(0n, { size: 16 });
    const [IN, OUT, FLUSH, GET_ID] = [0, 1, 4, 8];
    script
      .title('read')
      .link(0, blockRequest(script, IN, 1, { size: 512, write: true }))
      .send(0);
    script.load(GUEST_DATA + 16, 8).load(GUEST_DATA + 520, 8);
    script
      .title('write')
      .link(3, blockRequest(script, OUT, 2, { size: 1024 }))
      .send(3);
    script
      .title('behind the end')
      .link(0, blockRequest(script, IN, 64, { size: 512, write: true }))
      .send(0);
    script.load(GUEST_DATA + 16 + 512, 1);
    script
      .title('flush')
      .link(8, blockRequest(script, FLUSH, 0, { size: 0 }))
      .send(8);
    script
      .title('id')
      .link(5, blockRequest(script, GET_ID, 0, { size: 20, write: true }))
      .send(5);
    script.title('cut');
    const [header, data, status] = blockRequest(script, IN, 2, { size: 1024, write: true }, 0x1000);
    const cut = (of: Descriptor, ...sizes: number[]): Descriptor[] =>
      sizes.map((size, i) => ({ ...of, address: Number(of.address) + sizes.slice(0, i).reduce((a, b) => a + b, 0), size })); // prettier-ignore
    const pieces = [...cut(header, 1, 0, 6, 9), ...cut({ ...data, size: 1025 }, 3, 509, 0, 500, 13)];
    script
      .link(2, pieces)
      .send(2)
      .load(Number(status.address), 1)
      .load(Number(data.address) + 510, 8);
    same(lab, script.program());
  },
);

equivalence(
  1,
  'chains are taken in the order in which they were made available, each once, and many for one notification',
  'virtio 1.2, section 2.7.13 "Supplying Buffers to The Device"; lesson: "Two rings, two writers"',
  (lab) => {
    const driver = new Driver();
    taken(lab, driver, undefined);
    for (const heads of [
      [3, 1],
      [7, 0, 5, 2, 6, 4, 1, 3],
      [2, 2, 2],
    ]) {
      driver.offer(...heads);
      for (const head of [...heads, undefined]) taken(lab, driver, head);
    }
    const script = new DriverScript(ENTROPY).start();
    for (let i = 0; i < 8; i++) script.describe(i, { address: GUEST_DATA + 64 * i, size: 8 + i, flags: WRITE });
    for (const heads of [
      [1, 0],
      [4, 7, 2],
      [0, 1, 2, 3, 4, 5, 6, 7],
    ]) {
      heads.forEach((head) => script.offer(head));
      script.notify();
    }
    same(lab, script.program());
  },
);

equivalence(
  1,
  'indices run freely modulo 65536, and only their remainder by the size is a place in the ring',
  'virtio 1.2, section 2.7.6 "The Virtqueue Available Ring"; lesson: "Two rings, two writers"',
  (lab) => {
    const driver = new Driver({ from: 0xfffd });
    driver.offer(6, 5, 4, 3, 2);
    [6, 5, 4, 3, 2].forEach((head, i) => {
      taken(lab, driver, head);
      lab.part.give(driver.queue, head, 100 + i);
      usedIs(driver, 0xfffd + i, { id: head, len: 100 + i });
    });
    taken(lab, driver, undefined);
    requires(driver.usedIdx === 2, `five entries after 65533 the used idx is ${driver.usedIdx}; right is 2.`);
  },
);

equivalence(
  1,
  'chains come back in any order, of several queues at once: id is the head, len what was written, and idx follows the entry',
  'virtio 1.2, section 2.7.8 "The Virtqueue Used Ring"; lesson: "Two rings, two writers"',
  (lab) => {
    const [one, other] = [new Driver(), new Driver({ size: 4 })];
    one.offer(0, 3, 6);
    other.offer(2, 1);
    for (const head of [0, 3]) taken(lab, one, head);
    for (const head of [2, 1]) taken(lab, other, head);
    const returns = [[one, 3, 17], [other, 1, 0], [one, 0, 0xffff_ffff], [other, 2, 5]] as const; // prettier-ignore
    for (const [driver, id, len] of returns) {
      const position = driver.usedIdx;
      driver.memory.forget();
      lab.part.give(driver.queue, id, len);
      usedIs(driver, position, { id, len });
      requires(driver.usedIdx === position + 1, `one chain came back, and the used idx went from ${position} to ${driver.usedIdx}.`); // prettier-ignore
      const last = driver.memory.writes.at(-1)!.address;
      requires(last === driver.queue.device + 2, 'idx was written before the entry that it tells of.');
    }
    taken(lab, one, 6);
  },
);

equivalence(
  1,
  'without event indices, bit 0 of the available flags suppresses interrupts, and bit 0 of the used flags notifications',
  'virtio 1.2, sections 2.7.7 and 2.7.10; lesson: "The quiet ring"',
  (lab) => {
    const driver = new Driver();
    driver.usedEvent = 0; // means nothing here
    [0, 1, 2, 3, 0xfffe].forEach((flags) => {
      driver.set16(driver.queue.driver, flags);
      interrupts(lab, driver, (flags & 1) === 0, `with avail.flags = ${flags}`);
    });
    for (const on of [false, true, false]) {
      lab.part.listen(driver.queue, on);
      const flags = driver.get16(driver.queue.device);
      requires(flags === (on ? 0 : 1), `after listen(${on}) used.flags is ${flags}; right is ${on ? 0 : 1}.`);
    }
    const agreed = new Driver({ eventIndex: true });
    lab.part.listen(agreed.queue, false);
    requires(
      agreed.get16(agreed.queue.device) === 0,
      'with event indices used.flags is always 0 (section 2.7.10.2); after listen(false) it is not.',
    );
    const script = new DriverScript(ENTROPY).start();
    script.describe(0, { address: GUEST_DATA, size: 4, flags: WRITE });
    for (const flags of [0, 1, 1, 0]) script.availFlags(flags).send(0);
    same(lab, script.program());
  },
);

equivalence(
  1,
  'with event indices, exactly the entry that used_event names interrupts; the flags of the available ring mean nothing',
  'virtio 1.2, section 2.7.7.2; lesson: "The quiet ring"',
  (lab) => {
    const driver = new Driver({ eventIndex: true, from: 0xfffc });
    driver.set16(driver.queue.driver, 1);
    for (const event of [0xfffb, 0xfffd, 0xffff, 0xffff, 3, 1, 2, 0, 3]) {
      driver.usedEvent = event;
      const position = driver.usedIdx;
      interrupts(lab, driver, position === event, `with used_event = ${event}, for entry ${position}`);
    }
    const script = new DriverScript(ENTROPY).start(EVENT_IDX);
    for (let i = 0; i < 8; i++) script.describe(i, { address: GUEST_DATA, size: 4, flags: WRITE });
    for (const [event, heads] of [
      [0, [0]],
      [2, [1]],
      [2, [2, 3]],
      [9, [4, 5, 6]],
      [3, [7]],
      [9, [1, 2]],
    ] as const) {
      script.usedEvent(event).availFlags(1);
      heads.forEach((head) => script.offer(head));
      script.notify();
    }
    same(lab, script.program());
  },
);

equivalence(
  1,
  'with event indices, avail_event names the next chain to hear of, or one that the driver has passed',
  'virtio 1.2, section 2.7.10; lesson: "The quiet ring"',
  (lab) => {
    const driver = new Driver({ eventIndex: true, from: 0xfffc });
    lab.part.listen(driver.queue, true);
    for (let i = 0; i < 6; i++) {
      driver.offer(i);
      taken(lab, driver, i);
      const before = driver.usedIdx;
      lab.part.listen(driver.queue, false);
      const passed = (driver.queue.nextAvail - driver.availEvent) & 0xffff; // by how many, modulo 2^16
      requires(passed > 0 && passed < 0x8000 && driver.usedIdx === before, `listen(false) left avail_event at ${driver.availEvent}, which is still to come: the next chain is ${driver.queue.nextAvail}.`); // prettier-ignore
      lab.part.listen(driver.queue, true);
      const expected = (0xfffc + i + 1) & 0xffff;
      requires(driver.availEvent === expected, `after ${i + 1} chains avail_event is ${driver.availEvent}; right is ${expected}.`); // prettier-ignore
    }
  },
);

equivalence(
  1,
  'a chain may go on in a table of its own, which the device finds with or without WRITE on the descriptor that leads there',
  'virtio 1.2, section 2.7.5.3 "Indirect Descriptors"; lesson: "A request is a chain"',
  (lab) => {
    const driver = new Driver({ size: 4, indirect: true });
    const table = DATA + 0x1000;
    for (const flags of [INDIRECT, INDIRECT | WRITE]) {
      driver.describe(1, { address: DATA, size: 16, flags: NEXT, next: 3 });
      driver.describe(3, { address: table, size: 5 * 16, flags });
      driver.describe(0, { address: DATA + 16, size: 7, flags: NEXT, next: 4 }, table);
      driver.describe(4, { address: DATA + 64, size: 512, flags: WRITE | NEXT, next: 2 }, table);
      driver.describe(2, { address: DATA + 640, size: 1, flags: WRITE }, table);
      const readable = [{ address: DATA, size: 16 }, { address: DATA + 16, size: 7 }]; // prettier-ignore
      const writable = [{ address: DATA + 64, size: 512 }, { address: DATA + 640, size: 1 }]; // prettier-ignore
      hasBuffers(lab.part, driver, 1, { readable, writable });
      // What stands before the table keeps its place, readable or writable.
      driver.describe(1, { address: DATA, size: 16, flags: NEXT, next: 2 });
      driver.describe(2, { address: DATA + 32, size: 9, flags: NEXT | WRITE, next: 3 });
      driver.describe(0, { address: DATA + 64, size: 512, flags: WRITE }, table);
      const both = [{ address: DATA + 32, size: 9 }, { address: DATA + 64, size: 512 }]; // prettier-ignore
      hasBuffers(lab.part, driver, 1, { readable: [{ address: DATA, size: 16 }], writable: both });
    }
    const script = new DriverScript().start(INDIRECT_DESC);
    const [header, data, status] = blockRequest(script, 0, 3, { size: 512, write: true });
    script.describe(0, { ...header, flags: NEXT, next: 2 }, { table: TABLE });
    script
      .describe(2, { ...data, flags: WRITE | NEXT, next: 1 }, { table: TABLE })
      .describe(1, status, { table: TABLE });
    script
      .describe(5, { address: TABLE, size: 48, flags: INDIRECT })
      .send(5)
      .load(GUEST_DATA + 16, 8);
    same(lab, script.program());
  },
);

safety(
  1,
  'a loop, and a chain longer than the queue, end in the device asking for its reset, and it works again after that',
  'virtio 1.2, section 2.7.5.2 "Driver Requirements"; lesson: "What a hostile driver does"',
  (lab) => {
    const room = (next: number, size = 4): Descriptor => ({ address: DATA, size, flags: WRITE | NEXT, next });
    const loops: Readonly<Record<string, Descriptor[]>> = {
      'a descriptor that is its own next one': [room(0)],
      'a loop of two': [room(1), room(0)],
      'a loop of all descriptors': Array.from({ length: 8 }, (_, i) => room((i + 1) % 8)),
      'a loop that the head is not part of': [room(1), room(2), room(1)],
      'a loop of buffers without bytes': [room(0, 0)],
    };
    for (const [what, descriptors] of Object.entries(loops)) {
      for (const indirect of [false, true]) {
        const driver = new Driver({ indirect: true });
        const table = indirect ? DATA + 0x1000 : undefined;
        descriptors.forEach((descriptor, i) => driver.describe(i, descriptor, table));
        if (table) driver.describe(0, { address: table, size: 16 * 8, flags: INDIRECT });
        refuses(`${what}${table ? ', in an indirect table' : ''}`, () => lab.part.chain(driver.queue, 0));
        requires(driver.memory.reads.length <= 8 * 9 + 8, `${what} of a queue of 8 was walked for ${driver.memory.reads.length} reads.`); // prettier-ignore
      }
    }
    for (const count of [8, 9]) {
      const driver = new Driver({ indirect: true });
      const table = DATA + 0x1000;
      for (let i = 0; i < count; i++) driver.describe(i, { ...room(i + 1), flags: i === count - 1 ? WRITE : WRITE | NEXT }, table); // prettier-ignore
      driver.describe(0, { address: table, size: 16 * count, flags: INDIRECT });
      if (count === 9) refuses('nine descriptors in a queue of eight', () => lab.part.chain(driver.queue, 0));
      else hasBuffers(lab.part, driver, 0, { readable: [], writable: Array.from({ length: 8 }, () => ({ address: DATA, size: 4 })) }); // prettier-ignore
    }
    const script = new DriverScript(ENTROPY);
    const guestRoom = (next: number): Descriptor => ({ address: GUEST_DATA, size: 4, flags: WRITE | NEXT, next });
    script.title('loop').start().describe(0, guestRoom(1)).describe(1, guestRoom(0)).send(0).send(0);
    script.title('after the reset').start().describe(0, { address: GUEST_DATA, size: 4, flags: WRITE }).send(0);
    same(lab, script.program());
  },
);

safety(
  1,
  'heads, next ones and an idx that cannot be are refused when they are seen',
  'virtio 1.2, sections 2.7.5 and 2.7.6; lesson: "What a hostile driver does"',
  (lab) => {
    for (const head of [8, 9, 0x7fff, 0xffff]) {
      const driver = new Driver();
      driver.offer(head);
      refuses(`head ${head} in a queue of 8`, () => lab.part.take(driver.queue));
    }
    for (const next of [8, 0xffff]) {
      const driver = new Driver();
      driver.describe(0, { address: DATA, size: 4, flags: NEXT, next });
      refuses(`descriptor ${next} of a table of 8`, () => lab.part.chain(driver.queue, 0));
    }
    const behind = new Driver({ indirect: true });
    behind.describe(0, { address: DATA, size: 32, flags: INDIRECT });
    behind.describe(0, { address: DATA, size: 4, flags: NEXT, next: 2 }, DATA);
    behind.describe(2, { address: DATA, size: 4 }, DATA);
    refuses('descriptor 2 of an indirect table of 2', () => lab.part.chain(behind.queue, 0));
    for (const [from, idx] of [
      [0, 9],
      [0, 0x8000],
      [0, 0xffff],
      [5, 4],
      [0xfffe, 7],
    ] as const) {
      const driver = new Driver({ from });
      driver.set16(driver.queue.driver + 2, idx);
      refuses(`an available idx of ${idx} where ${from} chains were taken`, () => lab.part.take(driver.queue));
    }
    const script = new DriverScript(ENTROPY);
    script.title('head').start().send(8).title('next').start();
    script.describe(0, { address: GUEST_DATA, size: 4, flags: WRITE | NEXT, next: 8 }).send(0);
    for (const idx of [9, 0xffff]) script.title(`idx ${idx}`).start().idx(idx).notify();
    script
      .title('goes back')
      .start()
      .describe(0, { address: GUEST_DATA, size: 4, flags: WRITE })
      .send(0)
      .idx(0)
      .notify();
    script
      .title('all the same head')
      .start()
      .describe(0, { address: GUEST_DATA, size: 4, flags: WRITE })
      .idx(8)
      .notify();
    same(lab, script.program());
  },
);

safety(
  1,
  "a buffer that is not all the guest's memory is refused, wherever it lies and however long it is",
  'virtio 1.2, section 2.7.5; lesson: "What a hostile driver does"',
  (lab) => {
    const places = (end: number): readonly (readonly [number | bigint, number])[] => [
      [DATA, 0xffff_ffff], [2n ** 64n - 16n, 32], [2n ** 64n - 1n, 1], [2n ** 53n + 1n, 1], [0, 1], [0x1000_0000, 1],
      [0x1000_1050, 4], [BASE - 1, 2], [end - 3, 4], [end, 1], [2 ** 32 + DATA, 4],
    ]; // prettier-ignore
    for (const [address, size] of places(END)) {
      for (const flags of [0, WRITE]) {
        const driver = new Driver();
        driver.describe(2, { address, size, flags });
        refuses(`${size} bytes at 0x${address.toString(16)}`, () => lab.part.chain(driver.queue, 2));
      }
    }
    for (const flags of [0, WRITE]) {
      const driver = new Driver();
      driver.memory.readOnly = DATA + 0x100;
      driver.describe(0, { address: DATA + 0xff, size: 2, flags });
      if (flags)
        refuses('a buffer for the device to write, in memory that may only be read', () =>
          lab.part.chain(driver.queue, 0),
        );
      else hasBuffers(lab.part, driver, 0, { readable: [{ address: DATA + 0xff, size: 2 }], writable: [] });
    }
    const driver = new Driver();
    driver.describe(0, { address: 5, size: 0, flags: NEXT, next: 1 });
    driver.describe(1, { address: END - 1, size: 1, flags: WRITE, next: 0xffff }); // means nothing without NEXT
    hasBuffers(lab.part, driver, 0, { readable: [{ address: 5, size: 0 }], writable: [{ address: END - 1, size: 1 }] });
    const script = new DriverScript(ENTROPY);
    places(GUEST_END).forEach(([address, size], i) => {
      script.title(`place ${i}`).start().describe(0, { address, size, flags: WRITE }).send(0);
    });
    script
      .title('the last byte')
      .start()
      .describe(0, { address: GUEST_END - 1, size: 1, flags: WRITE })
      .send(0);
    script
      .title('more than 16 bits')
      .describe(1, { address: GUEST_DATA, size: 0x1_0004, flags: WRITE, next: 99 })
      .send(1);
    same(lab, script.program());
  },
);

safety(
  1,
  'all of a chain is checked before any of it is done: of a request that is refused, nothing has been written',
  'virtio 1.2, sections 2.7.4.2 and 2.7.5.2; lesson: "What a hostile driver does"',
  (lab) => {
    const wrong: Readonly<Record<string, Descriptor>> = {
      'a readable buffer behind a writable one': { address: DATA, size: 4 },
      'a buffer of no bytes that is readable, behind a writable one': { address: DATA, size: 0 },
      'a second buffer that is no memory': { address: 0, size: 4, flags: WRITE },
      'a second buffer of which the end is no memory': { address: END - 4, size: 8, flags: WRITE },
    };
    for (const [what, descriptor] of Object.entries(wrong)) {
      const driver = new Driver();
      driver.describe(0, { address: DATA + 64, size: 64, flags: WRITE | NEXT, next: 1 });
      driver.describe(1, descriptor);
      refuses(what, () => lab.part.chain(driver.queue, 0));
      requires(driver.memory.writes.length === 0, 'a walk of the chain wrote to memory.');
    }
    const large = new Driver();
    large.memory.allows = () => true;
    [0xffff_ffff, 1, 1].forEach((size, i) => large.describe(i, { address: DATA, size, flags: WRITE | (i < 2 ? NEXT : 0), next: i + 1 })); // prettier-ignore
    refuses('a chain of 2^32 + 1 bytes', () => lab.part.chain(large.queue, 0));
    large.describe(1, { address: DATA, size: 1, flags: WRITE });
    lab.part.chain(large.queue, 0); // 2^32 bytes are allowed
    const script = new DriverScript();
    script.title('half').start();
    const [header, data, status] = blockRequest(script, 0, 1, { size: 512, write: true });
    script
      .link(0, [header, data, { ...status, address: GUEST_END }])
      .send(0)
      .load(GUEST_DATA + 16, 8);
    script
      .title('out of order')
      .start()
      .link(0, [header, status, { ...data, flags: 0 }])
      .send(0);
    same(lab, script.program());
  },
);

safety(
  1,
  'an indirect table is a table of whole descriptors, one level deep, at the end of a chain, and only where it was agreed on',
  'virtio 1.2, section 2.7.5.3.1 "Driver Requirements: Indirect Descriptors"; lesson: "What a hostile driver does"',
  (lab) => {
    const table = DATA + 0x1000;
    const cases: readonly (readonly [string, Descriptor, boolean])[] = [
      ['a table of 17 bytes', { address: table, size: 17, flags: INDIRECT }, true],
      ['a table of 15 bytes', { address: table, size: 15, flags: INDIRECT }, true],
      ['a table of no bytes', { address: table, size: 0, flags: INDIRECT }, true],
      ['a table and a next descriptor', { address: table, size: 16, flags: INDIRECT | NEXT, next: 1 }, true],
      ['a table without the feature', { address: table, size: 16, flags: INDIRECT }, false],
      ['a table that is no memory', { address: END - 8, size: 16, flags: INDIRECT }, true],
      ['a table in a table', { address: table + 16, size: 16, flags: INDIRECT }, true],
    ];
    for (const [what, descriptor, indirect] of cases) {
      const driver = new Driver({ indirect });
      driver.describe(0, { address: DATA, size: 4, flags: WRITE }, table);
      driver.describe(1, { address: table, size: 16, flags: INDIRECT }, table);
      driver.describe(0, descriptor);
      driver.describe(1, { address: DATA, size: 4, flags: WRITE });
      refuses(what, () => lab.part.chain(driver.queue, 0));
    }
    const script = new DriverScript(ENTROPY);
    for (const [what, { size, flags, next }, indirect] of cases.slice(0, 5)) {
      script.title(what).start(indirect ? INDIRECT_DESC : 0n);
      script.describe(0, { address: GUEST_DATA, size: 4, flags: WRITE }, { table: TABLE });
      script.describe(0, { address: TABLE, size, flags, next }).send(0);
    }
    same(lab, script.program());
  },
);

safety(
  1,
  'each descriptor is read once: what the driver changes while the device looks makes no request that was never checked',
  'lesson: "A chain that changes while it is read"',
  (lab) => {
    for (let when = 1; when <= 6; when++) {
      const driver = new Driver();
      driver.describe(0, { address: DATA, size: 16, flags: NEXT, next: 1 });
      driver.describe(1, { address: DATA + 64, size: 64, flags: WRITE });
      driver.memory.meanwhile = (access) => {
        if (access !== when) return;
        driver.describe(1, { address: 0, size: 0xffff_ffff, flags: WRITE });
        driver.describe(0, { address: 0, size: 0xffff_ffff, flags: WRITE });
      };
      let buffers;
      try {
        buffers = lab.part.chain(driver.queue, 0);
      } catch (error) {
        if (!(error instanceof DriverError)) throw error;
        continue;
      }
      const all = [...buffers.readable, ...buffers.writable];
      requires(
        all.every(({ address, size }) => driver.memory.allows(address, size, 'read')),
        `the driver changed its descriptors before access ${when}, and the chain has a buffer that was never memory.`,
      );
    }
    const driver = new Driver();
    driver.describe(0, { address: DATA, size: 16, flags: NEXT, next: 1 });
    driver.describe(1, { address: DATA + 64, size: 64, flags: WRITE });
    lab.part.chain(driver.queue, 0);
    const seen = new Set<number>();
    for (const { address, size } of driver.memory.reads) {
      for (let byte = address; byte < address + size; byte++) {
        requires(!seen.has(byte), `byte ${(byte - BASE) % 16} of descriptor ${Math.floor((byte - BASE) / 16)} was read twice.`); // prettier-ignore
        seen.add(byte);
      }
    }
  },
);

safety(
  1,
  "memory that refuses, at any access, is the driver's mistake and never the hypervisor's failure",
  'machine/bus/dma.ts, DmaMemory; lesson: "What a hostile driver does"',
  (lab) => {
    for (let gone = 1; gone <= 12; gone++) {
      for (const eventIndex of [false, true]) {
        const driver = new Driver({ eventIndex });
        driver.describe(4, { address: DATA, size: 16, flags: NEXT, next: 5 });
        driver.describe(5, { address: DATA + 64, size: 64, flags: WRITE });
        driver.offer(4);
        driver.memory.gone = gone;
        const request = (): void => {
          const { queue } = driver;
          const head = lab.part.take(queue);
          if (head === undefined) return;
          lab.part.chain(queue, head);
          lab.part.give(queue, head, 64);
          lab.part.listen(queue, true);
        };
        const before = driver.memory.accesses;
        const fails = (): boolean => driver.memory.accesses - before >= gone;
        try {
          request();
        } catch (error) {
          if (error instanceof DriverError) continue;
          throw error;
        }
        requires(!fails(), `memory refused access ${gone} of a request, and your part went on as if nothing had happened.`); // prettier-ignore
      }
    }
  },
);

efficiency(
  1,
  'sixteen blocks for one notification cost at most half an exit each, as the guest disk-reader reads them',
  'lesson: "What a block costs"',
  (lab) => {
    const [few, many] = [16, 32].map((blocks) => blocksRead(lab, blocks, 16));
    const each = (many - few) / 16;
    lab.measure(`${each} exits a block (pass 0.5)`);
    requires(each <= 0.5, `a block costs ${each} exits; 0.5 are enough.`);
  },
);

for (const [name, budget] of [
  ['pass', 24],
  ['par', 12],
] as const) {
  efficiency(
    1,
    `a request of three descriptors takes at most ${budget} accesses to the driver's memory (${name})`,
    'lesson: "What a block costs"',
    (lab) => {
      const driver = new Driver({ size: 16 });
      const requests = 64;
      for (let i = 0; i < 3; i++) driver.describe(i, { address: DATA + 64 * i, size: 16, flags: (i > 0 ? WRITE : 0) | (i < 2 ? NEXT : 0), next: i + 1 }); // prettier-ignore
      for (let i = 0; i < requests; i++) {
        driver.offer(0);
        lab.part.chain(driver.queue, lab.part.take(driver.queue) ?? 0);
        lab.part.give(driver.queue, 0, 32);
      }
      const { memory } = driver;
      requires(driver.usedIdx === requests, `${requests} requests were given back, and the used idx is ${driver.usedIdx}.`); // prettier-ignore
      const [accesses, bytes] = [memory.accesses / requests, (memory.bytesRead + memory.bytesWritten) / requests];
      if (name === 'pass') lab.measure(`${accesses} accesses a request, ${bytes} bytes (pass 24, par 12)`);
      requires(accesses <= budget && bytes <= 128, `a request took ${accesses} accesses to memory, of ${bytes} bytes; ${budget} of 128 are enough.`); // prettier-ignore
    },
  );
}
