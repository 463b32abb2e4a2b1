// Edit this file: `npx hv watch 06` grades it at every save, `npx hv reset 06` brings this original back.
// 06 · A virtual machine's memory: which guest-physical addresses are RAM, and where in the host each piece of it lies.
//
// `assemble`: `plan.ram` says what shall be RAM, `plan.devices` where devices answer. Refuse, with one sentence, what no board can
// have: ranges that are not whole pages, or two things at one address. Else take memory from the host by `allocate(bytes)`, at most
// `plan.pieceBytes` at once, and give the slots: guest-physical, host-physical, size.
// `translate`: where in the host are these bytes of the guest? In several pieces, if need be; nowhere, if one of them is not RAM.
import { todo, type Parts } from '#vmm';

export const guestMemory: Parts['guestMemory'] = {
  assemble: (plan, allocate) => todo('take memory for the plan, or refuse it'),

  translate: (gpa, length, slots) => todo('find these bytes of the guest in the host'),
};
