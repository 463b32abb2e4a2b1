/** The seam of lesson 07: the page table that the hart walks, made of the guest's own and of where the guest's memory lies. */
import type { Pte } from '#machine';
import type { Access } from './exit';
import type { View } from './memory/guest-walk';
import type { ShadowTables } from './memory/shadow/shadow-tables';
import type { ShadowTable } from './memory/shadow/table';

/** What the part may do with the shadow tables of its VM. Frames, roots and the TLB are the frame's business. */
export type ShadowWork = Pick<
  ShadowTables,
  | 'table'
  | 'link'
  | 'map'
  | 'mark'
  | 'hostPage'
  | 'block'
  | 'holdsTables'
  | 'open'
  | 'isOpen'
  | 'opened'
  | 'openCount'
  | 'drop'
  | 'dropChanged'
  | 'dropEmpty'
  | 'close'
>;

/** One access that the guest's own table allows and the shadow does not have yet: a hidden fault. Pages are numbers: address / 4096. */
export interface ShadowMiss {
  /** The root of the shadow for the view. */
  readonly root: ShadowTable;
  /** Guest-virtual, 52 bits. */
  readonly page: number;
  readonly access: Access;
  readonly view: View;
  /** The guest's entries on the way as they are, from the root's to the leaf's; none if the guest does not translate. */
  readonly path: readonly Pte[];
  /** Guest-physical address of the last of them, the leaf. */
  readonly leafAt?: number;
  /** Guest-physical: where the guest's table says that the page is. */
  readonly guestPage: number;
}

export interface ShadowPaging {
  /** Enters into the shadow what the access needs, so that it succeeds when it is tried again, and marks the guest's leaf as a processor would. */
  fill(tables: ShadowWork, miss: ShadowMiss): void;
  /** The guest fenced: for a guest-virtual page, or for all if there is none. What it changed in its tables counts from now on. */
  fence(tables: ShadowWork, page?: number): void;
}
