/** The form of a file of virtual machines: its keys and what each of them may hold. vms/README.md describes it for people. */
import { z } from 'zod';

const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;

/** `128M`. */
const size = z
  .string({ error: 'must be a size, as 64K, 128M or 1G' })
  .regex(/^\d{1,6}[KMG]$/, 'must be a size, as 64K, 128M or 1G')
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.slice(-1) as keyof typeof UNITS]);

/** YAML itself reads 0x80000000 as a number. */
const address = z
  .number({ error: 'must be an address, as 0x80000000' })
  .int('must be an address, as 0x80000000')
  .nonnegative('must be an address, as 0x80000000')
  .max(2 ** 52, 'is above the highest address, 2^52');

const text = z.string({ error: 'must be text' }).min(1, 'must not be empty');
const flag = z.boolean({ error: 'must be true or false' });
const count = (least: number, most: number, what: string) => {
  const message = `must be ${what}, ${least} to ${most}`;
  return z.number({ error: message }).int(message).min(least, message).max(most, message);
};
const oneOrMore = <T extends z.ZodType>(each: T, what: string) =>
  z
    .union([z.array(each).min(1), each], { error: `must be ${what}, or a list of them` })
    .transform((value) => (Array.isArray(value) ? value : [value]));

/** `disk.img`, or more about it. */
const disk = z.union(
  [
    text.transform((file) => ({ file, readonly: false, write: false, quota: undefined })),
    z.strictObject({ file: text, readonly: flag.default(false), write: flag.default(false), quota: size.optional() }),
  ],
  { error: 'must be a file, or { file, readonly, write, quota }' },
);

const net = z.union(
  [
    text.transform((network) => ({ network, backlog: undefined })),
    z.strictObject({ network: text, backlog: count(1, 4096, 'a number of frames').optional() }),
  ],
  { error: 'must be the name of a network, or { network, backlog }' },
);

const devices = z.strictObject({
  disk: oneOrMore(disk, 'a disk').default([]),
  ata: disk.optional(),
  ideal: disk.optional(),
  net: oneOrMore(net, 'a network').default([]),
  entropy: z.number({ error: 'must be a whole number, the seed' }).int('must be a whole number, the seed').optional(),
  console: flag.default(false),
  rtc: z.iso.datetime({ error: 'must be a date and time, as "2026-01-01T00:00:00Z"' }).optional(),
  pass: z.undefined({ error: 'gives a device of the host to the VM, and comes with lesson 11' }).optional(),
});

const vm = z.strictObject({
  guest: text.optional(),
  kernel: text.optional(),
  initrd: text.optional(),
  append: text.optional(),
  memory: z
    .union([size, z.array(z.strictObject({ at: address, size })).min(1)], {
      error: 'must be a size, as 128M, or a list of { at, size }',
    })
    .default(128 * UNITS.M),
  pieces: size.optional(),
  harts: count(1, 8, 'a number of harts').default(1),
  console: z.strictObject({ quota: size }).optional(),
  devices: devices.default(devices.parse({})),
});

export const form = z.strictObject({
  technique: text.optional(),
  scheduler: z.literal('round-robin', { error: 'must be round-robin; others come with lesson 17' }).optional(),
  slice: count(100, 2 ** 31 - 1, 'a number of instructions').optional(),
  vms: z.record(z.string().regex(/^[a-z0-9]+([-_][a-z0-9]+)*$/, 'is no name: lower-case words joined by hyphens'), vm, {
    error: 'must name the machines: "vms: { name: { ... } }"',
  }),
});

export type VmsFile = z.output<typeof form>;
export type VmEntry = VmsFile['vms'][string];
