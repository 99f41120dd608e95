import { routes } from '../../dashboard/api/index.ts';
import { messagePermissions } from '../../dashboard/protocol/permissions.ts';
import { groupOf, tokenGroups } from '../../dashboard/protocol/token-groups.ts';
import { allScenarios } from '../../simulators/scenarios/index.ts';
import { plants } from '../../simulators/plants/index.ts';
import { jsonSchema } from '../config/json-schema.ts';
import { fileSchema, tagSchema } from '../config/schema.ts';
import { type Permission, roles, rolesWith } from '../core/access.ts';
import { protectionTable } from '../core/protection.ts';
import { errorCodes } from '../core/errors.ts';
import type { Plugin } from '../core/plugin.ts';
import { registry } from '../app/registry.ts';
import { commandSections } from './commands.ts';
import { hasSettings, settingsTable } from './settings.ts';
import { table } from './table.ts';

/** Generated parts of the docs by the name of their mark. */
export async function sections(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['collectors', pluginTable(registry.collectors, 'collectors')],
    ['detectors', pluginTable(registry.detectors, 'detectors')],
    ['historians', pluginTable(registry.historians, 'src/historian')],
    ['notifiers', pluginTable(registry.notifiers, 'src/notifiers')],
    ['plants', pluginTable(plants, 'simulators/plants')],
    ['scenarios', scenarioTable()],
    [
      'errors',
      table(
        ['code', 'meaning'],
        Object.entries(errorCodes).map(([code, text]) => [`\`${code}\``, text]),
      ),
    ],
    ['file', settingsTable(fileSchema)],
    ['tag', settingsTable(tagSchema)],
    ['settings', pluginSettings()],
    ['dashboard', settingsTable(registry.dashboard)],
    ['routes', routeTable()],
    ['token-groups', tokenGroupTable()],
    [
      'protection',
      table(['act', 'operator alone', 'engineer or administrator alone', 'alone with `alarms.secondPerson`'], protectionTable()),
    ],
    ['messages', messageTable()],
    ...(await commandSections()),
  ]);
}

/** The JSON schema of the configuration file, as it is kept beside the docs for editors. */
export function editorSchema(): string {
  return `${JSON.stringify(jsonSchema(registry), null, 2)}\n`;
}

/** Access to every route: a change of it changes this page. */
function routeTable(): string {
  return table(
    ['route', 'needs', 'roles', 'token group', 'what it does'],
    Object.entries(routes).map(([name, { permission, summary }]) => [
      `\`${name}\``,
      permission === 'anybody' ? 'no sign-in' : permission,
      permission === 'anybody' ? 'all' : rolesOf(permission),
      groupOf(name.split(' ')[1] ?? '') ?? 'people only',
      summary,
    ]),
  );
}

function messageTable(): string {
  return table(
    ['message', 'needs', 'roles'],
    Object.entries(messagePermissions).map(([type, permission]) => [`\`${type}\``, permission, rolesOf(permission)]),
  );
}

const rolesOf = (permission: Permission): string =>
  rolesWith(permission).length === roles.length ? 'all' : rolesWith(permission).join(', ');

function tokenGroupTable(): string {
  return table(
    ['group', 'paths below `/api`'],
    Object.entries(tokenGroups).map(([group, paths]) => [group, paths.map((path) => `\`${path}\``).join(', ')]),
  );
}

function pluginTable(plugins: readonly Plugin<unknown>[], folder: string): string {
  return table(
    ['type', 'what it does'],
    plugins.map(({ type, summary }) => [`[\`${type}\`](${folder}/${type}/README.md)`, summary]),
  );
}

function scenarioTable(): string {
  return table(
    ['scenario', 'plant', 'kind', 'ATT&CK for ICS', 'what happens'],
    allScenarios().map(({ id, plant, kind, techniques, title }) => [
      `[\`${id}\`](simulators/scenarios/${id}/README.md)`,
      plant,
      kind,
      techniques.join(', '),
      title,
    ]),
  );
}

function pluginSettings(): string {
  const categories: readonly [string, readonly Plugin<unknown>[], string][] = [
    ['Devices', registry.collectors, 'collectors'],
    ['Detectors', registry.detectors, 'detectors'],
    ['Historian', registry.historians, 'src/historian'],
    ['Notifiers', registry.notifiers, 'src/notifiers'],
  ];
  return categories
    .map(([title, plugins, folder]) => [`### ${title}`, ...plugins.map((plugin) => settingsOf(plugin, folder))].join('\n\n'))
    .join('\n\n');
}

function settingsOf(plugin: Plugin<unknown>, folder: string): string {
  const own = [
    `**[\`type: ${plugin.type}\`](${folder}/${plugin.type}/README.md)** ${plugin.summary}`,
    settingsTable(plugin.schema),
  ];
  const address = registry.collectors.find((collector) => collector === plugin)?.addressSchema;
  if (address !== undefined && hasSettings(address)) own.push('Addresses of its tags:', settingsTable(address));
  return own.join('\n\n');
}
