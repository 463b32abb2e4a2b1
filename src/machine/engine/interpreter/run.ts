/**
 * The interpreter's main function: three nested loops around a jump table over decoded records.
 *
 *   lookup   PC in memory -> fetch TLB -> the page's slot and the record in it
 *     arrive   a basic block begins: its instructions are charged to the budget
 *       next     an instruction: jump to the handler that its record names
 */
import {
  FETCH_ENTRIES,
  FETCH_TABLE,
  FIRST_HANDLERS,
  HART,
  NEXT_SLOT,
  PAGE_RECORDS,
  RECORD,
  RECORD_ARRIVALS,
  RECORD_REST,
  REGION_ENTRIES,
  TLB_ENTRY,
} from '../layout';
import type { Code, Label } from '../wasm/code';
import { Frame } from './frame';
import { FUNCTION, REGION_TYPE } from './functions';
import { emitHandler, type Labels } from './handlers';
import { handlerOf, ROW_HANDLERS, SPECIAL, type RowHandler } from './numbers';

type Loops = Pick<Labels, 'lookup' | 'arrive' | 'next'>;

/** `hart`: linear address of the hart's block, constant in the code. `threshold`: see module.ts. */
export function runFunction(hart: number, threshold?: number): Code {
  const frame = new Frame(hart);
  const { code } = frame;
  frame.loadBudget();
  return code.loop((lookup) => {
    lookUp(frame, lookup);
    if (threshold !== undefined) enterRegion(frame, lookup);
    code.loop((arrive) => {
      if (threshold !== undefined) countArrival(frame, threshold);
      chargeBlock(frame, lookup);
      code.loop((next) => dispatch(frame, { lookup, arrive, next }, threshold !== undefined));
    });
  });
}

/** Finds the slot of the page that PC is in, and the record of PC. */
function lookUp(frame: Frame, lookup: Label): void {
  const { code, hart, left, address, page, entry, slot, record } = frame;
  code.wat`local.get ${left} i32.eqz`;
  code.if(() => code.wat`${() => frame.saveBudget()} return`);
  frame.loadBank();
  code.wat`
    i32.const 0 i64.load offset=${hart + HART.PC} local.tee ${address} i64.const -4096 i64.and local.set ${page}
    ${() => pushFetchEntry(frame)} local.tee ${entry}
    i64.load offset=${FETCH_TABLE} local.get ${page} i64.ne`;
  code.if(() => {
    frame.saveBudget();
    code.wat`call ${FUNCTION.fetch}`; // GO_ON or STOP
    code.if(() => code.wat`return`);
    frame.loadBudget();
    code.wat`br ${lookup}`;
  });
  code.wat`
    local.get ${entry} i32.load offset=${FETCH_TABLE + 8} local.tee ${slot}
    local.get ${address} i32.wrap_i64 i32.const 0xffe i32.and i32.const 3 i32.shl i32.add local.set ${record}`;
}

/** Tells TypeScript when a block has been begun `threshold` times, and again whenever the 16 bits of the count have wrapped. */
function countArrival({ code, record, target }: Frame, threshold: number): void {
  code.wat`
    local.get ${record}
    local.get ${record} i32.load16_u offset=${RECORD_ARRIVALS} i32.const 1 i32.add local.tee ${target}
    i32.store16 offset=${RECORD_ARRIVALS}
    local.get ${target} i32.const ${threshold} i32.eq`;
  code.if(() => code.wat`local.get ${record} call ${FUNCTION.hot}`);
}

/**
 * Takes the whole block from the budget, so that its instructions need not be counted one by one. Whoever leaves in the middle
 * gives back the rest (refund). If the budget does not cover the block, TypeScript ends the block where the budget does.
 */
function chargeBlock(frame: Frame, lookup: Label): void {
  const { code, left, record } = frame;
  code.wat`
    local.get ${left} local.get ${record} i32.load16_u offset=${RECORD_REST} i32.sub local.tee ${left}
    i32.const 0 i32.lt_s`;
  code.if(() => {
    frame.savePc();
    frame.refund();
    frame.saveBudget();
    code.wat`local.get ${left} i32.eqz`;
    code.if(() => code.wat`return`);
    code.wat`local.get ${record} local.get ${left} call ${FUNCTION.limit} br ${lookup}`;
  });
}

