/** Instructions of the hypervisor extension, and Svinval, which splits fences. Privileged manual, "Hypervisor Instructions" and "Svinval". */
import { extension, guestLoad, guestStore, system } from './rows';

export const H = extension('H', [
  guestLoad('hlv.b', '0110000 00000 rs1 100 rd 1110011', 1, 'signed'),
  guestLoad('hlv.bu', '0110000 00001 rs1 100 rd 1110011', 1, 'unsigned'),
  guestLoad('hlv.h', '0110010 00000 rs1 100 rd 1110011', 2, 'signed'),
  guestLoad('hlv.hu', '0110010 00001 rs1 100 rd 1110011', 2, 'unsigned'),
  guestLoad('hlvx.hu', '0110010 00011 rs1 100 rd 1110011', 2, 'unsigned', 'code'),
  guestLoad('hlv.w', '0110100 00000 rs1 100 rd 1110011', 4, 'signed'),
  guestLoad('hlv.wu', '0110100 00001 rs1 100 rd 1110011', 4, 'unsigned'),
  guestLoad('hlvx.wu', '0110100 00011 rs1 100 rd 1110011', 4, 'unsigned', 'code'),
  guestLoad('hlv.d', '0110110 00000 rs1 100 rd 1110011', 8, 'signed'),
  guestStore('hsv.b', '0110001 rs2 rs1 100 00000 1110011', 1),
  guestStore('hsv.h', '0110011 rs2 rs1 100 00000 1110011', 2),
  guestStore('hsv.w', '0110101 rs2 rs1 100 00000 1110011', 4),
  guestStore('hsv.d', '0110111 rs2 rs1 100 00000 1110011', 8),
  system('hfence.vvma', '0010001 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
  system('hfence.gvma', '0110001 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
]);

export const SVINVAL = [
  ...extension('Svinval', [
    system('sinval.vma', '0001011 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
    system('sfence.w.inval', '0001100 00000 00000 000 00000 1110011'),
    system('sfence.inval.ir', '0001100 00001 00000 000 00000 1110011'),
  ]),
  ...extension(
    'Svinval',
    [
      system('hinval.vvma', '0010011 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
      system('hinval.gvma', '0110011 rs2 rs1 000 00000 1110011', 'rs1, rs2'),
    ],
    'H',
  ),
];
