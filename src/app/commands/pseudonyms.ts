import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { consoleActor } from '../../core/console-actor.ts';
import { systemClock } from '../../core/clock.ts';
import { ScadaError } from '../../core/errors.ts';
import { pseudonymsOf } from '../../core/shown.ts';
import type { StateStore } from '../../core/state.ts';
import { openSecret } from '../../state/secret.ts';
import { openState } from '../../state/state.ts';

/** Entries of the audit trail in which removed users are looked for, the newest first. */
const mostEntries = 1_000_000;

/** `scadawatch pseudonyms`: the way back from an export to a user, for auditors. */
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

/** Users of now, and those who were removed but stand in the audit trail. */
function namesOf(state: StateStore): readonly string[] {
  const acted = state.audit.read({ limit: mostEntries }).flatMap(({ user }) => (user === undefined ? [] : [user]));
  return [...new Set([...state.users.list().map(({ name }) => name), ...acted])].toSorted();
}
