/** The executor `interpret`: generated code does what is innocuous and fast, TypeScript the rest, by the functions of the stepping executor. */
import type { Hart } from '../hart/hart';
import type { Executor } from '../hart/ports';
import { FULL_ISA, type Isa } from '../isa';
import { GO_ON, STOP, type InterpreterExports, type InterpreterImports } from './interpreter/functions';
import { interpreterModule } from './interpreter/module';
import { HART, RECORD } from './layout';
import type { PhysicalMemory } from './memory';
import { DecodedPages, type PageListener } from './pages';
import { finish, perform, step } from './step';
import { Tlb } from './tlb';

/** The executors of all harts that share `memory` and `isa`, and with them the decoded instructions. */
export function interpreter(memory: PhysicalMemory, isa: Isa = FULL_ISA): (hart: Hart) => Executor {
  const pages = new DecodedPages(memory, isa);
  return (hart) => new Interpreter(hart, pages);
}

/** Compiled once in a process for each hart number: V8 keeps its optimized code with the module. */
const modules: (WebAssembly.Module | undefined)[] = [];
const moduleFor = (id: number): WebAssembly.Module => (modules[id] ??= new WebAssembly.Module(interpreterModule(id)));

class Interpreter implements Executor, PageListener {
  readonly #hart: Hart;
  readonly #pages: DecodedPages;
  readonly #tlb: Tlb;
  #run: (() => void) | undefined;
  /** Since generated code was left, pc went elsewhere or the way to look at memory changed: pc must be looked up again. */
  #moved = false;

  constructor(hart: Hart, pages: DecodedPages) {
    this.#hart = hart;
    this.#pages = pages;
    this.#tlb = new Tlb(hart, pages);
    pages.listeners.push(this.#tlb, this);
  }

  run(): void {
    this.#run ??= this.#instantiate();
    try {
      this.#run();
    } finally {
      this.#pages.unlimit();
    }
  }

  selectBanks(): void {
    this.#moved = true;
    this.#tlb.selectBanks();
  }

  forgetTranslations(low?: number, high?: number): void {
    this.#moved = true;
    if (low === undefined || high === undefined) this.#tlb.forgetAll();
    else this.#tlb.forgetPage(low, high);
  }

  codeAppeared(): void {}

  slotDropped(): void {
    this.#moved = true; // perhaps out of the slot that generated code is in
  }

  #instantiate(): () => void {
    const imports: InterpreterImports = {
      fetch: () => this.#fetch(),
      step: (record) => this.#step(record),
      fill: (kind) => this.#fill(kind),
      decode: (record) => this.#pages.decode(record),
      limit: (record, left) => this.#pages.limit(record, left),
    };
    const env = { memory: this.#hart.memory.wasm, ...imports };
    const { exports } = new WebAssembly.Instance(moduleFor(this.#hart.id), { env });
    return (exports as unknown as InterpreterExports).run;
  }

  #fetch(): number {
    if (this.#tlb.fillFetch()) return GO_ON;
    if (this.#tlb.fault) this.#trap(this.#hart.pc);
    else step(this.#hart);
    finish(this.#hart);
    return this.#hart.stopping ? STOP : GO_ON;
  }

  /** A trap, xRET, or a change of translation sets #moved; every other instruction goes on to the next. */
  #step(record: number): number {
    this.#pages.unlimit();
    this.#moved = false;
    const instruction = this.#pages.forTypeScript(record);
    if (this.#tlb.fault) this.#trap(this.#hart.memory.u64[(this.#hart.base + HART.ADDRESS) >> 3]);
    else if (instruction) perform(this.#hart, instruction);
    else step(this.#hart);
    finish(this.#hart);
    if (this.#hart.stopping) return STOP;
    return this.#moved || !instruction ? GO_ON : record + (instruction.length / 2) * RECORD;
  }

  /** The fault that the TLB found when it was to be filled: `step` would find the same, but by walking again and by a throw. */
  #trap(address: bigint): void {
    this.#hart.trap(this.#tlb.fault, address);
    this.#tlb.fault = 0;
  }

  /** Setting A or D may overwrite code, even the page that is running: then the instruction is left to `step`, which leaves the page. */
  #fill(kind: number): number {
    this.#moved = false;
    return this.#tlb.fillData(kind) && !this.#moved ? 0 : 1;
  }
}
