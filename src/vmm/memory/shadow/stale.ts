/** What the hart's TLB may still have although the shadow has changed (Privileged, "Supervisor Memory-Management Fence Instruction"). */

/** More pages than this one by one cost more than to forget everything. */
const MOST = 64;

export class Stale {
  /** Goes up when the TLB must forget everything that it has of these tables. */
  generation = 0;
  /** Guest-virtual numbers of pages that it must forget; who enters the guest empties the list. */
  readonly pages: number[] = [];

  /** An entry has changed; undefined if it is not known which page it maps. */
  page(page: number | undefined): void {
    if (page === undefined || this.pages.length === MOST) this.everything();
    else this.pages.push(page);
  }

  everything(): void {
    this.generation++;
    if (this.pages.length > 0) this.pages.length = 0;
  }
}
