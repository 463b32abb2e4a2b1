/** The parameters and local variables of a region's function, the instruction that is being written, and the ways out. */
import type { OperandName } from '../../isa/expr';
import { fieldOf } from '../../isa';
import type { Place } from '../access';
import type { GeneratedCsr } from '../generated-csr';
import { HART, RECORDS, REGIONS_USED } from '../layout';
import type { DecodedPages } from '../pages';
import type { CsrOperands } from '../storage-csr';
import { Code, type Label } from '../wasm/code';
import { F32, F64, I32, I64 } from '../wasm/opcodes';
import type { Block, Placed } from './blocks';
import { REGION_FUNCTION, RegionImports } from './module';
import { Registers } from './registers';

/** `where` holds a halfword in its low bits, and above it the instructions to give back to the budget. */
const WHERE_SHIFT = 16;

export class Frame implements Place {
  readonly code = new Code(REGION_FUNCTION.parameters.length);
  readonly hart = 0;
  readonly imports = new RegionImports();

  /** The parameters: address of the hart's block, instructions that may begin, virtual address of the page, block to begin at. */
  readonly base = 0;
  readonly left = 1;
  readonly page = 2;
  readonly block = 3;

  readonly bank = this.code.local(I32);
  readonly entry = this.code.local(I32);
  readonly address = this.code.local(I64);
  readonly value = this.code.local(I64);
  readonly single = this.code.local(F32);
  readonly double = this.code.local(F64);
  readonly integral = this.code.local(F64);
  /** HART.FLOAT, which only TypeScript changes. */
  readonly #floatState = this.code.local(I32);
  /** Virtual address to go on at. */
  readonly target = this.code.local(I64);
  readonly #where = this.code.local(I32);
  readonly registers: Registers;
  readonly #csrOf: DecodedPages['generatedCsr'];

  #instruction: Placed | undefined;
  /** Instructions of its block that have been charged and not begun: it and those behind it. */
  #notBegun = 0;
  /** Out, with `target` set; and out with `where` set. */
  #leave: Label | undefined;
  #giveBack: Label | undefined;

  readonly operands: Readonly<Record<OperandName, () => void>> = {
    rs1: () => this.registers.push(HART.X, this.instruction.rs1),
    rs2: () => this.registers.push(HART.X, this.instruction.rs2),
    fs1: () => this.registers.push(HART.F, this.instruction.rs1),
    fs2: () => this.registers.push(HART.F, this.instruction.rs2),
    fs3: () => this.registers.push(HART.F, this.instruction.rs3),
    imm: () => this.code.wat`i64.const ${this.instruction.imm}`,
    pc: () => this.pushAddress(this.instruction.at),
    old: () => this.code.wat`local.get ${this.value}`,
  };

  readonly csrOperands: CsrOperands = {
    number: () => this.code.wat`i32.const ${this.instruction.imm}`,
    zeroBits: () => {
      const csr = this.csr;
      this.code.wat`i64.const ${csr.kind === 'storage' ? csr.zeroBits : 0}`;
    },
    source: (immediate) => {
      if (immediate) this.code.wat`i64.const ${this.instruction.rs1}`;
      else this.operands.rs1();
    },
  };

  readonly pushHart = (): void => void this.code.wat`local.get ${this.base}`;

  /** `csrOf`: see DecodedPages. */
  constructor(csrOf: DecodedPages['generatedCsr']) {
    this.#csrOf = csrOf;
    this.registers = new Registers(this.code, this.base);
  }

  get mulhu(): number {
    return this.imports.numberOf('mulhu');
  }

  get fused(): Place['fused'] {
    const { imports } = this;
    return {
      get s() {
        return imports.numberOf('fusedSingle');
      },
      get d() {
        return imports.numberOf('fusedDouble');
      },
    };
  }

  /** The instruction whose code is being written. */
  get instruction(): Placed {
    return this.#instruction!;
  }

