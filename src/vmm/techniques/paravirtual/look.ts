/** One look at the tables that a paravirtual guest runs on: where does this access lead? (docs/paravirtual.md, "Devices") */
import { causeOf, pageNumber, PteBit, pteFrom, SCHEMES, walk, type Access, type PteMemory, type Ram } from '#machine';
import { PAGE_SIZE } from '../../memory/slots';

/** Bit 8 of an entry, the first of two that belong to software: with V clear and some of R, W and X set, the entry names a device's page. */
const DEVICE = 0x100;
const RIGHTS = PteBit.R | PteBit.W | PteBit.X;
const PPN = (1n << 44n) - 1n;

/** Host-physical RAM; a guest-physical page of a device; or the cause of the exception that the guest deserves. */
export type Found =
  | { readonly kind: 'ram'; readonly hpa: number }
  | { readonly kind: 'device'; readonly gpa: bigint }
  | { readonly kind: 'fault'; readonly cause: number };

/** Changes nothing. The tables have been validated, or are ours: they lie in RAM. */
export function look(ram: Ram, satp: bigint, gva: bigint, access: Access): Found {
  let device = false;
  const memory: PteMemory = {
    read: (address) => {
      const { low, high } = pteFrom(ram.read(address, 8));
      device = !(low & PteBit.V) && (low & DEVICE) !== 0 && (low & RIGHTS) !== 0;
      return { low: device ? low | PteBit.V : low, high };
    },
    writeLow: () => false,
  };
  const found = walk(
    {
      scheme: SCHEMES[Number(satp >> 60n)]!,
      root: Number(satp & PPN) * PAGE_SIZE,
      page: pageNumber(gva),
      access,
      user: true,
      sum: false,
      mxr: false,
      accessedDirty: 'ignore',
    },
    memory,
  );
  if (!found.ok) return { kind: 'fault', cause: causeOf(found.fault, access) };
  const within = gva % BigInt(PAGE_SIZE);
  if (device) return { kind: 'device', gpa: BigInt(found.address) + within };
  return { kind: 'ram', hpa: found.address + Number(within) };
}
