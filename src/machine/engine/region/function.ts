/** The function of a region: its blocks in the order of their addresses, behind a jump table, inner loops as WebAssembly loops. */
import { usesFloat } from '../../isa';
import { emitAccess, emitSystem } from '../access';
import { emit, emitCondition } from '../emit';
import { emitFlags, requireFloat } from '../float/common';
import { emitFloat } from '../float/operations';
import { emitCsr } from '../generated-csr';
import { RECORDS, REGION_ENTRIES } from '../layout';
import type { DecodedPages } from '../pages';
import type { Code, Label } from '../wasm/code';
import { targetOf, type Block, type Placed } from './blocks';
import { Frame } from './frame';
import { innerLoops } from './loops';
import type { RegionImports } from './module';

export interface RegionCode {
  readonly code: Code;
  readonly imports: RegionImports;
  /** The blocks that can be entered, in the order of their numbers, as their first halfwords. */
  readonly entries: readonly number[];
}

/** Where a region is: the linear address of its page's slot, and its index in the table of functions. */
export interface RegionPlace {
  readonly slot: number;
  readonly index: number;
}

/** `csrOf`: see DecodedPages. */
export function regionFunction(
  place: RegionPlace,
  blocks: readonly Block[],
  csrOf: DecodedPages['generatedCsr'],
): RegionCode {
  return new RegionWriter(place, blocks, csrOf).write();
}

class RegionWriter {
  readonly #place: RegionPlace;
  readonly #blocks: readonly Block[];
  readonly #frame: Frame;
  readonly #loops: ReadonlyMap<number, number>;
  /** Halfword -> position in #blocks. */
  readonly #positions: ReadonlyMap<number, number>;
  /** Position of a block -> where to branch to for it, while its label is open. */
  readonly #ahead = new Map<number, Label>();
  /** The inner loop whose code is being written: its blocks' positions, and where it begins. */
  #loop: { readonly head: number; readonly last: number; readonly label: Label } | undefined;
  /** Positions of the blocks that the jump table leads to: all but those inside loops. */
  readonly #entries: number[] = [];
  #dispatch: Label | undefined;

  constructor(place: RegionPlace, blocks: readonly Block[], csrOf: DecodedPages['generatedCsr']) {
    this.#place = place;
    this.#blocks = blocks;
    this.#frame = new Frame(csrOf);
    this.#loops = innerLoops(blocks);
    this.#positions = new Map(blocks.map(({ start }, i) => [start, i]));
    for (let i = 0; i < blocks.length; i = this.#lastOf(i) + 1) this.#entries.push(i);
  }

  write(): RegionCode {
    const { code, imports, block } = this.#frame;
    this.#frame.around(this.#place.slot, () => {
      code.loop((dispatch) => {
        this.#dispatch = dispatch;
        this.#inOrder(this.#entries, (labels) => code.wat`local.get ${block}`.brTable(labels, labels[0]));
      });
    });
    return { code, imports, entries: this.#entries.map((position) => this.#blocks[position].start) };
  }

