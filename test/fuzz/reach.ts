/** What a VM can reach by the tables that the host's hart walks while it runs: each must lead to its own memory. */
import { PteBit, type Hart } from '#machine';
import { HardwareVcpu } from '../../src/vmm/techniques/hardware/vcpu';
import type { HostedVcpu, Vm } from '../../src/vmm/vm';
import { Broken } from './broken';

const PAGE_SIZE = 4096;
const RIGHTS = PteBit.R | PteBit.W | PteBit.X;
/** Of the entry's high half: the upper bits of the page number. */
const HIGH_PPN = 0x3f_ffff;
const PPN = (1n << 44n) - 1n;
const ENTRIES = 512;
/** Entries of the second stage's root. */
const GUEST_ROOT = 2048;

interface Table {
  /** Host page number. */
  readonly page: number;
  readonly level: number;
  readonly entries: number;
}

/** Throws Broken for a translation that leads out of the VM's slots, and for a table that the guest can store to. */
export function checkReach(vm: Vm, { memory }: Hart): void {
  const tables = new Set<number>();
  const writable: { page: number; pages: number }[] = [];
  for (const vcpu of vm.vcpus) {
    const root = rootOf(vcpu);
    if (root) visit(root);
  }
  for (const table of tables) {
    if (writable.some(({ page, pages }) => table >= page && table < page + pages))
      throw new Broken(`${vm.name} can store to a page table, at 0x${hex(table * PAGE_SIZE)} of the host`);
  }

  function visit({ page, level, entries }: Table): void {
    const at = memory.linear(page * PAGE_SIZE, 8 * entries) / 4;
    if (at < 0 || level < 0)
      throw new Broken(`${vm.name} has a page table that is none, at 0x${hex(page * PAGE_SIZE)} of the host`);
    tables.add(page);
    for (let i = 0; i < entries; i++) {
      const low = memory.u32[at + 2 * i];
      if ((low & PteBit.V) === 0) continue;
      const target = (low >>> 10) + (memory.u32[at + 2 * i + 1] & HIGH_PPN) * 2 ** 22;
      if ((low & RIGHTS) === 0) visit({ page: target, level: level - 1, entries: ENTRIES });
      else checkLeaf(target, ENTRIES ** level, low & RIGHTS);
    }
  }

  function checkLeaf(page: number, pages: number, rights: number): void {
    const { slots } = vm.memory;
    const [first, last] = [slots.toGuest(page * PAGE_SIZE), slots.toGuest((page + pages) * PAGE_SIZE - 1)];
    // Translated code is nobody's memory: it can be executed, and nothing else.
    if ((first === undefined || last === undefined) && rights !== PteBit.X)
      throw new Broken(`${vm.name} reaches host memory at 0x${hex(page * PAGE_SIZE)}, which is not its own`);
    if (rights & PteBit.W) writable.push({ page, pages });
  }
}

const hex = (value: number): string => value.toString(16);

/** hgatp, or satp as the guest is entered with. */
function rootOf(vcpu: HostedVcpu): Table | undefined {
  if (vcpu instanceof HardwareVcpu) return tableOf(vcpu.context.csr.read('hgatp'), GUEST_ROOT);
  if ('table' in vcpu) return tableOf((vcpu as unknown as { table: { satp: bigint } }).table.satp, ENTRIES);
  return undefined;
}

/** MODE 8 has three levels, as Sv39 and Sv39x4. */
const tableOf = (register: bigint, entries: number): Table => ({
  page: Number(register & PPN),
  level: Number(register >> 60n) - 6,
  entries,
});
