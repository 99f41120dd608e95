import type { Command } from 'commander';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { openDataDirectory } from '../../data-directory/index.ts';
import { prepareState, resetSecondFactor, resetUsers } from '../../state/recovery.ts';
import { openState } from '../../state/state.ts';
import { type CommonOptions, commonOptions } from '../options.ts';

interface ResetOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** `scadawatch users`: manages accounts, for administrators of the machine. */
export function usersCommand(program: Command): void {
  const users = program.command('users').description('manage the accounts of a data directory while its monitor is stopped');
  commonOptions(users.command('reset'))
    .description('remove all accounts; the next start prints a set-up link for a new administrator')
    .option('--yes', 'remove accounts without confirmation')
    .action(reset);
  commonOptions(users.command('reset-second-factor'))
    .description('remove the second factor of an account whose authenticator is lost')
    .argument('<name>', 'name of the account')
    .action(resetFactor);
}

function resetFactor(name: string, { data }: CommonOptions): void {
  const now = systemClock.now();
  using directory = openDataDirectory(data, 'users reset-second-factor', now);
  prepareState(directory.path, now);
  resetSecondFactor(directory.path, name, now);
  console.log(`The second factor of ${name} is removed, and the audit trail has a record of it.`);
}

function reset({ data, yes }: ResetOptions): void {
  const now = systemClock.now();
  using directory = openDataDirectory(data, 'users reset', now);
  prepareState(directory.path, now);
  const names = accountsIn(directory.path);
  if (names.length > 0 && yes !== true) {
    throw new ScadaError('config', 'INPUT_INVALID', `this would remove the accounts ${names.join(', ')}`, {
      hint: 'Run the command again with --yes to remove them.',
    });
  }
  resetUsers(directory.path, now);
  console.log(`${names.length} accounts are removed, and the audit trail has a record of it.`);
  console.log('Start scadawatch: it prints a link that creates the administrator account.');
}

function accountsIn(dir: string): readonly string[] {
  using state = openState(dir);
  return state.users.list().map(({ name }) => name);
}