  /** The last block of the inner loop that begins here, or the block itself. */
  #lastOf(position: number): number {
    return this.#loops.get(position) ?? position;
  }

  /** Blocks and inner loops, one behind the other; `first` writes what comes before them. */
  #inOrder(positions: readonly number[], first: (labels: readonly Label[]) => void): void {
    this.#frame.code.switch(
      positions.map((position) => () => this.#blockOrLoop(position)),
      (labels) => {
        positions.forEach((position, i) => this.#ahead.set(position, labels[i]));
        first(labels);
      },
    );
  }

  #blockOrLoop(head: number): void {
    const last = this.#loops.get(head);
    if (last === undefined) return this.#block(head);
    const inside = Array.from({ length: last - head }, (_, i) => head + 1 + i);
    this.#frame.loop(this.#blocks.slice(head, last + 1), (label) => {
      this.#loop = { head, last, label };
      this.#inOrder(inside, () => this.#block(head));
    });
    this.#loop = undefined;
  }

  /** Charges the block and does its instructions. If the budget does not cover it, the interpreter does what it covers. */
  #block(position: number): void {
    const { code, left } = this.#frame;
    const { start, instructions, end } = this.#blocks[position];
    const size = instructions.length;
    this.#frame.registers.beginBlock();
    code.wat`local.get ${left} i32.const ${size} i32.sub local.tee ${left} i32.const 0 i32.lt_s`;
    code.if(() => this.#frame.giveBack(start, size));
    instructions.forEach((instruction, i) => {
      this.#frame.begin(instruction, size - i);
      this.#instruction(instruction, position);
    });
    const last = instructions[size - 1].row.does.kind;
    const runsOn = last !== 'jal' && last !== 'jalr';
    const follows = this.#positions.get(end) === position + 1 && position !== this.#loop?.last;
    if (runsOn && !follows) this.#goTo(end, position);
  }

  #instruction(instruction: Placed, position: number): void {
    const frame = this.#frame;
    const { code } = frame;
    const { does } = instruction.row;
    if (usesFloat(instruction.row) && does.kind !== 'float') requireFloat(frame, does);
    switch (does.kind) {
      case 'compute':
        if (does.flags) emitFlags(frame, does.flags); // first: fd may be an operand too
        if (does.float) frame.setFd(() => emit(code, does.value, frame));
        else if (instruction.rd !== 0) frame.setRd(() => emit(code, does.value, frame));
        return;
      case 'branch':
        emitCondition(code, does.taken, frame);
        code.if(() => this.#goTo(targetOf(instruction), position));
        return;
      case 'jal':
        this.#link(instruction);
        return this.#goTo(targetOf(instruction), position);
      case 'jalr':
        return this.#jumpAndLinkRegister(instruction);
      case 'csr':
        return emitCsr(frame, frame.csr.kind, does, frame.csrOperands);
      case 'float':
        return emitFloat(frame, does.operation);
      case 'system':
        return emitSystem(frame, does.action);
      default:
        emitAccess(frame, does);
    }
  }

  /** From the block at `from` to the one at this halfword, in the region or not. */
  #goTo(at: number, from: number): void {
    const { code, block } = this.#frame;
    const to = this.#positions.get(at);
    if (to === undefined) return this.#frame.leaveTo(at);
    const loop = this.#loop;
    if (loop && (to < loop.head || to > loop.last)) this.#frame.registers.storeWritten();
    if (to > from) code.wat`br ${this.#ahead.get(to)!}`;
    else if (to === loop?.head) code.wat`br ${loop.label}`;
    else code.wat`i32.const ${this.#entries.indexOf(to)} local.set ${block} br ${this.#dispatch!}`;
  }

  /** rd = address of the next instruction. */
  #link({ at, length, rd }: Placed): void {
    if (rd !== 0) this.#frame.setRd(() => this.#frame.pushAddress(at + length / 2));
  }

  /** The target is computed before rd is written, as both may be the same register. Within the page, the slot says whether this region has it. */
  #jumpAndLinkRegister(instruction: Placed): void {
    const { code, operands, page, target, value, entry, block, registers } = this.#frame;
    code.wat`${operands.rs1} ${operands.imm} i64.add i64.const -2 i64.and local.set ${target}`;
    this.#link(instruction);
    registers.storeWritten();
    code.wat`
      local.get ${target} local.get ${page} i64.sub local.tee ${value}
      i64.const ${2 * RECORDS} i64.lt_u`;
    code.if(() => {
      code.wat`
        local.get ${value} i32.wrap_i64 i32.const 1 i32.shl i32.load offset=${this.#place.slot + REGION_ENTRIES}
        local.tee ${entry} i32.const 16 i32.shr_u i32.const ${this.#place.index} i32.eq`;
      code.if(() => code.wat`local.get ${entry} i32.const 0xffff i32.and local.set ${block} br ${this.#dispatch!}`);
    });
    this.#frame.leave();
  }
}
