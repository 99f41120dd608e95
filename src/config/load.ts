import { readFile } from 'node:fs/promises';
import { LineCounter, parseDocument } from 'yaml';
import { ScadaError } from '../core/errors.ts';
import { type MonitorConfig, resolveConfig } from './resolve.ts';
import { type ConfigProblem, configError, locator, schemaProblems } from './problems.ts';
import type { PluginRegistry } from './registry.ts';
import { fileSchema } from './schema.ts';
import { resolveSecrets } from './secrets.ts';

export interface LoadOptions {
  readonly registry: PluginRegistry;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Reads a configuration file. @throws ScadaError `config` whose message has a line for each problem, with file, line and path */
export async function loadConfig(file: string, options: LoadOptions): Promise<MonitorConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${file} can not be read: ${(cause as Error).message}`, {
      hint: 'Give the path of a plant configuration; simulators/plants/waterworks/plant.yaml is an example.',
      cause,
    });
  }
  return parseConfig(text, file, options);
}

/** Like `loadConfig`, on a text that is already there. `file` is only used in messages. */
export function parseConfig(text: string, file: string, { registry, environment }: LoadOptions): MonitorConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const locate = locator(document, lines);
  const [fault] = document.errors;
  if (fault !== undefined) {
    const where = fault.linePos?.[0];
    const duplicate = fault.code === 'DUPLICATE_KEY';
    const what = duplicate ? 'this name is given twice' : (fault.message.split('\n')[0] ?? fault.message);
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${file}:${where?.line ?? 1}:${where?.col ?? 1} ${what}`, {
      cause: fault,
    });
  }
  const problems: ConfigProblem[] = [];
  const resolved = resolveSecrets(document.toJS(), environment, problems);
  const parsed = fileSchema.safeParse(resolved);
  if (!parsed.success) problems.push(...schemaProblems(parsed.error));
  const config = parsed.success ? resolveConfig(parsed.data, file, registry, problems) : undefined;
  if (problems.length > 0 || config === undefined) throw configError(file, problems, locate);
  return config;
}
