// Edit this file: `npx hv watch 14` grades it at every save, `npx hv reset 14` brings this original back.
// 14 · Hardware assist: the processor has a second supervisor mode, VS-mode, and the guest's kernel runs in it as it is.
//
// Its traps, its CSRs, its page tables and its timer are the hart's business now. Yours is to say, once, what the guest may do
// without you (`configure`); to change guests (`save` and `load`: all of VS-mode's registers are on the hart only once); to hand
// interrupts over (`interrupt`: hvip); and to serve what you kept for yourself (`virtualInstruction`: exception 22).
import { todo, type Parts } from '#vmm';

export const hardwareAssist: Parts['hardwareAssist'] = {
  configure: (csr) => todo('say what guests may do without us'),

  save: (csr, guest) => todo('copy the guest out of the hart'),

  load: (csr, guest) => todo('copy a guest onto the hart'),

  interrupt: (csr, interrupt, level) => todo('set or clear a bit of hvip'),

  virtualInstruction: (instruction, vcpu) => todo('serve what the guest may not do by itself'),
};
