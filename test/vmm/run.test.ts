/** The frame around the run loop: several VMs on one hart, what is traced, what is counted, what cannot be configured. */
import { parseIsa } from '#machine';
import { bootReference } from '#reference';
import { FrameFault, type TraceEvent } from '#vmm';
import { run } from '../../src/vmm/run';
import { HostClock } from '../../src/vmm/clock';
import { DeviceAlarms } from '../../src/vmm/device-alarms';
import { referenceParts } from '../../src/reference';
import { image, SHUTDOWN } from './images';
import { scriptedVm } from './scripted-vcpu';

const MEMORY = 4 << 20;
const boot = (
  sources: Record<string, string>,
  options: { slice?: number; onEvent?: (event: TraceEvent) => void } = {},
) =>
  bootReference({
    vms: Object.entries(sources).map(([name, source]) => ({ name, image: image(source, name), memoryBytes: MEMORY })),
    technique: 'trap-and-emulate',
    ...options,
  });

const say = (letter: string): string => `li a0, '${letter}'\n li a7, 1\n ecall\n`;

describe('several VMs on one hart', () => {
  test('each has its turn: one that never ends does not keep the others from ending', () => {
    const host = boot({ spinner: '1: j 1b', one: say('1') + SHUTDOWN, two: say('2') + SHUTDOWN });
    expect(host.run(100)).toBe('out-of-budget');
    expect(host.results().map(({ console, stop }) => [console, stop?.why])).toEqual([
      ['', undefined],
      ['1', 'shutdown'],
      ['2', 'shutdown'],
    ]);
  });

  test('a turn is counted in instructions, also for a guest that exits all the time', () => {
    const counting = (step: string) => `li s0, 0\n1: ${step}\n addi s0, s0, 1\n j 1b`;
    const host = boot({ exits: counting('csrr t0, sstatus'), direct: counting('nop') }, { slice: 300 });
    host.run(2020); // of the 100 exits of a turn's csrr, the rest are direct's
    const [exits, direct] = host.vms.map((vm) => Number(vm.vcpus[0].x.get(8)));
    expect(Math.abs(exits - direct)).toBeLessThan(200);
  });

  test('time goes on for who waits: the sleeper wakes while another one computes', () => {
    const sleep = `csrr a0, time
    li t0, 1000
    add a0, a0, t0
    li a7, 0
    ecall
    li t0, 0x20
    csrw sie, t0
    wfi
    ${say('z')}${SHUTDOWN}`;
    const host = boot({ sleeper: sleep, spinner: '1: j 1b' }, { slice: 1000 });
    host.run(40);
    expect(host.results()[0].console).toBe('z');
    expect(host.now()).toBeLessThan(5000n);
  });

  test('alone, the sleeper makes time pass at once', () => {
    const host = boot({
      sleeper: `csrr a0, time\n li t0, 5000000\n add a0, a0, t0\n li a7, 0\n ecall\n li t0, 32\n csrw sie, t0\n wfi\n csrr s0, time\n ${SHUTDOWN}`,
    });
    expect(host.run(100)).toBe('all-stopped');
    expect(host.vms[0].vcpus[0].x.get(8)).toBe(5_000_000n);
  });
});

test('a turn of no instructions is refused: a loop would give such turns for ever', () => {
  const host = boot({ spinner: '1: j 1b' });
  for (const slice of [0, -1, NaN]) expect(() => host.run(1, slice)).toThrow(`a turn of ${slice} instructions is none`);
  host.release();
});

describe('what is told of a run', () => {
  test('every exit with what was done about it, in order', () => {
    const events: TraceEvent[] = [];
    const host = boot(
      { guest: `la t0, 1f\n csrw stvec, t0\n .word 0\n .balign 4\n1: ${SHUTDOWN}` },
      { onEvent: (e) => events.push(e) },
    );
    host.run(100);
    expect(events.map((event) => [event.kind, event.kind === 'exit' ? `${event.number} ${event.exit.kind}` : ''].join(' ').trim())).toEqual([
      'exit 1 shadow-miss', 'emulated', 'exit 2 privileged', 'emulated', 'injected', 'exit 3 reflected', 'emulated',
      'exit 4 ecall', 'emulated', 'stop',
    ]); // prettier-ignore
    expect(events.find((event) => event.kind === 'injected')).toMatchObject({
      vm: 'guest',
      vcpu: 0,
      pc: 0x8020_000cn,
      cause: 2,
      tval: 0n,
    });
    expect(events.at(-1)).toMatchObject({ reason: { why: 'shutdown' } });
  });

  test('counters: exits by kind, traps, calls and instructions add up', () => {
    const host = boot({
      guest: `la t0, 1f\n csrw stvec, t0\n ebreak\n .balign 4\n1: li t0, 0x1000\n la t1, 2f\n csrw stvec, t1\n ld t0, 0(t0)\n .balign 4\n2: ${SHUTDOWN}`,
    });
    host.run(100);
    const { counters } = host.results()[0];
    expect(counters).toMatchObject({
      exits: 6,
      byKind: { budget: 0, ecall: 1, privileged: 2, reflected: 1, 'shadow-miss': 1, mmio: 0, unmapped: 1 },
      trapsByCause: { 3: 1, 5: 1 },
      sbiCalls: { 'legacy shutdown': 1 },
      shadowFills: 1,
      interruptsInjected: 0,
      byCause: {
        ecall: { 'legacy shutdown': 1 },
        privileged: { stvec: 2 },
        reflected: { breakpoint: 1 },
        'shadow-miss': { fetch: 1 },
        unmapped: { load: 1 },
      },
      // Loading a guest is not part of its run, and this one translates nothing, so nobody reads a table for it.
      memory: { ptesRead: 0, bytesCopied: 0 },
    });
    // la is two instructions and li here one; csrw, ebreak, ld and ecall are exits: 2 + 1 + 2 + 1.
    expect(counters.instructionsDirect).toBe(6);
  });
});

