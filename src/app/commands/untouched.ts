import { loadConfig } from '../../config/load.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import { Metrics } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { createLogger } from '../logger.ts';
import type { CommonOptions } from '../options.ts';
import { registry } from '../registry.ts';
import { rememberedTags } from '../../tools/tag-patterns/index.ts';

/**
 * Reads a configuration for a command that sends no request. Browse entries expand to the tags that were found last.
 * @throws ScadaError `config`
 */
export async function loadUntouched(
  file: string,
  { data, logLevel }: CommonOptions,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<MonitorConfig> {
  const context = { logger: createLogger(logLevel), clock: systemClock, random: new Random(1), metrics: new Metrics() };
  const expand = rememberedTags({ dataDir: data, context, report: (text) => console.error(text) });
  return await loadConfig(file, { registry, environment, expand });
}
