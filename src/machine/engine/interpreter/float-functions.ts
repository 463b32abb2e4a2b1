/** The instructions of F and D as functions, one for each row: the interpreter's main function would be too large for V8 with them. */
import { ROWS, usesFloat } from '../../isa';
import type { Row } from '../../isa/row';
import { emitAccess } from '../access';
import { emit } from '../emit';
import { emitFlags, requireFloat } from '../float/common';
import { emitFloat } from '../float/operations';
import { Code } from '../wasm/code';
import { RecordPlace } from './record-place';

/** The rows that have one, in the order of their functions. */
export const FLOAT_ROWS: readonly Row[] = ROWS.filter((row) => row.length === 4 && usesFloat(row));

class FloatPlace extends RecordPlace {
  constructor(hart: number) {
    super(new Code(1), hart, 0);
  }

  giveUp(): void {
    this.code.wat`i32.const 1 return`;
  }

  pushBudget(): void {
    throw new Error('no instruction of F or D uses the budget');
  }

  pushPc(): void {
    throw new Error('no instruction of F or D uses pc');
  }
}

/** The function (record) -> i32: 0 if the instruction is done, else `step` has to do it. `hart`: linear address of the hart's block. */
export function floatFunction(hart: number, { name, does }: Row): Code {
  const place = new FloatPlace(hart);
  const { code } = place;
  if (does.kind !== 'float') requireFloat(place, does);
  switch (does.kind) {
    case 'compute':
      if (does.flags) emitFlags(place, does.flags); // first: fd may be an operand too
      place[does.float ? 'setFd' : 'setRd'](() => emit(code, does.value, place));
      break;
    case 'load':
    case 'store':
      place.loadBank();
      emitAccess(place, does);
      break;
    case 'float':
      emitFloat(place, does.operation);
      break;
    default:
      throw new Error(`${name} is not an instruction of F or D`);
  }
  return code.wat`i32.const 0`;
}
