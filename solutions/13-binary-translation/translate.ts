// 13 · Binary translation: on a processor whose sensitive instructions do not all trap in U-mode, do not let the guest's kernel
// run as it is. Read it a block at a time, and write down what shall run in its place.
//
// For each instruction that `code.next()` gives, call `out` once. Most stand as they are (`copy`). Those that know where they
// are (auipc, branches, jumps) must see the guest's addresses, although they run elsewhere. Those that are sensitive and do not
// trap must not run at all: serve them from the copies of virtual CSRs, or call out. A block ends where control goes elsewhere.
// #region solution: import { todo, type Parts } from '#vmm';
import { CSR_NUMBERS, leaks, writesCsr, type Instruction } from '#machine';
import type { BlockWriter, GuestInstruction, Parts, ServedCsr } from '#vmm';

/** Long blocks are counted once for many instructions; but where few are left to run, a long block has to be translated anew. */
const LONGEST = 32;

/** Virtual CSRs that change in no other way than by the hypervisor or by `out`. */
const SERVED: ReadonlyMap<number, ServedCsr> = new Map(
  (['sstatus', 'sscratch', 'sepc', 'scause', 'stval'] as const).map((name) => [CSR_NUMBERS[name], name]),
);
const SIE = 1 << 1;

/** What follows an instruction in the block: the next one, or nothing, because control never comes there. */
type Follow = 'goes on' | 'ends';

/** An instruction whose bits mean something. */
type Known = GuestInstruction & { readonly instruction: Instruction };

function rewrite(at: GuestInstruction, out: BlockWriter): Follow {
  // Not an instruction of this guest's processor. It may be one of the host's, which is the more able: never run it.
  if (!isKnown(at)) return callOut(at, out);
  const { does } = at.instruction.row;
  switch (does.kind) {
    case 'branch':
      out.branch(at, relative(at));
      return 'goes on'; // a branch that is taken leaves the block, the other way stays in it
    case 'jal':
      out.jump(at, relative(at));
      return 'ends';
    case 'jalr':
      out.jumpToRegister(at);
      return 'ends';
    case 'csr':
      return rewriteCsr(at, does.op, out);
    case 'system':
      return rewriteSystem(at, does.action, out);
    default:
      if (at.instruction.row.name === 'auipc') out.constant(at, relative(at));
      else out.copy(at);
      return 'goes on';
  }
}

/**
 * Some kernels read and write a few CSRs all the time: in every trap handler, around every lock. These are served without an exit,
 * where nothing but the register changes. All others call out, those too that would trap: they might be the host's own.
 */
function rewriteCsr(at: Known, op: 'swap' | 'set' | 'clear', out: BlockWriter): Follow {
  const { instruction } = at;
  const csr = SERVED.get(instruction.imm);
  if (csr && !writesCsr(instruction)) out.readVirtual(at, csr);
  else if (csr === 'sscratch' && instruction.row.name === 'csrrw') out.swapScratch(at);
  // Interrupts off: nothing can become due by it. (On: perhaps one is due at once, which is the hypervisor's business.)
  else if (csr === 'sstatus' && op === 'clear' && isOnlySie(instruction)) out.disableInterrupts(at);
  else return callOut(at, out);
  return 'goes on';
}

/** csrci with nothing but SIE among its bits that mean something. */
const isOnlySie = ({ row, rs1 }: Instruction): boolean => row.name === 'csrrci' && (rs1 & SIE) !== 0;

function rewriteSystem(at: Known, action: string, out: BlockWriter): Follow {
  if (action === 'fence.i') {
    out.copy(at); // stores to code are found out without it
    return 'goes on';
  }
  return leaks(at.instruction) ? callOut(at, out) : copyLast(at, out);
}

/** It will trap, and the hypervisor decides where the guest goes on: what lies behind is another block. */
function copyLast(at: GuestInstruction, out: BlockWriter): Follow {
  out.copy(at);
  return 'ends';
}

function callOut(at: GuestInstruction, out: BlockWriter): Follow {
  out.callOut(at);
  return 'ends';
}

const isKnown = (at: GuestInstruction): at is Known => at.instruction !== undefined;

/** pc + imm, as the guest reckons. */
const relative = ({ pc, instruction }: Known): bigint => BigInt.asUintN(64, pc + BigInt(instruction.imm));
// #endregion

// #region solution: export const binaryTranslator: Parts['binaryTranslator'] = { translate: (code, out) => todo('rewrite one block') };
export const binaryTranslator: Parts['binaryTranslator'] = {
  translate(code, out) {
    let length = 0;
    for (let at = code.next(); at; at = ++length < LONGEST ? code.next() : undefined) {
      if (rewrite(at, out) === 'ends') return;
    }
  },
};
// #endregion
