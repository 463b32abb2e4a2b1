/** What exactly caused an exit, in a word or two: the finer half of the count of exits, of which the kind is the other. */
import { causeName, csrName } from '#machine';
import type { ExitKind, VmExit } from './exit';
import { sbiName } from './sbi';
import type { Vm } from './vm';

/** A guest chooses among few words: none of these makes a table grow without end. */
type Causes = { readonly [K in ExitKind]: (exit: Extract<VmExit, { kind: K }>, vm: Vm) => string };

const CAUSES: Causes = {
  budget: () => 'slice',
  ecall: ({ extension }) => sbiName(extension) ?? 'unknown',
  privileged: ({ instruction: { row, imm } }) =>
    row.does.kind === 'csr' ? (csrName(imm & 0xfff) ?? 'no such CSR') : row.name,
  reflected: ({ cause }) => causeName(cause),
  'shadow-miss': ({ access }) => access,
  'g-stage-miss': ({ access }) => access,
  mmio: ({ gpa }, vm) => deviceAt(vm, Number(gpa)),
  unmapped: ({ access }) => access,
};

/** The SBI extension, CSR, instruction, exception, kind of access or device that made the guest exit. */
export function causeOfExit<K extends ExitKind>(exit: Extract<VmExit, { kind: K }>, vm: Vm): string {
  const cause: Causes[K] = CAUSES[exit.kind];
  return cause(exit, vm);
}

const deviceAt = ({ bus }: Vm, address: number): string =>
  bus.claims.find(({ base, device }) => address >= base && address < base + device.size)?.device.name ?? 'nothing';
