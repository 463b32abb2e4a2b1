/** Shadow tables that do some of what they do otherwise: for parts that are wrong in one point. */
import type { ShadowWork } from '#vmm';

/** A class with private fields works on itself only, so that what is not replaced is bound to the original. */
export function instead(tables: ShadowWork, replaced: Partial<ShadowWork>): ShadowWork {
  return new Proxy(tables, {
    get(_, name) {
      if (name in replaced) return replaced[name as keyof ShadowWork];
      const found: unknown = Reflect.get(tables, name, tables);
      return typeof found === 'function' ? (found.bind(tables) as unknown) : found;
    },
  });
}
