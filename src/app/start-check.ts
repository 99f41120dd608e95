import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { checkDashboard, type DashboardConfig } from '../../dashboard/server/index.ts';
import type { MonitorConfig } from '../config/resolve.ts';
import { ScadaError, toScadaError } from '../core/errors.ts';
import { openNotifier, unroutedAlerts } from '../monitor/notifying.ts';
import { planDetection, planShadow } from '../detection/plan/plan.ts';

/**
 * Lists why `run` would not start with a valid configuration: unusable files and addresses of this machine, or parts that do not
 * fit together. Starts nothing and writes nothing.
 * @param config as loaded; its devices are checked elsewhere
 */
export async function startProblems(config: MonitorConfig, dataDir: string): Promise<ScadaError[]> {
  const problems: ScadaError[] = [];
  const attempt = async (step: () => unknown): Promise<void> => {
    try {
      await step();
    } catch (thrown) {
      problems.push(toScadaError(thrown));
    }
  };
  await attempt(() => planDetection(config));
  await attempt(() => planShadow(config));
  await attempt(() => checkDashboard(config.dashboard as DashboardConfig));
  for (const index of config.notifiers.keys()) await attempt(() => openNotifier(config, index));
  await attempt(() => checkDataDirectory(dataDir));
  return problems;
}

/** Remarks about a configuration that `run` accepts: alerts that no notifier receives. */
export function startNotes(config: MonitorConfig): readonly string[] {
  return unroutedAlerts(
    config,
    config.notifiers.map((_, index) => openNotifier(config, index)),
  );
}

/** @throws ScadaError CONFIG_INVALID when the data directory, or the nearest parent that exists, cannot be written */
async function checkDataDirectory(dataDir: string): Promise<void> {
  let folder = resolve(dataDir);
  for (;;) {
    try {
      return await access(folder, constants.W_OK | constants.X_OK);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const parent = dirname(folder);
      if (code !== 'ENOENT' || parent === folder) {
        throw new ScadaError('config', 'CONFIG_INVALID', `the data directory ${dataDir} cannot be written: ${folder} (${code})`, {
          hint: 'Give another one with --data, or give this user the right to write there.',
          cause,
        });
      }
      folder = parent;
    }
  }
}
