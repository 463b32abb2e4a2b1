/** VMs under binary translation: as under trap-and-emulate, but what runs is translated, and the machine may be one that leaks. */
import { createMachine, decoderOf, EXTENSIONS, InputError, Isa, MAX_RAM_BYTES, parseIsa } from '#machine';
import { HostClock } from '../clock';
import { FrameAllocator } from '../memory/frames';
import { GuestMemory } from '../memory/guest-memory';
import { ShadowTables } from '../memory/shadow/shadow-tables';
import type { Parts } from '../parts';
import { CachePlace, PLACE_BYTES } from '../techniques/binary-translation/cache-place';
import { CodeCache } from '../techniques/binary-translation/code-cache';
import { CodePages } from '../techniques/binary-translation/code-pages';
import { TranslatingHart } from '../techniques/binary-translation/translating-hart';
import { Translations } from '../techniques/binary-translation/translations';
import { HostHart } from '../techniques/host-hart';
import { TrapAndEmulateVcpu } from '../techniques/trap-and-emulate';
import { RAM_BASE } from '../vm-board';
import type { BootOptions } from '../vm-config';
import { shadowBytesOf, shadowFramesOf } from './shadow-frames';
import { allocateSlots } from './slots';
import { checkIsa, listen, mib, vmOnItsBoard, type Built } from './vms';

/** Of each VCPU's translation cache. */
const CACHE_BYTES = 256 * 1024;
const VCPU_BYTES = CACHE_BYTES + PLACE_BYTES;

/** What the guests get where nothing else is asked for: RV64-leaky, docs/leaky.md. */
const LEAKY_ISA = parseIsa('rv64imac_xleaky');
/** As under trap-and-emulate, but no F and D: translated code needs their registers for itself. */
export const TRANSLATED_ISA = parseIsa('rv64imacb_zicond_zihintpause_xleaky');

/** Throws InputError for guests that want more than TRANSLATED_ISA, and if the VMs need more RAM than a machine can have. */
export function buildBinaryTranslation(options: BootOptions, parts: Parts): Built {
  const { vms, engine, isa = LEAKY_ISA } = options;
  checkIsa(isa, TRANSLATED_ISA, 'binary translation');
  const vcpus = vms.reduce((sum, { harts = 1 }) => sum + harts, 0);
  const shadowBytes = shadowBytesOf(options);
  const ramBytes = vms.reduce((sum, { memoryBytes }) => sum + memoryBytes, shadowBytes + vcpus * VCPU_BYTES);
  if (ramBytes > MAX_RAM_BYTES) {
    throw new InputError(
      `The VMs need ${mib(ramBytes)}, with ${mib(shadowBytes)} for their shadow tables; this machine can have ${mib(MAX_RAM_BYTES)}.`,
    );
  }
  const hostIsa = new Isa([...EXTENSIONS.filter((extension) => isa.has(extension)), 'D']);
  const machine = createMachine({ ramBytes, engine, isa: hostIsa.name, nativeMode: 'S' });
  const { ram } = machine;
  const [hart] = machine.harts;
  const host = new HostHart(hart);
  const frames = new FrameAllocator(RAM_BASE, RAM_BASE + ramBytes);
  const clock = new HostClock();
  const built = vms.map((config, id) => {
    const vm = vmOnItsBoard(config, id, {
      memory: new GuestMemory(ram, allocateSlots(config, parts, frames)),
      hostClock: clock,
      parts,
    });
    listen(vm, options);
    const tables = new ShadowTables(
      { frames, ram, slots: vm.memory.slots, limit: shadowFramesOf(config, options) },
      vm.counters,
    );
    const pages = new CodePages(tables);
    vm.memory.onStore = (address, length) => {
      tables.written(address, length);
      pages.stored(address, length);
    };
    for (let number = 0; number < (config.harts ?? 1); number++) {
      const at = frames.allocateRange(VCPU_BYTES);
      if (at === undefined) throw new Error('the host was made too small for its VMs');
      const cache = new CodeCache(ram, at, CACHE_BYTES);
      const place = new CachePlace(ram, at + CACHE_BYTES, { at, size: CACHE_BYTES });
      const decode = decoderOf(isa);
      const translations = new Translations({ ram, decode, cache, pages, translator: parts.binaryTranslator });
      const translating = new TranslatingHart({ host, hart, cache, place, translations, pages });
      vm.vcpus.push(new TrapAndEmulateVcpu(vm, { id: number, isa, host: translating, tables, parts }));
    }
    return vm;
  });
  return { vms: built, clock, isa, harts: machine.harts, release: () => machine.release() };
}
