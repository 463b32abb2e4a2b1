/** Whose eyes loads of M-mode have under MPRV (hypervisor extension, table "Effect of MPRV on the translation and protection of explicit memory accesses"). */
import { compiler, interpreter } from '../../../src/machine/engine/interpret';
import { stepper } from '../../../src/machine/engine/step';
import { Exception } from '../../../src/machine/hart/cause';
import type { Hart } from '../../../src/machine/hart/hart';
import { BASE, bench, openMemory, word } from '../hart/bench-hart';

const V = 1n, R = 2n, U = 0x10n, A = 0x40n; // prettier-ignore
const MPRV = 1n << 17n, MPP = 11n, MPV = 39n; // prettier-ignore
const SV39 = 8n << 60n;
const ppn = (address: bigint): bigint => (address >> 12n) << 10n;
const page = (n: number): bigint => BASE + BigInt(n) * 0x1000n;

/** Two pages of RAM, whose addresses mean something else to each stage. */
const SEEN = { supervisor: page(1), user: page(2) } as const;
const [HOST_TABLES, GUEST_TABLES, SECOND_TABLES] = [page(16), page(24), page(32)];
/** What lies at the address itself, and where HS-level and two-stage translation of it lead. */
const CONTENT = new Map([
  ['physical', 0],
  ['host', 64],
  ['guest', 128],
] as const);

const EXECUTORS = {
  step: stepper,
  interpret: (hart: Hart) => interpreter(hart.memory)(hart),
  compile: (hart: Hart) => compiler(hart.memory)(hart),
};

const load = word('ld', { rd: 6, rs1: 5, imm: 0 });
const fault = Exception.loadPageFault;

describe.each(Object.keys(EXECUTORS) as (keyof typeof EXECUTORS)[])('%s', (engine) => {
  const { hart, poke, code } = bench({ executor: EXECUTORS[engine] });

  /** Sv39 at `root`, with two more tables behind it: page n of RAM becomes page n + distance. An Sv39x4 root is four pages long. */
  function map(root: bigint, distance: number, flags: (n: number) => bigint): void {
    const [middle, last] = [root + 0x4000n, root + 0x5000n];
    poke(root + 2n * 8n, ppn(middle) | V); // BASE is 2 GiB
    poke(middle, ppn(last) | V);
    for (let n = 0; n < 256; n++) poke(last + BigInt(8 * n), ppn(page(n + distance)) | flags(n));
  }

  beforeAll(() => {
    const forItsLevel = (n: number): bigint => V | R | A | (page(n) === SEEN.user ? U : 0n);
    map(HOST_TABLES, CONTENT.get('host')!, forItsLevel);
    map(GUEST_TABLES, CONTENT.get('guest')!, forItsLevel);
    map(SECOND_TABLES, 0, () => V | R | U | A);
    for (const seen of Object.values(SEEN))
      for (const distance of CONTENT.values()) poke(seen + BigInt(distance) * 0x1000n, BigInt(distance));
  });

  beforeEach(() => {
    hart.reset();
    openMemory(hart);
    hart.csr.write('satp', SV39 | (HOST_TABLES >> 12n));
    hart.csr.write('vsatp', SV39 | (GUEST_TABLES >> 12n));
    hart.csr.write('hgatp', SV39 | (SECOND_TABLES >> 12n));
  });

  /** What one instruction of M-mode reads at the address of SEEN, or the cause of its trap. */
  function look(instruction: number, address: bigint, mstatus: bigint): string | number {
    hart.csr.write('mstatus', mstatus);
    code(BASE, instruction);
    hart.pc = BASE;
    hart.mode = 'M';
    hart.setX(5, address);
    const before = hart.trapped;
    hart.run(1);
    if (hart.trapped !== before) return Number(hart.csr.read('mcause'));
    return [...CONTENT].find(([, distance]) => BigInt(distance) === hart.x[6])![0];
  }

  test.each([
    ['MPRV=0: current privilege mode applies', [0n], [0n, 1n], [0n, 1n, 3n], 'physical', 'physical'],
    ['MPRV=1 MPV=0 MPP=0: U-level, HS-level translation', [MPRV], [0n], [0n], fault, 'host'],
    ['MPRV=1 MPV=0 MPP=1: HS-level, HS-level translation', [MPRV], [0n], [1n], 'host', fault],
    ['MPRV=1 MPV=- MPP=3: M-level, no translation', [MPRV], [0n, 1n], [3n], 'physical', 'physical'],
    ['MPRV=1 MPV=1 MPP=0: VU-level, two-stage translation', [MPRV], [1n], [0n], fault, 'guest'],
    ['MPRV=1 MPV=1 MPP=1: VS-level, two-stage translation', [MPRV], [1n], [1n], 'guest', fault],
  ] as const)('%s', (_, mprvs, mpvs, mpps, supervisor, user) => {
    for (const mprv of mprvs) {
      for (const mpv of mpvs) {
        for (const mpp of mpps) {
          const mstatus = mprv | (mpv << MPV) | (mpp << MPP);
          const seen = [look(load, SEEN.supervisor, mstatus), look(load, SEEN.user, mstatus)];
          expect({ mpv, mpp, seen }).toEqual({ mpv, mpp, seen: [supervisor, user] });
        }
      }
    }
  });

  test('"MPRV does not affect the virtual-machine load/store instructions, HLV, HLVX, and HSV": SPVP says whose eyes', () => {
    const hlv = word('hlv.d', { rd: 6, rs1: 5 });
    for (const mstatus of [0n, MPRV, MPRV | (3n << MPP), MPRV | (1n << MPV)]) {
      hart.csr.write('hstatus', 1n << 8n);
      expect([look(hlv, SEEN.supervisor, mstatus), look(hlv, SEEN.user, mstatus)]).toEqual(['guest', fault]);
      hart.csr.write('hstatus', 0n);
      expect([look(hlv, SEEN.supervisor, mstatus), look(hlv, SEEN.user, mstatus)]).toEqual([fault, 'guest']);
    }
  });
});
