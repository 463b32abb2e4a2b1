/**
 * The interpreter's one function: three nested loops around a jump table over decoded records.
 *
 *   lookup   PC in memory -> fetch TLB -> the page's slot and the record in it
 *     arrive   a basic block begins: its instructions are charged to the budget
 *       next     an instruction: jump to the handler that its record names
 */
import { FETCH_ENTRIES, FETCH_TABLE, HART, PAGE_RECORDS, RECORD_REST, TLB_ENTRY } from '../layout';
import type { Code, Label } from '../wasm/code';
import { Frame } from './frame';
import { FUNCTION, GO_ON } from './functions';
import { emitHandler, type Labels } from './handlers';
import { handlerOf, ROW_HANDLERS, SPECIAL, type RowHandler } from './numbers';

/** `hart`: linear address of the hart's block, constant in the code. */
export function runFunction(hart: number): Code {
  const frame = new Frame(hart);
  const { code } = frame;
  frame.loadBudget();
  code.loop((lookup) => {
    lookUp(frame, lookup);
    code.loop((arrive) => {
      chargeBlock(frame);
      code.loop((next) => dispatch(frame, { lookup, arrive, next }));
    });
  });
  return code;
}

/** Finds the slot of the page that PC is in, and the record of PC. */
function lookUp(frame: Frame, lookup: Label): void {
  const { code, hart, left, bank, address, page, entry, slot, record } = frame;
  code
    .get(left)
    .op('i32.eqz')
    .if(() => {
      frame.saveBudget();
      code.op('return');
    });
  code
    .i32(0)
    .memory('i32.load', hart + HART.DATA_BANK)
    .set(bank);
  code
    .i32(0)
    .memory('i64.load', hart + HART.PC)
    .tee(address)
    .i64(-4096)
    .op('i64.and')
    .set(page);
  code
    .get(address)
    .i64(8)
    .op('i64.shr_u', 'i32.wrap_i64')
    .i32((FETCH_ENTRIES - 1) * TLB_ENTRY)
    .op('i32.and');
  code
    .i32(0)
    .memory('i32.load', hart + HART.FETCH_BANK)
    .op('i32.add')
    .tee(entry);
  code
    .memory('i64.load', FETCH_TABLE)
    .get(page)
    .op('i64.ne')
    .if(() => {
      frame.saveBudget();
      code
        .call(FUNCTION.fetch)
        .i32(GO_ON)
        .op('i32.ne')
        .if(() => code.op('return'));
      frame.loadBudget();
      code.br(lookup);
    });
  code
    .get(entry)
    .memory('i32.load', FETCH_TABLE + 8)
    .tee(slot);
  code.get(address).op('i32.wrap_i64').i32(0xffe).op('i32.and').i32(3).op('i32.shl', 'i32.add').set(record);
}

/**
 * Takes the whole block from the budget, so that its instructions need not be counted one by one. Whoever leaves in the middle
 * gives back the rest (refundAndSaveBudget). A block that the budget does not cover is marked where it has to stop.
 */
function chargeBlock(frame: Frame): void {
  const { code, left, record } = frame;
  code.get(left).get(record).memory('i32.load16_u', RECORD_REST).op('i32.sub').tee(left).i32(0).op('i32.lt_s');
  code.if(() => {
    frame.savePc();
    frame.refundAndSaveBudget();
    code
      .get(left)
      .op('i32.eqz')
      .if(() => code.op('return'));
    code.get(record).get(left).call(FUNCTION.limit);
    code.get(left).get(record).memory('i32.load16_u', RECORD_REST).op('i32.sub').set(left);
  });
}

/** The rows that most programs mostly consist of. */
const FREQUENT = new Set(
  'lui auipc addi addiw slli srli srai andi add addw sub and or xor sltu lbu lw ld sb sw sd beq bne blt bge bltu bgeu jal jalr'.split(
    ' ',
  ),
);

