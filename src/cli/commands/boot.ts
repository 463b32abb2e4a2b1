/** `hv boot`: a guest in your terminal, under the hypervisor or on the bare machine. */
import type { Command } from 'commander';
import { UsageError } from '#course';
import type { Context } from '../context';

export function addBoot(program: Command, context: Context): void {
  void context;
  program
    .command('boot [guest]')
    .description('a guest in your terminal')
    .action(() => {
      throw new UsageError('Booting comes with the hypervisor.');
    });
}
