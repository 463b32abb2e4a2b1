/** Names for a guest's addresses: its images' own symbols, and a System.map if one is given. */
import { readSystemMap, Symbols } from '#machine';
import { readImageFile } from './image-file';

/** Of several names for one address the guest's own counts. Throws InputError for a file that is no System.map. */
export function namesWith(own: Iterable<readonly [string, bigint]>, systemMap: string | undefined): Symbols {
  if (systemMap === undefined) return new Symbols(own);
  const text = Buffer.from(readImageFile(systemMap)).toString('latin1');
  return new Symbols([...own, ...readSystemMap(text, systemMap)]);
}
