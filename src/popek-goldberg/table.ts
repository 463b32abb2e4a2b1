/** A whole machine, classified: what a classifier says of each of its instructions, and what the theorems make of it. */
import { subjectOf, type Classes, type Classifier, type Condition } from './classes';
import type { Instruction, Machine } from './state';

export interface TableRow {
  readonly name: string;
  readonly instruction: Instruction;
  readonly classes: Classes;
  /** How many times the instruction was run. */
  readonly experiments: number;
}

export interface MachineTable {
  readonly machine: Machine;
  readonly rows: readonly TableRow[];
  readonly theorem1: Condition;
  /** Of a monitor that does not depend on timing. */
  readonly theorem2: Condition;
  readonly theorem3: Condition;
}

export function tableOf(machine: Machine, classifier: Classifier): MachineTable {
  const rows = machine.instructions.map((instruction): TableRow => {
    const subject = subjectOf(machine, instruction);
    const classes = classifier.classify(subject);
    return { name: instruction.name, instruction, classes, experiments: subject.experiments };
  });
  return {
    machine,
    rows,
    theorem1: classifier.theorem1(rows),
    theorem2: classifier.theorem2(rows, true),
    theorem3: classifier.theorem3(rows),
  };
}

export const isSensitive = ({ control, location, mode }: Classes): boolean =>
  [control, location, mode].some((witness) => witness !== undefined);