/**
 * The jump table, twice: a handler of the first goes on to the second, which knows only the frequent rows. Half of the
 * instructions so avoid the way back to the loop, where V8 looks for interrupts of its own (measured: + 20 %).
 */
function dispatch(frame: Frame, loops: Omit<Labels, 'jump'>): void {
  const { code } = frame;
  const { lookup, arrive, next } = loops;
  const shared = [
    (): Code => decodeBlock(frame, arrive),
    (): Code => nextPage(frame, lookup),
    (): Code => stop(frame),
    (): Code => stepInTypeScript(frame, loops),
    (): Code => jumpToTarget(frame, loops),
  ];
  code.switch(shared, ([undecoded, pageEnd, limit, step, jump]) => {
    frame.stepLabel = step;
    code.block((second) => {
      const others = { [SPECIAL.undecoded]: undecoded, [SPECIAL.pageEnd]: pageEnd, [SPECIAL.limit]: limit };
      jumpTable(frame, { ...loops, next: second, jump }, ROW_HANDLERS, others, step);
    });
    const frequent = ROW_HANDLERS.filter(({ row }) => FREQUENT.has(row.name));
    jumpTable(frame, { ...loops, jump }, frequent, {}, next);
  });
}

/** A jump table with the code of `handlers` and the labels of `others`; what is in neither goes to `rest`. */
function jumpTable(
  frame: Frame,
  labels: Labels,
  handlers: readonly RowHandler[],
  others: Readonly<Record<number, Label>>,
  rest: Label,
): void {
  const { code, record } = frame;
  const bodies = handlers.map((handler) => (): void => emitHandler(frame, handler, labels));
  code.switch(bodies, (own) => {
    const byNumber = new Map(handlers.map(({ row, length }, i) => [handlerOf(row, length), own[i]]));
    const size = Math.max(...byNumber.keys()) + 1;
    code.get(record).memory('i32.load16_u');
    code.brTable(
      Array.from({ length: size }, (_, number) => byNumber.get(number) ?? others[number] ?? rest),
      rest,
    );
  });
}

function decodeBlock(frame: Frame, arrive: Label): Code {
  return frame.code.get(frame.record).call(FUNCTION.decode).br(arrive);
}

/** Behind the last record of a page; nothing is charged for it. */
function nextPage(frame: Frame, lookup: Label): Code {
  frame.savePc();
  return frame.code.br(lookup);
}

/** The budget is used up: what is given back is what the block would have charged in vain. */
function stop(frame: Frame): Code {
  frame.savePc();
  frame.refundAndSaveBudget();
  return frame.code.op('return');
}

/** TypeScript does one instruction, counts it, takes interrupts, and says where to go on. */
function stepInTypeScript(frame: Frame, { lookup, arrive }: Omit<Labels, 'jump'>): Code {
  const { code, record, target } = frame;
  frame.savePc();
  frame.refundAndSaveBudget();
  code
    .get(record)
    .call(FUNCTION.step)
    .tee(target)
    .i32(0)
    .op('i32.lt_s')
    .if(() => code.op('return'));
  frame.loadBudget();
  code.get(target).op('i32.eqz').brIf(lookup);
  return code.get(target).set(record).br(arrive);
}

/** To the record `target` if that is in this page; else its address is looked up. */
function jumpToTarget(frame: Frame, { lookup, arrive }: Omit<Labels, 'jump'>): Code {
  const { code, hart, target, slot, entry, page, record } = frame;
  code.get(target).get(slot).op('i32.sub').tee(entry).i32(PAGE_RECORDS).op('i32.lt_u');
  code.if(() => code.get(target).set(record).br(arrive));
  code
    .i32(0)
    .get(page)
    .get(entry)
    .i32(3)
    .op('i32.shr_s', 'i64.extend_i32_s', 'i64.add')
    .memory('i64.store', hart + HART.PC);
  return code.br(lookup);
}