/** The rows that most programs mostly consist of. */
const FREQUENT = new Set(
  (
    'lui auipc addi addiw slli srli srai andi add addw sub and or xor sltu ' +
    'lbu lw ld sb sw sd beq bne blt bge bltu bgeu jal jalr'
  ).split(' '),
);

/** Jump tables that know only the frequent rows, behind the first, which knows all. More make the code too large. */
const SHORT_TABLES = 2;

/**
 * The jump table several times: a handler of one goes on to the next, and only from the last back to the loop, where V8 looks for
 * interrupts of its own. The processor also predicts jumps better that it sees in more places (measured together: + 30 %).
 */
function dispatch(frame: Frame, loops: Loops, withRegions: boolean): void {
  const { code } = frame;
  const shared = [
    (): Code => decodeBlock(frame, loops),
    (): Code => nextPage(frame, loops),
    (): Code => stop(frame),
    (): Code => stepInTypeScript(frame, loops),
    (): Code => jumpToTarget(frame, loops),
  ];
  code.switch(shared, ([undecoded, pageEnd, limit, step, jump]) => {
    frame.step = step;
    const emitter = (next: Label) => (handler: RowHandler) => emitHandler(frame, handler, { ...loops, next, jump });
    const others = { [SPECIAL.undecoded]: undecoded, [SPECIAL.pageEnd]: pageEnd, [SPECIAL.limit]: limit };
    code.block((behind) => {
      jumpTable(frame, ROW_HANDLERS, emitter(behind), (labels) => {
        dispatchTwice(frame, loops, (more) => labels({ ...others, ...more }, step), withRegions);
      });
    });
    const frequent = ROW_HANDLERS.filter(({ row }) => FREQUENT.has(row.name));
    const shortTable = (next: Label): void =>
      jumpTable(frame, frequent, emitter(next), (labels) => {
        code.wat`local.get ${frame.record} i32.load16_u`.brTable(labels({}, loops.next), loops.next);
      });
    for (let i = 1; i < SHORT_TABLES; i++) code.block(shortTable);
    shortTable(loops.next);
  });
}

/** The labels of a jump table: those of its own handlers, those of `others`, and `rest` for the numbers between. */
type Labelled = (others: Readonly<Record<number, Label>>, rest: Label) => Label[];

/** The code of `handlers`, which `emitHandler` writes, behind what `jump` writes: it jumps by the number of a handler. */
function jumpTable(
  { code }: Frame,
  handlers: readonly RowHandler[],
  emitHandler: (handler: RowHandler) => void,
  jump: (labels: Labelled) => void,
): void {
  const bodies = handlers.map((handler) => (): void => emitHandler(handler));
  code.switch(bodies, (own) => {
    const byNumber = new Map(handlers.map((handler, i) => [handlerOf(handler), own[i]]));
    const size = Math.max(...byNumber.keys()) + 1;
    jump((others, rest) => Array.from({ length: size }, (_, number) => byNumber.get(number) ?? others[number] ?? rest));
  });
}

/** The jump by the record's handler. Two of them do something first, and then jump by the handler that the record was decoded to. */
function dispatchTwice(
  frame: Frame,
  loops: Loops,
  labels: (more: Readonly<Record<number, Label>>) => Label[],
  withRegions: boolean,
): void {
  const { code, record } = frame;
  const step = frame.step!;
  code.block((first) => {
    code.block((region) => {
      code.block((acrossPages) => {
        const more = { [SPECIAL.acrossPages]: acrossPages, [SPECIAL.region]: withRegions ? region : step };
        code.wat`local.get ${record} i32.load16_u`.brTable(labels(more), step);
      });
      checkNextPage(frame);
      code.wat`br ${first}`;
    });
    if (withRegions) runRegion(frame, loops);
  });
  code.wat`${() => pushOfHalfword(frame)} i32.load16_u offset=${FIRST_HANDLERS}`.brTable(labels({}), step);
}

/** The instruction goes on in the next page: it is as decoded if that is still the page that it was decoded from. */
function checkNextPage(frame: Frame): void {
  const { code, page, address, entry, slot } = frame;
  code.wat`
    local.get ${page} i64.const 4096 i64.add local.tee ${address}
    ${() => pushFetchEntry(frame)} local.tee ${entry} i64.load offset=${FETCH_TABLE} i64.ne
    local.get ${entry} i32.load offset=${FETCH_TABLE + 8} local.get ${slot} i32.load offset=${NEXT_SLOT} i32.ne
    i32.or br_if ${frame.step!}`;
}

