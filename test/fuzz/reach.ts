/** What a VM can reach by the tables that the host's hart walks while it runs: each must lead to its own memory. */
import type { Hart } from '#machine';
import { HardwareVcpu } from '../../src/vmm/techniques/hardware/vcpu';
import type { HostedVcpu, Vm } from '../../src/vmm/vm';
import { Broken } from './broken';

const [V, RWX, W, X] = [1, 0xe, 4, 8];
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

/** Throws Broken for a translation that leads out of the VM's slots. Harts that translate by the guest's own tables have none. */
export function checkReach(vm: Vm, { memory }: Hart): void {
  for (const vcpu of vm.vcpus) {
    const root = rootOf(vcpu);
    if (root) visit(root);
  }

  function visit({ page, level, entries }: Table): void {
    const at = memory.linear(page * 4096, 8 * entries) / 4;
    if (at < 0)
      throw new Broken(`a page table of ${vm.name} lies outside of the host's memory, at 0x${hex(page * 4096)}`);
    for (let i = 0; i < entries; i++) {
      const low = memory.u32[at + 2 * i];
      if ((low & V) === 0) continue;
      const target = (low >>> 10) + (memory.u32[at + 2 * i + 1] & 0xffff) * 2 ** 22;
      if ((low & RWX) === 0) visit({ page: target, level: level - 1, entries: ENTRIES });
      else checkLeaf(target, ENTRIES ** level, low);
    }
  }

  function checkLeaf(page: number, pages: number, low: number): void {
    const { slots } = vm.memory;
    const [first, last] = [slots.toGuest(page * 4096), slots.toGuest((page + pages) * 4096 - 1)];
    if (first !== undefined && last !== undefined) return;
    // Translated code: to be executed and nothing else, and nobody's memory.
    if ((low & RWX) === X && (low & W) === 0 && !vm.name.startsWith('no-cache')) return;
    throw new Broken(`${vm.name} reaches host memory at 0x${hex(page * 4096)}, which is not its own`);
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
