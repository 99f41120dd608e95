import { readFile } from 'node:fs/promises';
import { readDocument } from '../../config/document.ts';
import { type ConfigProblem, schemaProblems } from '../../config/problems.ts';
import { resolveSecrets } from '../../config/secrets.ts';
import type { CollectorPlugin } from '../../core/collector.ts';
import { ScadaError } from '../../core/errors.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** Settings of `--device`: YAML, or a file with YAML. The keys are those of a device in a configuration. */
export async function givenSettings(type: string, device: string | undefined): Promise<Settings> {
  if (device === undefined) return {};
  const text = device.trimStart().startsWith('{') ? device : await readDevice(device);
  let parsed: unknown;
  try {
    parsed = readDocument(text, 'line').value;
  } catch (cause) {
    throw new ScadaError(
      'config',
      'INPUT_INVALID',
      `--device is no YAML: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    const hint = "e.g. --device '{host: 10.0.0.5, port: 502}'";
    throw new ScadaError('config', 'INPUT_INVALID', '--device must be the settings of a device', { hint });
  }
  const { type: own, ...settings } = parsed as Record<string, unknown>;
  if (own === undefined || own === type) return settings;
  throw new ScadaError('config', 'INPUT_INVALID', `--device is of the type ${JSON.stringify(own)}, not ${type}`);
}

async function readDevice(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ScadaError('config', 'INPUT_INVALID', `--device: ${file} cannot be read`, { cause });
  }
}

/**
 * Validated settings of a collector, with secrets from the environment.
 * @throws ScadaError CONFIG_INVALID with a line for each invalid setting; CONFIG_SECRET
 */
export function configOf(plugin: CollectorPlugin, settings: Settings, environment: NodeJS.ProcessEnv): unknown {
  const missing: ConfigProblem[] = [];
  const { description: _, ...own } = resolveSecrets(settings, environment, missing) as Record<string, unknown>;
  if (missing.length > 0) throw new ScadaError('config', 'CONFIG_SECRET', linesOf(missing));
  const parsed = plugin.schema.safeParse(own);
  if (parsed.success) return parsed.data;
  const hint = `give its address (scadawatch discover ${plugin.type} ADDRESS), or its settings by --device`;
  throw new ScadaError('config', 'CONFIG_INVALID', linesOf(schemaProblems(parsed.error)), { hint });
}

const linesOf = (problems: readonly ConfigProblem[]): string =>
  problems.map(({ path, message }) => `device, ${path.map((key) => String(key)).join('.') || 'settings'}: ${message}`).join('\n');
