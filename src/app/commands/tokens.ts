import type { Command } from 'commander';
import { mostTokenDays, mostTokens, newApiToken } from '../../../dashboard/accounts/api-tokens.ts';
import { type TokenGroup, tokenGroupNames } from '../../../dashboard/protocol/token-groups.ts';
import { type Role, roles } from '../../core/access.ts';
import { systemClock } from '../../core/clock.ts';
import { consoleActor } from '../../core/console-actor.ts';
import { consolePerson } from '../../core/person.ts';
import { ScadaError } from '../../core/errors.ts';
import type { StateStore } from '../../core/state.ts';
import { openDataDirectory } from '../../data-directory/index.ts';
import { prepareState } from '../../state/recovery.ts';
import { openState } from '../../state/state.ts';
import { type CommonOptions, commonOptions } from '../options.ts';

interface AddOptions extends CommonOptions {
  readonly role: string;
  readonly groups: string;
  readonly days: string;
}

/** `scadawatch tokens`: API tokens of programs, for administrators of the machine. */
export function tokensCommand(program: Command): void {
  const tokens = program.command('tokens').description('manage the API tokens of a data directory while its monitor is stopped');
  commonOptions(tokens.command('list')).description('list the API tokens with role, groups, expiry and last use').action(list);
  commonOptions(tokens.command('add'))
    .description('create an API token and print it once')
    .argument('<name>', 'name of the program')
    .requiredOption('--groups <names>', `groups of routes, separated by commas: ${tokenGroupNames.join(', ')}`)
    .option('--role <role>', 'role whose rights it has within these groups', 'viewer')
    .option('--days <days>', `validity, at most ${mostTokenDays} days`, '90')
    .action(add);
  commonOptions(tokens.command('revoke'))
    .description('revoke an API token')
    .argument('<name>', 'name of the program')
    .action(revoke);
}

function list(options: CommonOptions): void {
  withState(options, 'tokens list', ({ apiTokens }, now) => {
    for (const { name, role, groups, expiresAt, lastUsedAt } of apiTokens.list()) {
      const used = lastUsedAt === undefined ? 'never used' : `used ${dateOf(lastUsedAt)}`;
      const end = now >= expiresAt ? 'expired' : 'expires';
      console.log(`${name}: ${role}, ${groups.join(', ')}, ${end} ${dateOf(expiresAt)}, ${used}`);
    }
  });
}

function add(name: string, options: AddOptions): void {
  const role = oneOf<Role>(roles, options.role, '--role');
  const groups = options.groups.split(',').map((group) => oneOf<TokenGroup>(tokenGroupNames, group.trim(), '--groups'));
  const days = Number(options.days);
  if (!Number.isInteger(days) || days < 1 || days > mostTokenDays) throw invalid(`--days must be 1 to ${mostTokenDays}`);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,31}$/u.test(name))
    throw invalid('the name of a token has letters, digits, dot, underscore and hyphen only, at most 32');
  withState(options, 'tokens add', ({ apiTokens, audit }, now) => {
    if (apiTokens.list().length >= mostTokens) throw invalid(`there are ${mostTokens} API tokens already; revoke one`);
    const { token, stored } = newApiToken(
      { name, role, groups, days, createdBy: consoleActor().user ?? 'console', person: consolePerson },
      now,
    );
    apiTokens.add(stored);
    const after = `${role}, ${groups.join(', ')}, ${days} days`;
    audit.append({ ...consoleActor(), time: now, action: 'token.created', object: name, after });
    console.log(token);
    console.log('The token is shown only now. Send it as the header "Authorization: Bearer TOKEN".');
  });
}

function revoke(name: string, options: CommonOptions): void {
  withState(options, 'tokens revoke', ({ apiTokens, audit }, now) => {
    if (!apiTokens.list().some((token) => token.name === name)) throw invalid(`there is no API token ${name}`);
    apiTokens.remove(name);
    audit.append({ ...consoleActor(), time: now, action: 'token.revoked', object: name });
    console.log(`The API token ${name} is revoked.`);
  });
}

function withState({ data }: CommonOptions, command: string, act: (state: StateStore, now: number) => void): void {
  const now = systemClock.now();
  using directory = openDataDirectory(data, command, now);
  prepareState(directory.path, now);
  using state = openState(directory.path);
  act(state, now);
}

function oneOf<Word extends string>(words: readonly Word[], given: string, option: string): Word {
  const found = words.find((word) => word === given);
  if (found === undefined) throw invalid(`${option} must be one of ${words.join(', ')}, not ${JSON.stringify(given)}`);
  return found;
}

const invalid = (message: string): ScadaError =>
  new ScadaError('config', 'INPUT_INVALID', message, { hint: 'See scadawatch tokens --help.' });

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 16).replace('T', ' ');
