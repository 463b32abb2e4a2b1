/** The executors `interpret` and `compile`: generated code does what is innocuous and fast, TypeScript the rest, by the functions of the stepping executor. */
import type { Hart } from '../hart/hart';
import type { CachedTranslation, Executor, Translations } from '../hart/ports';
import { FULL_ISA, type Instruction, type Isa } from '../isa';
import { GO_ON, STOP, type InterpreterExports, type InterpreterImports } from './interpreter/functions';
import { interpreterModule } from './interpreter/module';
import { PREBUILT } from './interpreter/prebuilt';
import { HART, RECORD, RECORDS } from './layout';
import type { PhysicalMemory } from './memory';
import { DecodedPages, halfword, type PageListener } from './pages';
import { POLICY, type Policy } from './region/policy';
import { Regions } from './region/regions';
import { finish, perform, step } from './step';
import { Tlb } from './tlb';

/** The executors of all harts that share `memory` and `isa`, and with them the decoded instructions. */
export function interpreter(memory: PhysicalMemory, isa: Isa = FULL_ISA): (hart: Hart) => Executor {
  const pages = new DecodedPages(memory, isa);
  return (hart) => new Interpreter(hart, pages);
}

/** The same, but code that is executed often is compiled to regions, which the harts share too. */
export function compiler(
  memory: PhysicalMemory,
  isa: Isa = FULL_ISA,
  policy: Policy = POLICY,
): (hart: Hart) => Executor {
  const pages = new DecodedPages(memory, isa);
  const regions = new Regions(memory, pages, policy);
  return (hart) => new Interpreter(hart, pages, regions);
}

/** Compiled once in a process for each hart number and threshold: V8 keeps its optimized code with the module. */
const modules = new Map<string, WebAssembly.Module>();
function moduleFor(id: number, threshold: number | undefined): WebAssembly.Module {
  const key = `${id} ${threshold}`;
  const prebuilt = id === 0 && threshold === POLICY.threshold ? PREBUILT : undefined;
  const module = modules.get(key) ?? new WebAssembly.Module(prebuilt ?? interpreterModule(id, threshold));
  modules.set(key, module);
  return module;
}

export class Interpreter implements Executor, PageListener {
  readonly #hart: Hart;
  readonly #pages: DecodedPages;
  readonly #tlb: Tlb;
  readonly #regions: Regions | undefined;
  #exports: InterpreterExports | undefined;
  /** Since generated code was left, pc went elsewhere or the way to look at memory changed: pc must be looked up again. */
  #moved = false;
  /** The banks are chosen when generated code goes on: the modes that only TypeScript was in meanwhile need none. */
  #banksStale = false;

  constructor(hart: Hart, pages: DecodedPages, regions?: Regions) {
    this.#hart = hart;
    this.#pages = pages;
    this.#regions = regions;
    this.#tlb = new Tlb(hart, pages);
    pages.listeners.push(this.#tlb, this);
  }

  run(): void {
    this.#exports ??= this.#instantiate();
    this.#chooseBanks();
    try {
      this.#exports.run();
    } finally {
      this.#pages.unlimit();
    }
  }

  selectBanks(): void {
    this.#moved = this.#banksStale = true;
  }

  #chooseBanks(): void {
    if (this.#banksStale) this.#tlb.selectBanks();
    this.#banksStale = false;
  }

  /** What generated code does next. */
  #goOn(record = GO_ON): number {
    if (this.#hart.stopping) return STOP;
    this.#chooseBanks();
    return record;
  }

  forgetTranslations(which: Translations, low?: number, high?: number): void {
    this.#moved = true;
    this.#tlb.forget(which, low, high);
  }

  translations(): CachedTranslation[] {
    return this.#tlb.contents();
  }

  codeAppeared(): void {}

  slotDropped(): void {
    this.#moved = true; // perhaps out of the slot that generated code is in
  }

  #instantiate(): InterpreterExports {
    const imports: InterpreterImports = {
      fetch: () => this.#fetch(),
      step: (record) => this.#step(record),
      fill: (kind) => this.#fill(kind),
      decode: (record) => this.#pages.decode(record),
      limit: (record, left) => this.#pages.limit(record, left),
      hot: (record) => this.#regions?.hot(record, this.#exports!),
    };
    const table = this.#regions?.table ?? new WebAssembly.Table({ element: 'anyfunc', initial: 0 });
    const env = { memory: this.#hart.memory.wasm, table, ...imports };
    const { exports } = new WebAssembly.Instance(moduleFor(this.#hart.id, this.#regions?.policy.threshold), { env });
    return exports as InterpreterExports;
  }

  #fetch(): number {
    if (this.#tlb.fillFetch()) return GO_ON;
    if (this.#tlb.fault) this.#trap(this.#hart.pc);
    else step(this.#hart);
    finish(this.#hart);
    return this.#goOn();
  }

  /** A trap, xRET, or a change of translation sets #moved; every other instruction goes on to the next. */
  #step(record: number): number {
    this.#pages.unlimit();
    this.#moved = false;
    const instruction = this.#pages.forTypeScript(record);
    if (this.#tlb.fault) {
      const address = this.#hart.memory.u64[(this.#hart.base + HART.ADDRESS) >> 3];
      this.#trap(address, this.#pages.instructionOf(record));
    } else if (instruction) perform(this.#hart, instruction);
    else this.#stepUndecoded(record);
    finish(this.#hart);
    return this.#moved || !instruction ? this.#goOn() : this.#goOn(record + (instruction.length / 2) * RECORD);
  }

  /** An instruction across two pages needs this only once, as long as they follow each other. */
  #stepUndecoded(record: number): void {
    const next = halfword(record) === RECORDS - 1 ? this.#tlb.slotBehind() : 0;
    if (next) this.#pages.join(record, next);
    step(this.#hart);
  }

  /** The fault that the TLB found when it was to be filled: `step` would find the same, but by walking again and by a throw. */
  #trap(address: bigint, instruction?: Instruction): void {
    this.#hart.take(this.#hart.mmu.trapFor(this.#tlb.fault, address), instruction);
    this.#tlb.fault = 0;
  }

  /** Setting A or D may overwrite code, even the page that is running: then the instruction is left to `step`, which leaves the page. */
  #fill(kind: number): number {
    this.#moved = false;
    return this.#tlb.fillData(kind) && !this.#moved ? 0 : 1;
  }
}
