/** Generated questions: the same seed gives the same question, every one is sound, and the answers are the manual's. */
import { referenceParts } from '#reference';
import { check, rightAnswer } from '../../src/course/quiz/check';
import { GENERATOR_NAMES, instantiate, shownOrder } from '../../src/course/quiz/generators';
import type { ChooseAllQuestion, ChooseQuestion, NumberQuestion, Question } from '../../src/course/quiz/question';

const SEEDS = Array.from({ length: 200 }, (_, index) => `seed ${index}`);
const make = (generator: string, seed: string): Question =>
  instantiate({ kind: 'generate', id: 'g', generator, section: 'S' }, seed);
const numbers = (generator: string): NumberQuestion[] => SEEDS.map((seed) => make(generator, seed) as NumberQuestion);
const find = (pattern: RegExp, text: string): string => pattern.exec(text)?.[1] ?? '';

describe.each(GENERATOR_NAMES)('%s', (name) => {
  it('is determined by its seed and differs between seeds', () => {
    expect(make(name, 'a')).toEqual(make(name, 'a'));
    expect(new Set(SEEDS.map((seed) => make(name, seed).ask)).size).toBeGreaterThan(3);
  });

  it('accepts its own answer, and no known mistake equals it or lacks an explanation', () => {
    for (const seed of SEEDS) {
      const question = make(name, seed);
      expect(check(question, rightAnswer(question)).right).toBe(true);
      expect(question).toMatchObject({ id: 'g', section: 'S' });
      if (question.kind !== 'number') continue;
      expect(question.mistakes.length).toBeGreaterThan(0);
      for (const mistake of question.mistakes) {
        expect(check(question, mistake.answer)).toMatchObject({ right: false, explanations: [mistake.why] });
      }
    }
  });
});

it('csr-number: the CSR number is bits 31..20 of the word (Zicsr, "CSR Instructions")', () => {
  for (const question of numbers('csr-number')) {
    expect(question.answer).toBe(Number(find(/`(0x[0-9a-f]{8})`/, question.ask)) >>> 20);
    expect(question.ask).toMatch(/`0x[0-9a-f]{5}[0-9a-f](73|f3)`/);
  }
});

it('interrupt-identified: the most urgent enabled cause, line status before data before THR empty before modem (PC16550D, "Interrupt Control Functions")', () => {
  for (const { ask, answer } of numbers('interrupt-identified')) {
    const ier = Number(find(/IER is (0x[0-9a-f])/, ask));
    const [bytes, trigger] = [Number(find(/are (\d+) bytes/, ask)), Number(find(/trigger is (\d+)/, ask))];
    const causes: [bit: number, there: boolean, id: number][] = [
      [4, ask.includes('was an overrun'), 0xc6],
      [1, bytes >= trigger, 0xc4],
      [1, bytes > 0, 0xcc],
      [2, ask.includes('empty" is pending'), 0xc2],
      [8, ask.includes('lines have changed'), 0xc0],
    ];
    expect([ask, answer]).toEqual([ask, causes.find(([bit, there]) => there && (ier & bit) !== 0)?.[2] ?? 0xc1]);
  }
});

it('words-before-the-end: the sectors that exist are transferred, 256 words each (ATA/ATAPI-6, "READ SECTOR(S)", error outputs)', () => {
  for (const { ask, answer } of numbers('words-before-the-end')) {
    const [sectors, first] = [Number(find(/has (\d+) sectors/, ask)), Number(find(/sector (\d+) on/, ask))];
    expect(answer).toBe(256 * (sectors - first));
  }
});

it('trap-target: BASE + 4 x code for interrupts in vectored mode only (Privileged, "stvec")', () => {
  for (const question of numbers('trap-target')) {
    const stvec = Number(find(/written (0x[0-9a-f]+)/, question.ask));
    const code = Number(find(/\(code (\d+)\)/, question.ask));
    const vectored = stvec % 4 === 1 && question.ask.includes('interrupt (');
    expect(question.answer).toBe(stvec - (stvec % 4) + (vectored ? 4 * code : 0));
  }
});

it('status-after-trap: SPP takes the mode, SPIE takes SIE, SIE is cleared (Privileged, "sstatus")', () => {
  for (const question of numbers('status-after-trap')) {
    const before = Number(find(/sstatus` is (0x[0-9a-f]+)/, question.ask));
    const mode = find(/in ([SU])-mode/, question.ask);
    expect(question.answer).toBe((mode === 'S' ? 0x100 : 0) | ((before & 2) === 2 ? 0x20 : 0));
  }
});

it('status-after-sret: SIE takes SPIE, SPIE becomes 1, SPP becomes 0 (Privileged, "sstatus")', () => {
  for (const question of numbers('status-after-sret')) {
    const before = Number(find(/sstatus` is (0x[0-9a-f]+)/, question.ask));
    expect(question.answer).toBe(0x20 | ((before & 0x20) === 0x20 ? 2 : 0));
  }
});

