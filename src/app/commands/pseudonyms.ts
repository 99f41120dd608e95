import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { pseudonymsOf } from '../../core/shown.ts';
import type { DirectStateStore } from '../../core/state.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';

/** Audit entries that are searched for removed users, newest first. */
const mostEntries = 1_000_000;

/** `scadawatch pseudonyms`: lists which user each pseudonym of an export means, for auditors. */
export function pseudonymsCommand(program: Command): void {
  program
    .command('pseudonyms')
    .description('list the users of a data directory with their pseudonyms in exports')
    .requiredOption('--data <dir>', 'data directory of the monitor that wrote the export')
    .requiredOption('--reason <text>', 'reason that is recorded in the audit trail, e.g. a case number')
    .action(list);
}

function list({ data, reason }: { readonly data: string; readonly reason: string }): void {
  if (!existsSync(join(data, 'state.db'))) {
    throw new ScadaError('config', 'CONFIG_INVALID', `${data} is not a data directory of a monitor`, {
      hint: 'Give the --data directory of scadawatch run.',
    });
  }
  const secret = openSecret(data);
  if (secret.problem !== undefined) console.error(secret.problem);
  const pseudonymOf = pseudonymsOf(secret.key);
  using state = openState(data);
  for (const name of namesOf(state)) console.log(`${pseudonymOf(name)}  ${name}`);
  state.audit.append({ ...consoleActor(), time: systemClock.now(), action: 'pseudonyms.listed', object: '', reason });
}

/** Current users, and removed users that the audit trail names. */
function namesOf(state: DirectStateStore): readonly string[] {
  const acted = state.audit.read({ limit: mostEntries }).flatMap(({ user }) => (user === undefined ? [] : [user]));
  return [...new Set([...state.users.list().map(({ name }) => name), ...acted])].toSorted();
}