  /** How the instruction, of a `csr` row, accesses its CSR. */
  get csr(): GeneratedCsr {
    return this.#csrOf(this.instruction)!;
  }

  /** Code is going to be written for `instruction`, with which, of its block, `notBegun` instructions have not begun. */
  begin(instruction: Placed, notBegun: number): void {
    this.#instruction = instruction;
    this.#notBegun = notBegun;
    this.registers.beginInstruction(instruction);
  }

  /** The function around `body`. `slot`: linear address of the page's slot. */
  around(slot: number, body: () => void): Code {
    const { code, base, left, target, bank } = this;
    code.wat`i32.const 0 i32.const 1 i32.store offset=${slot + REGIONS_USED}`;
    code.wat`local.get ${base} i32.load offset=${HART.DATA_BANK} local.set ${bank}`;
    code.wat`local.get ${base} i32.load offset=${HART.FLOAT} local.set ${this.#floatState}`;
    code.block((leave) => {
      this.#leave = leave;
      code.block((giveBack) => {
        this.#giveBack = giveBack;
        body();
      });
      this.#unpackWhere();
    });
    return code.wat`local.get ${base} local.get ${target} i64.store offset=${HART.PC} local.get ${left}`;
  }

  /** A WebAssembly loop made of these blocks, of which `body` writes the code, and leaves by branches only. */
  loop(blocks: readonly Block[], body: (label: Label) => void): void {
    const outer = this.#giveBack!;
    this.registers.beginLoop(blocks);
    this.code.block((giveBack) => {
      this.#giveBack = giveBack;
      this.code.loop(body);
    });
    this.registers.storeWritten();
    this.registers.endLoop();
    this.#giveBack = outer;
    this.code.wat`br ${outer}`;
  }

  /** left += instructions to give back; target = address of the halfword. */
  #unpackWhere(): void {
    const { code, left, page, target } = this;
    code.wat`
      local.get ${left} local.get ${this.#where} i32.const ${WHERE_SHIFT} i32.shr_u i32.add local.set ${left}
      local.get ${page}
      local.get ${this.#where} i32.const ${2 ** WHERE_SHIFT - 1} i32.and i32.const 1 i32.shl i64.extend_i32_u i64.add
      local.set ${target}`;
  }

  /** Out of the region, to the address in `target`. */
  leave(): void {
    this.code.wat`br ${this.#leave!}`;
  }

  /** Out of the region to a halfword, perhaps of another page. */
  leaveTo(at: number): void {
    if (at >= 0 && at <= RECORDS) this.giveBack(at, 0);
    else {
      this.pushAddress(at);
      this.code.wat`local.set ${this.target}`;
      this.registers.storeWritten();
      this.leave();
    }
  }

  /** The same, where instructions that were charged have not begun. All such exits share code, as there are many. */
  giveBack(at: number, notBegun: number): void {
    this.code.wat`i32.const ${(notBegun << WHERE_SHIFT) | at} local.set ${this.#where} br ${this.#giveBack!}`;
  }

  pushBudget(): void {
    this.code.wat`local.get ${this.left} i32.const ${this.#notBegun} i32.add`;
  }

  giveUp(): void {
    this.giveBack(this.instruction.at, this.#notBegun);
  }

  /** The interpreter does the instruction: it fills the TLB, or lets TypeScript do it. No call here: one would halve the speed of loops. */
  missed(): void {
    this.giveUp();
  }

  setRd(push: () => void): void {
    this.registers.set(HART.X, this.instruction.rd, push);
  }

  setFd(push: () => void): void {
    this.registers.set(HART.F, this.instruction.rd, push);
  }

  pushFloatState(): void {
    this.code.wat`local.get ${this.#floatState}`;
  }

  pushRounding(): void {
    this.code.wat`i32.const ${fieldOf(this.instruction.row, 'rm', this.instruction.word)!}`;
  }

  pushAddress(at: number): void {
    this.code.wat`local.get ${this.page} i64.const ${2 * at} i64.add`;
  }
}