it('shadow-rights: U against mode and SUM, R with MXR, no X for the kernel on user pages, W with D only (Privileged, "Virtual Address Translation Process")', () => {
  const seen = new Set<number>();
  for (const { ask, answer } of numbers('shadow-rights')) {
    const set = find(/table has ([RWXU, ]+) set/, ask);
    const [has, is] = [(bit: string) => set.includes(bit), (name: string) => ask.includes(`${name} = 1`)];
    const user = ask.includes('in U-mode');
    const closed = user ? !has('U') : has('U') && !is('SUM');
    const readable = has('R') || (is('MXR') && has('X'));
    const executable = has('X') && (user || !has('U'));
    const rights = (readable ? 2 : 0) + (has('W') && is('D') ? 4 : 0) + (executable ? 8 : 0);
    expect([ask, answer]).toEqual([ask, closed ? 0 : rights]);
    seen.add(answer);
  }
  expect([...seen].sort((a, b) => a - b)).toEqual([0, 2, 6, 8, 10, 14]);
});

it('shadow-place: PPN of the leaf, offset of 12 or 21 bits, and then the slot (Privileged, "Sv39")', () => {
  for (const { ask, answer } of numbers('shadow-place')) {
    const [[first, firstAt], [second, secondAt]] = [...ask.matchAll(/(0x\w+) to 0x\w+ at (0x\w+)/g)].map(
      ([, gpa, hpa]) => [BigInt(gpa), BigInt(hpa)],
    );
    const at = BigInt(find(/virtual address (0x\w+)/, ask));
    const leaf = BigInt(find(/value (0x\w+)/, ask));
    const size = ask.includes('level 1') ? 1n << 21n : 1n << 12n;
    const gpa = ((leaf >> 10n) << 12n) + (at % size);
    expect(BigInt(answer)).toBe(gpa >= second ? gpa - second + secondAt : gpa - first + firstAt);
  }
});

const { virtualTime } = referenceParts;
const count = (text: string): number => Number(text.replaceAll(',', ''));

it('which-interrupt: what the part of lesson 05 lets in (Privileged, "Supervisor Interrupt (sip and sie) Registers")', () => {
  const seen = new Set<unknown>();
  for (const seed of SEEDS) {
    const question = make('which-interrupt', seed) as ChooseQuestion;
    const [, sip, sie] = /`sip` is (0x\w+), its `sie` is (0x\w+)/.exec(question.ask)!;
    const mode = find(/in ([SU])-mode/, question.ask) as 'S' | 'U';
    const open = question.ask.includes('SIE is 1');
    const due = virtualTime.due({ pending: BigInt(sip), enabled: BigInt(sie), mode, open });
    const right = question.choices.find((choice) => choice.right)!;
    expect(right.text).toContain(due === undefined ? 'none' : `(${due})`);
    seen.add(due);
  }
  expect(seen).toEqual(new Set([undefined, 1, 5, 9]));
});

it('how-far: what the part of lesson 05 answers', () => {
  for (const question of numbers('how-far')) {
    const [now, left, alarm] = [/reads ([\d,]+)\./, /has ([\d,]+) instructions/, /set to ([\d,]*\d)/].map((pattern) =>
      count(find(pattern, question.ask)),
    );
    expect(question.answer).toBe(virtualTime.budget(left, alarm, now));
  }
});

it('stolen-time: what the part of lesson 05 accounts', () => {
  for (const question of numbers('stolen-time')) {
    const [alarm, runs, preempted, again] = [
      /alarm at ([\d,]+)\./,
      /until ([\d,]+);/,
      /At ([\d,]+) its/,
      /from ([\d,]+) on/,
    ].map((pattern) => count(find(pattern, question.ask)));
    const account = { stolen: 0, since: undefined };
    for (const [event, now] of [
      ['waits', 0], ['ready', alarm], ['ready', runs], ['enters', runs], ['leaves', preempted], ['enters', again],
    ] as const) virtualTime.account(account, event, now); // prettier-ignore
    expect(question.answer).toBe(account.stolen);
  }
});

