// Edit this file: `npx hv watch 08` grades it at every save, `npx hv reset 08` brings this original back.
// 08 · Two-stage paging: the guest's own table translates to guest-physical addresses, and yours translates these to the host's.
//
// The hart walks both: no shadow has to follow the guest's table any more, and the guest may change it as it likes. Yours says
// where the guest's RAM really lies, and it grows by faults: a guest-page fault (20, 21, 23) has brought a guest-physical address
// that has no entry yet. `mode`: choose hgatp.MODE. `map`: enter the leaf for `gpa`, with the tables above it, 1 GiB or 2 MiB at
// once where the slot allows it. (Privileged, "Guest Physical Address Translation"; `GStage` in src/vmm/parts.ts.)
import { todo, type Parts } from '#vmm';

export const gStage: Parts['gStage'] = {
  mode: (end) => todo('choose between Sv39x4 and Sv48x4'),

  map: (gpa, space) => todo('enter the leaf for a guest-physical address'),
};
