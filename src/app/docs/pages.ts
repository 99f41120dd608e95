import { z } from 'zod';
import { scenarios } from '../../../simulators/scenarios/index.ts';
import { plants } from '../../../simulators/plants/index.ts';
import { jsonSchema } from '../../config/json-schema.ts';
import { fileSchema, tagSchema } from '../../config/schema.ts';
import { errorCodes } from '../../core/errors.ts';
import type { Plugin } from '../../core/plugin.ts';
import { registry } from '../registry.ts';
import { settingsTable } from './settings.ts';

/** Generated parts of the docs by the name of their mark. */
export function sections(): ReadonlyMap<string, string> {
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
    ['file', settingsTable(z.toJSONSchema(fileSchema, { io: 'input', unrepresentable: 'any' }))],
    ['tag', settingsTable(z.toJSONSchema(tagSchema, { io: 'input', unrepresentable: 'any' }))],
    ['settings', pluginSettings()],
    ['dashboard', settingsTable(z.toJSONSchema(registry.dashboard, { io: 'input', unrepresentable: 'any' }))],
  ]);
}

/** The JSON schema of the configuration file, as it is kept beside the docs for editors. */
export function editorSchema(): string {
  return `${JSON.stringify(jsonSchema(registry), null, 2)}\n`;
}

function pluginTable(plugins: readonly Plugin<unknown>[], folder: string): string {
  return table(
    ['type', 'what it does'],
    plugins.map(({ type, summary }) => [`[\`${type}\`](${folder}/${type}/README.md)`, summary]),
  );
}

function scenarioTable(): string {
  return table(
    ['scenario', 'kind', 'ATT&CK for ICS', 'what happens'],
    scenarios.map(({ id, kind, techniques, title }) => [
      `[\`${id}\`](simulators/scenarios/${id}/README.md)`,
      kind,
      techniques.join(', '),
      title,
    ]),
  );
}

function pluginSettings(): string {
  const categories: readonly [string, readonly Plugin<unknown>[]][] = [
    ['Devices', registry.collectors],
    ['Detectors', registry.detectors],
    ['Historian', registry.historians],
    ['Notifiers', registry.notifiers],
  ];
  return categories.map(([title, plugins]) => [`### ${title}`, ...plugins.map(settingsOf)].join('\n\n')).join('\n\n');
}

function settingsOf(plugin: Plugin<unknown>): string {
  const address = registry.collectors.find((collector) => collector === plugin)?.addressSchema;
  const own = [
    `**\`type: ${plugin.type}\`** ${plugin.summary}`,
    settingsTable(z.toJSONSchema(plugin.schema, { io: 'input', unrepresentable: 'any' })),
  ];
  if (address !== undefined)
    own.push('Addresses of its tags:', settingsTable(z.toJSONSchema(address, { io: 'input', unrepresentable: 'any' })));
  return own.join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