it('shows choices in an order that the seed determines, and never an order question solved', () => {
  const steps = ['a', 'b', 'c'].map((text) => ({ text, why: text }));
  const order: Question = { id: 'o', kind: 'order', ask: '?', why: '!', steps };
  for (const seed of SEEDS) {
    const shown = shownOrder(order, seed);
    expect([...shown].sort()).toEqual([0, 1, 2]);
    expect(shown).not.toEqual([0, 1, 2]);
    expect(shownOrder(order, seed)).toEqual(shown);
  }
});

it('four-experiments: the claims are those of the definitions (Popek and Goldberg 1974)', () => {
  const kinds = new Set<string>();
  for (const seed of SEEDS) {
    const question = make('four-experiments', seed) as ChooseAllQuestion;
    const [s4, s12, u4, u12] = [...question.ask.matchAll(/^[su], l = \d+: (.*)$/gm)].map(([, text]) => text);
    const completes = (text: string): boolean => text.startsWith('completes');
    const comparable = (one: string, other: string): boolean =>
      [one, other].every((text) => completes(text) && !text.includes('has become'));
    const differ = (one: string, other: string): boolean => comparable(one, other) && one !== other;
    const expected = {
      privileged: completes(s4) && completes(s12) && u4 === 'traps' && u12 === 'traps',
      'control-sensitive': question.ask.includes('has become'),
      'location-sensitive': differ(s4, s12) || differ(u4, u12),
      'mode-sensitive': differ(s4, u4) || differ(s12, u12),
    };
    const claimed = question.choices.filter(({ right }) => right).map(({ text }) => text);
    const names = Object.entries(expected).flatMap(([name, holds]) => (holds ? [name] : []));
    expect(claimed).toEqual(names.length > 0 ? names : ['none of these']);
    kinds.add(claimed.join());
  }
  expect(kinds.size).toBeGreaterThan(5);
});

it('against-theorem-one: sensitive and not privileged', () => {
  for (const question of numbers('against-theorem-one')) {
    const rows = [...question.ask.matchAll(/^[A-Z]{4,5} +(yes|-) +(\S+)$/gm)];
    expect(rows).toHaveLength(7);
    expect(question.answer).toBe(rows.filter(([, privileged, kind]) => privileged === '-' && kind !== '-').length);
  }
});

it('two-stage-references: (n + 1)(m + 1) - 1, with one level less for each step that a leaf is larger (Bhargava et al., ASPLOS 2008)', () => {
  const sizes = ['4 KiB', '2 MiB', '1 GiB'];
  for (const question of numbers('two-stage-references')) {
    const guest = find(/whose leaf has (\d+ ...)/, question.ask);
    const host = find(/mapped by leaves of (\d+ ...)/, question.ask);
    const n = 3 - sizes.indexOf(guest);
    const m = (question.ask.includes('Sv48x4') ? 4 : 3) - sizes.indexOf(host);
    expect(question.answer).toBe((n + 1) * (m + 1) - 1);
  }
});

it('two-stage-address: the entry of each index, then the block of the second stage (Privileged, "Two-Stage Address Translation")', () => {
  for (const question of numbers('two-stage-address')) {
    const gva = Number(find(/loads from (0x[0-9a-f]+)/, question.ask));
    const indices = [30, 21, 12].map((bit) => (gva >>> bit) & 511);
    const tables = question.ask.split("guest's").slice(1); // the root's entries, the middle table's, the last one's
    const taken = indices.map((index, i) => find(new RegExp(`\\[${index}\\] (?:table|page) (0x\\w+)`), tables[i]));
    expect([tables[1], tables[2]].map((table) => find(/table (0x\w+):/, table))).toEqual(taken.slice(0, 2));
    const page = Number(taken[2]);
    const blocks = [...question.ask.matchAll(/guest-physical (0x\w+) -> host-physical (0x\w+)/g)].map((match) =>
      match.slice(1).map(Number),
    );
    const [from, to] = blocks.find(([block]) => page >= block && page < block + 0x20_0000)!;
    expect(question.answer).toBe(to + (page - from) + (gva & 0xfff));
  }
});

it('host-address: where the part of lesson 06 finds the byte', () => {
  let crossing = 0;
  for (const question of numbers('host-address')) {
    const slots = [...question.ask.matchAll(/^(0x[0-9a-f]+)-(0x[0-9a-f]+) +RAM +(0x[0-9a-f]+)$/gm)].map((row) => {
      const [start, last, hpa] = row.slice(1).map(Number);
      return { gpa: BigInt(start), hpa, size: last + 1 - start };
    });
    expect(slots).toHaveLength(3);
    const gpa = BigInt(find(/buffer at (0x[0-9a-f]+)/, question.ask)) + BigInt(find(/byte (\d+) of it/, question.ask));
    const pieces = referenceParts.guestMemory.translate(gpa, 1, slots);
    expect(pieces).toEqual([{ hpa: question.answer, length: 1 }]);
    if (question.mistakes.some(({ why }) => why.startsWith('You went on behind'))) crossing++;
  }
  expect(crossing).toBeGreaterThan(50);
});