/** Pushes the address of the fetch TLB entry for `address`, less the offset of the table. */
function pushFetchEntry({ code, hart, address }: Frame): void {
  code.wat`
    local.get ${address} i64.const 8 i64.shr_u i32.wrap_i64 i32.const ${(FETCH_ENTRIES - 1) * TLB_ENTRY} i32.and
    i32.const 0 i32.load offset=${hart + HART.FETCH_BANK} i32.add`;
}

/** Pushes the address of what a slot has for the record's halfword in a table of u16, the table's offset apart. */
function pushOfHalfword({ code, record, slot }: Frame): void {
  code.wat`local.get ${slot} local.get ${record} local.get ${slot} i32.sub i32.const 3 i32.shr_u i32.add`;
}

/** Most regions are entered from others, by way of PC: then nothing needs to be charged and refunded. */
function enterRegion(frame: Frame, lookup: Label): void {
  frame.code.wat`local.get ${frame.record} i32.load16_u i32.const ${SPECIAL.region} i32.eq`;
  frame.code.if(() => callRegion(frame, lookup));
}

/** The same on arrival by interpreted code, which has charged the block. If the region begins no instruction, the code behind this does one. */
function runRegion(frame: Frame, { lookup }: Loops): void {
  const { code, left, record } = frame;
  frame.refund();
  callRegion(frame, lookup);
  code.wat`local.get ${left} local.get ${record} i32.load16_u offset=${RECORD_REST} i32.sub local.set ${left}`;
}

/** Calls the region that begins at this record, and looks up PC, which it has saved, unless it has begun no instruction. */
function callRegion(frame: Frame, lookup: Label): void {
  const { code, hart, left, page, slot, record, target } = frame;
  code.wat`
    local.get ${slot} local.get ${record} local.get ${slot} i32.sub i32.const ${Math.log2(RECORD / 4)} i32.shr_u i32.add
    i32.load offset=${REGION_ENTRIES} local.set ${target}
    i32.const ${hart} local.get ${left} local.get ${page} local.get ${target} i32.const 0xffff i32.and
    local.get ${target} i32.const 16 i32.shr_u`.callIndirect(REGION_TYPE);
  code.wat`local.tee ${target} local.get ${left} i32.ne`;
  code.if(() => code.wat`local.get ${target} local.set ${left} br ${lookup}`);
}

function decodeBlock({ code, record }: Frame, { arrive }: Loops): Code {
  return code.wat`local.get ${record} call ${FUNCTION.decode} br ${arrive}`;
}

/** Behind the last record of a page; nothing is charged for it. */
function nextPage(frame: Frame, { lookup }: Loops): Code {
  frame.savePc();
  return frame.code.wat`br ${lookup}`;
}

/** The budget is used up. */
function stop(frame: Frame): Code {
  frame.savePc();
  frame.saveBudget();
  return frame.code.wat`return`;
}

/** TypeScript does one instruction, counts it, takes interrupts, and says where to go on. */
function stepInTypeScript(frame: Frame, { lookup, arrive }: Loops): Code {
  const { code, record, target } = frame;
  frame.savePc();
  frame.refund();
  frame.saveBudget();
  code.wat`local.get ${record} call ${FUNCTION.step} local.tee ${target} i32.const 0 i32.lt_s`; // STOP
  code.if(() => code.wat`return`);
  frame.loadBudget();
  return code.wat`local.get ${target} i32.eqz br_if ${lookup} local.get ${target} local.set ${record} br ${arrive}`; // GO_ON, or a record
}

/** To the record `target` if that is in this page; else its address is looked up. */
function jumpToTarget(frame: Frame, { lookup, arrive }: Loops): Code {
  const { code, hart, target, slot, entry, page, record } = frame;
  code.wat`local.get ${target} local.get ${slot} i32.sub local.tee ${entry} i32.const ${PAGE_RECORDS} i32.lt_u`;
  code.if(() => code.wat`local.get ${target} local.set ${record} br ${arrive}`);
  return code.wat`
    i32.const 0 local.get ${page} local.get ${entry} i32.const 3 i32.shr_s i64.extend_i32_s i64.add
    i64.store offset=${hart + HART.PC} br ${lookup}`;
}