describe('whose fault it is', () => {
  test("an error of the frame under a loop is not the loop's", () => {
    const { vm, vcpus } = scriptedVm();
    vcpus[0].run = () => {
      throw new Error('bug');
    };
    const clock = new HostClock();
    const alarms = new DeviceAlarms(clock);
    const call = () => run({ vms: [vm], clock, alarms, harts: [], parts: referenceParts, slice: 10, exits: 10 });
    expect(call).toThrow(FrameFault);
    expect(call).toThrow("broken invariant in the hypervisor's frame: Error: bug");
  });
});

describe('configurations that cannot run', () => {
  const good = { name: 'x', image: image(SHUTDOWN), memoryBytes: MEMORY };
  const refuse = (options: Partial<Parameters<typeof bootReference>[0]>): string => {
    try {
      bootReference({ vms: [good], technique: 'trap-and-emulate', ...options });
    } catch (error) {
      return `${(error as Error).name}: ${(error as Error).message}`;
    }
    return 'accepted';
  };
  test.each([
    ['no VM', { vms: [] }, 'There is no VM to run.'],
    ['two on the bare machine', { technique: 'bare', vms: [good, good] }, 'The bare machine runs one guest on one hart.'],
    ['two harts on the bare machine', { technique: 'bare', vms: [{ ...good, harts: 2 }] }, 'The bare machine runs one guest on one hart.'],
    ['guest events from the fast engine', { onGuestEvent: () => undefined }, 'Only the engine "step" tells of each instruction.'],
    ['odd memory', { vms: [{ ...good, memoryBytes: MEMORY + 1 }] }, 'VM "x": RAM of 4194305 bytes is not possible; give a multiple of 4096, at least 4194304.'],
    ['no memory', { vms: [{ ...good, memoryBytes: 0 }] }, 'VM "x": RAM of 0 bytes is not possible; give a multiple of 4096, at least 4194304.'],
    ['memory that is not a number', { vms: [{ ...good, memoryBytes: NaN }] }, 'VM "x": RAM of NaN bytes is not possible; give a multiple of 4096, at least 4194304.'],
    ['an extension that a virtual supervisor does not have', { vms: [good], isa: parseIsa('rv64imac_sstc') }, 'Guests under trap-and-emulate have no Sstc; the most that they can have is rv64imafdc_zicntr_zicond_zicsr_zifencei_zihintpause_zihpm_zba_zbb_zbs_xleaky.'],
    ['nine harts', { vms: [{ ...good, harts: 9 }] }, 'VM "x": 9 harts are not possible; give 1 to 8.'],
    ['pieces of half a page', { vms: [{ ...good, pieceBytes: 2048 }] }, 'VM "x": pieces of 2048 bytes are not possible; give a multiple of 4096.'],
    ['an image beside its RAM', { vms: [{ ...good, image: { ...image(''), segments: [{ address: 0x8040_0000, bytes: new Uint8Array(8), memBytes: 8 }] } }] },
      'test needs 0x80400000-0x80400007, but RAM of VM "x" is 0x80000000-0x803fffff.'],
  ] as const)('%s', (_, options, sentence) => {
    expect(refuse(options as never)).toBe(`InputError: ${sentence}`);
  }); // prettier-ignore

  test('more RAM in all than the machine can have', () => {
    expect(refuse({ vms: [good, { ...good, memoryBytes: 2 ** 32 }] })).toMatch(
      /^InputError: The VMs need 4105 MiB, with 5 MiB for their shadow tables; this machine can have \d+ MiB.$/,
    );
  });
});