it('board-clash: what the part of lesson 06 refuses, and RAM alone is enough to be refused', () => {
  let clean = 0;
  for (const seed of SEEDS) {
    const question = make('board-clash', seed) as ChooseAllQuestion;
    const rows = [...question.ask.matchAll(/^(\w+) +(0x[0-9a-f]+)-(0x[0-9a-f]+)$/gm)].map(([, name, start, last]) => {
      return { name, gpa: Number(start), size: Number(last) + 1 - Number(start) };
    });
    expect(rows).toHaveLength(5);
    const isRefused = (devices: typeof rows): boolean =>
      'refused' in
      referenceParts.guestMemory.assemble(
        { ram: [{ gpa: 0, size: 4096 }], devices, pieceBytes: 4096 },
        () => 0x9000_0000,
      );
    const clashing = rows.filter((row) => rows.some((other) => other !== row && isRefused([row, other])));
    const names = clashing.map(({ name }) => name);
    expect(question.choices.filter(({ right }) => right).map(({ text }) => text)).toEqual(
      names.length > 0 ? names : ['none of them'],
    );
    if (names.length === 0) clean++;
  }
  expect(clean).toBeGreaterThan(5);
});

/** "Trap Cause Codes": which of the situations that the question can ask about is which. */
function causeBy(instruction: string, isKernel: boolean, bits: Readonly<Record<string, number>>): number | undefined {
  if (/mstatus|mret|csrw time|csrw hgeip/.test(instruction)) return 2; // not HS-qualified
  if (/hfence|hstatus|vsscratch/.test(instruction)) return 22; // a hypervisor's
  const counter = ['cycle', 'time', 'instret'].findIndex((name) => instruction.endsWith(name));
  if (counter >= 0) {
    const open = bits.hcounteren & (isKernel ? 7 : bits.scounteren);
    return (open >> counter) & 1 ? undefined : 22;
  }
  const closes = { 'csrw satp, zero': 'VTVM', 'sfence.vma': 'VTVM', wfi: 'VTW', sret: 'VTSR' }[instruction];
  return isKernel && !(closes && bits[closes]) ? undefined : 22;
}

it('guest-exception: HS-qualified and prevented is 22, not HS-qualified is 2 (Privileged, "Trap Cause Codes" of the hypervisor extension)', () => {
  const asked = new Set<number | undefined>();
  for (const seed of SEEDS) {
    const { ask, choices } = make('guest-exception', seed) as ChooseQuestion;
    const names = ['VTVM', 'VTW', 'VTSR', 'hcounteren', 'scounteren'];
    const bits = Object.fromEntries(
      names.map((name) => [name, Number(find(new RegExp(`${name}(?: =|\` is|\`) (\\w+)`), ask))]),
    );
    const cause = causeBy(find(/executes `(.*?)`/, ask), ask.includes('In VS-mode'), bits);
    expect([ask, choices.find(({ right }) => right)?.text]).toEqual([
      ask,
      cause ? expect.stringContaining(`(${cause})`) : 'nothing: it is done',
    ]);
    asked.add(cause);
  }
  expect(asked.size).toBe(3);
});

it('guest-reads: the VS CSR, the one that both share, hip one place lower, or time + htimedelta (Privileged, "Hypervisor and Virtual Supervisor CSRs")', () => {
  const asked = new Set<string>();
  for (const question of numbers('guest-reads')) {
    const given = (name: string): bigint => BigInt(find(new RegExp(`\`${name}\` = (0x[0-9a-f]+)`), question.ask) || 0);
    const name = find(/csrr a0, (\w+)/, question.ask);
    const special: Readonly<Record<string, () => bigint>> = {
      scounteren: () => given('scounteren'),
      sip: () => (given('hvip') & given('hideleg')) >> 1n,
      time: () => BigInt.asUintN(64, given('time') + given('htimedelta')),
    };
    expect(BigInt(question.answer)).toBe((special[name] ?? (() => given(`v${name}`)))());
    asked.add(name);
  }
  expect(asked).toEqual(new Set(['sscratch', 'sepc', 'scause', 'stval', 'scounteren', 'sip', 'time']));
});
