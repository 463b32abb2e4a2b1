// Edit this file: `npx hv watch 07` grades it at every save, `npx hv reset 07` brings this original back.
// 07 · Shadow paging: the hart can walk one page table, so it gets one that is made of two: where the guest's table says that a
// page is, and where the hypervisor has put what the guest takes for that place.
//
// `fill`: a hidden fault. `miss.path` has the guest's entries from the root's to the leaf's. Mark the leaf as a processor would (A, and
// D for a store). Make and link a shadow table for each of the guest's tables on the way, and map the page in the last of them: with
// the rights that the leaf gives in this view, and as large as the leaf is, where the host's memory allows it. Nobody may store to a
// page that holds a table with a shadow without your notice.
// `fence`: the guest says that it has changed its tables. Drop what is not true any more, and nothing else.
import { todo, type Parts } from '#vmm';

export const shadowPaging: Parts['shadowPaging'] = {
  fill: (tables, miss) => todo('enter into the shadow what the guest has just missed'),

  fence: (tables, page) => todo('drop what the guest has changed'),
};
