import { dirname, join } from 'node:path';
import type { AlarmRecord } from '../core/alarm-record.ts';
import { ScadaError } from '../core/errors.ts';
import { readWithin } from '../core/read-within.ts';
import { placesOf, readAlarmRecords } from './alarm-file.ts';
import { type ConfigDocument, readDocument } from './document.ts';
import { readDocumentApart } from './document-thread.ts';
import type { Expanded, ExpandPatterns } from './patterns.ts';
import { readMimics } from './mimics.ts';
import { type MonitorConfig, patternsOf, resolveConfig } from './resolve.ts';
import { type ConfigProblem, configError, schemaProblems } from './problems.ts';
import type { PluginRegistry } from './registry.ts';
import { type ConfigFile, fileSchema } from './schema.ts';
import { resolveSecrets } from './secrets.ts';

/** Largest configuration, bytes. */
const mostBytes = 64 * 2 ** 20;

export interface LoadOptions {
  readonly registry: PluginRegistry;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** A file that was read, with the problems found so far. */
interface Source {
  readonly file: string;
  readonly parsed: ConfigFile | undefined;
  readonly problems: ConfigProblem[];
  readonly locate: (path: readonly PropertyKey[]) => string;
}

/**
 * Reads a configuration file.
 * @param expand expands entries with name patterns; without it they expand to no tag
 * @throws ScadaError `config` with a line per problem: file, line and path
 */
export async function loadConfig(
  file: string,
  options: LoadOptions & { readonly expand?: ExpandPatterns },
): Promise<MonitorConfig> {
  let text: string;
  try {
    text = (await readWithin(file, mostBytes)).toString('utf8');
  } catch (cause) {
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Give the path of a plant configuration; simulators/plants/waterworks/plant.yaml is an example.',
      cause,
    });
  }
  const source = readSource(await readDocumentApart(text, file), file, options);
  const patterns = source.parsed === undefined ? [] : patternsOf(source.parsed, options.registry);
  const expanded = patterns.length === 0 ? undefined : await options.expand?.(patterns);
  const config = await withMimics(resolveSource(source, options, expanded));
  const { alarmRecords } = config;
  if (alarmRecords?.file === undefined) return config;
  const records = await loadAlarmRecords(config, alarmRecords.file, options.registry);
  return { ...config, alarmRecords: { ...alarmRecords, records } };
}

/** Reads the drawings beside a configuration. */
async function withMimics(config: MonitorConfig): Promise<MonitorConfig> {
  if (config.mimics === undefined) return config;
  const { file } = config.mimics;
  const names = { areas: config.site.areas.map(({ id }) => id), tags: config.tags.tags.map(({ name }) => name) };
  return { ...config, mimics: { file, drawings: await readMimics(join(dirname(config.file), file), names) } };
}

/** Reads the alarm records beside a configuration. */
async function loadAlarmRecords(config: MonitorConfig, name: string, registry: PluginRegistry): Promise<readonly AlarmRecord[]> {
  const file = join(dirname(config.file), name);
  const detectors = registry.detectors.map(({ type }) => type);
  return await readAlarmRecords(file, { ...placesOf(config), detectors });
}

/** Like `loadConfig`, for a given text; patterns expand to no tag, and the files of alarm records and drawings are not read. `file` is only used in messages. */
export function parseConfig(text: string, file: string, options: LoadOptions): MonitorConfig {
  return resolveSource(readSource(readDocument(text, file), file, options), options);
}

function readSource({ value, locate }: ConfigDocument, file: string, { environment }: LoadOptions): Source {
  const problems: ConfigProblem[] = [];
  const resolved = resolveSecrets(value, environment, problems);
  const parsed = fileSchema.safeParse(resolved);
  if (!parsed.success) problems.push(...schemaProblems(parsed.error));
  return { file, parsed: parsed.data, problems, locate };
}

function resolveSource(
  { file, parsed, problems, locate }: Source,
  { registry }: LoadOptions,
  expanded: ReadonlyMap<string, Expanded> = new Map(),
): MonitorConfig {
  const config = parsed === undefined ? undefined : resolveConfig(parsed, file, registry, problems, expanded);
  if (problems.length > 0 || config === undefined) throw configError(file, problems, locate);
  return config;
}
