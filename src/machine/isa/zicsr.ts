/** Instructions on control and status registers: unprivileged manual, chapter "Zicsr". */
import { csr, extension } from './rows';

export const ZICSR = extension('Zicsr', [
  csr('csrrw', 'csr rs1 001 rd 1110011', 'swap'),
  csr('csrrs', 'csr rs1 010 rd 1110011', 'set'),
  csr('csrrc', 'csr rs1 011 rd 1110011', 'clear'),
  csr('csrrwi', 'csr zimm 101 rd 1110011', 'swap'),
  csr('csrrsi', 'csr zimm 110 rd 1110011', 'set'),
  csr('csrrci', 'csr zimm 111 rd 1110011', 'clear'),
]);
