/** What gdb is told of the processor: its registers by number and name (Debugging with GDB, "RISC-V Features"). */
import { CSR_NUMBERS, registerName } from '#machine';
import type { Sight } from '#course/step';
import { wordHex } from './packets';

const PC = 32;
/** gdb numbers CSRs from here on; those of the host, which it knows nothing of, follow behind all of them. */
const FIRST_CSR = 65;
const FIRST_HOST_CSR = FIRST_CSR + 0x1000;

interface Described {
  readonly number: number;
  readonly name: string;
  readonly value: bigint;
}

/** The guest's CSRs under their names; the host's with `host_` before theirs. */
const csrsOf = ({ guestCsrs, hostCsrs }: Sight): { guest: Described[]; host: Described[] } => ({
  guest: guestCsrs.map(([name, value]) => ({ number: FIRST_CSR + numberOf(name), name, value })),
  host: hostCsrs.map(([name, value]) => ({ number: FIRST_HOST_CSR + numberOf(name), name: `host_${name}`, value })),
});

const numberOf = (name: string): number => CSR_NUMBERS[name];

/** target.xml. */
export function targetXml(sight: Sight): string {
  const { guest, host } = csrsOf(sight);
  const cpu = [
    ...sight.x.map(
      (_, i) =>
        `<reg name="${i === 8 ? 'fp' : registerName(i)}" bitsize="64" type="${TYPES[i] ?? 'int'}" regnum="${i}"/>`,
    ),
    `<reg name="pc" bitsize="64" type="code_ptr" regnum="${PC}"/>`,
  ];
  const csr = ({ name, number }: Described): string =>
    `<reg name="${name}" bitsize="64" type="int" regnum="${number}"/>`;
  return `<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target version="1.0"><architecture>riscv:rv64</architecture>${feature(
    'org.gnu.gdb.riscv.cpu',
    cpu,
  )}${feature('org.gnu.gdb.riscv.csr', guest.map(csr))}${feature('worldswitch.host', host.map(csr))}</target>`;
}

const TYPES: Readonly<Record<number, string>> = {
  1: 'code_ptr',
  2: 'data_ptr',
  3: 'data_ptr',
  4: 'data_ptr',
  8: 'data_ptr',
};

const feature = (name: string, registers: readonly string[]): string =>
  registers.length === 0 ? '' : `<feature name="${name}">${registers.join('')}</feature>`;

/** Answer to `g`: x0 .. x31 and pc. */
export const generalRegisters = ({ x, pc }: Sight): string => [...x, pc].map(wordHex).join('');

/** Answer to `p`; undefined for a register that there is not. */
export function registerHex(sight: Sight, number: number): string | undefined {
  if (number < PC) return wordHex(sight.x[number]);
  if (number === PC) return wordHex(sight.pc);
  const { guest, host } = csrsOf(sight);
  const found = [...guest, ...host].find((each) => each.number === number);
  return found && wordHex(found.value);
}
