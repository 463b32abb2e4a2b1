/** What a run cost one VM: counts only, exact, and the same on every run. */
import type { ExitKind } from './exit';
import type { MemoryCounts } from './memory/guest-memory';

export interface Counters {
  /** All exits, and how many of each kind. */
  exits: number;
  readonly byKind: Record<ExitKind, number>;
  /** The exits of each kind by what caused them (exit-cause.ts). */
  readonly byCause: Record<ExitKind, Record<string, number>>;
  /** Traps that entered the guest's kernel, by exception code; the guest's own and those that a handler injected. */
  readonly trapsByCause: Record<number, number>;
  /** SBI calls by the extension's name; those of extensions that are not there as 'unknown', so that no guest can make the table grow. */
  readonly sbiCalls: Record<string, number>;
  /** Instructions that the hart executed for the guest without our help. */
  instructionsDirect: number;
  /** Entries written to shadow page tables that map memory, and those taken away again. */
  shadowFills: number;
  shadowDrops: number;
  /** How often shadow page tables were compared with the guest's, because it or another hart has said that these have changed. */
  shadowFences: number;
  /** How often a store of the guest to one of its page tables came to the hypervisor, which then lets it write there until it fences. */
  writeProtectFaults: number;
  /** Leaves entered in the second stage of translation. */
  gStageFills: number;
  /** Entries of the second stage that the hypervisor read for that. */
  gStageReads: number;
  /** Interrupts that entered the guest. */
  interruptsInjected: number;
  /** Blocks of the guest's kernel that were translated, each as often as it was. */
  blocksTranslated: number;
  /** Instructions in these blocks, and those of them that do not stand as they were. */
  instructionsTranslated: number;
  instructionsRewritten: number;
  /** Ways from one block to another that were made direct: jumps patched, targets of jumps to registers remembered. */
  blocksJoined: number;
  /** How often a translation cache was full and everything in it forgotten. */
  cacheFlushes: number;
  /** Stores of the guest to pages of which code was translated. */
  storesToCode: number;
  /** Page-table entries that the hart's own walks read while the guest ran, of both stages if there are two. Depends on the engine's TLB: `step` has none. */
  walkReferences: number;
  /** What the hypervisor did in the guest's RAM. */
  readonly memory: MemoryCounts;
  /** Hypercalls of a paravirtual guest by name, those inside a multicall included; numbers that there are not as 'unknown'. */
  readonly hypercalls: Record<string, number>;
  /** Entries of page tables that hypercalls validated and stored. */
  entriesUpdated: number;
  /** Entries that they refused, by reason. */
  readonly entriesRefused: Record<string, number>;
}

export function newCounters(memory: MemoryCounts): Counters {
  const byKind: Counters['byKind'] = {
    budget: 0,
    ecall: 0,
    privileged: 0,
    reflected: 0,
    'shadow-miss': 0,
    'g-stage-miss': 0,
    mmio: 0,
    unmapped: 0,
  };
  return {
    exits: 0,
    byKind,
    byCause: Object.fromEntries(Object.keys(byKind).map((kind) => [kind, {}])) as Counters['byCause'],
    trapsByCause: {},
    sbiCalls: {},
    instructionsDirect: 0,
    shadowFills: 0,
    shadowDrops: 0,
    shadowFences: 0,
    writeProtectFaults: 0,
    gStageFills: 0,
    gStageReads: 0,
    interruptsInjected: 0,
    blocksTranslated: 0,
    instructionsTranslated: 0,
    instructionsRewritten: 0,
    blocksJoined: 0,
    cacheFlushes: 0,
    storesToCode: 0,
    walkReferences: 0,
    memory,
    hypercalls: {},
    entriesUpdated: 0,
    entriesRefused: {},
  };
}

/** Adds one to an entry of a table that starts empty. */
export function countIn<K extends string | number>(table: Record<K, number>, key: K): void {
  table[key] = (table[key] ?? 0) + 1;
}
