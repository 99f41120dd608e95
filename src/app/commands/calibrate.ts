import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { systemClock } from '../../core/clock.ts';
import { openState } from '../../state/state.ts';
import { excludedBy } from '../calibration/exclude.ts';
import { runCalibration } from '../calibration/job.ts';
import { saveBaseline } from '../calibration/store.ts';
import { planDetection } from '../detection/plan.ts';
import { type CommonOptions, commonOptions, timeOption } from '../options.ts';
import { stopSignal } from '../process.ts';
import { ProgressBar } from '../progress.ts';
import { registry } from '../registry.ts';

/** Alerts that are looked at for what must not be learned, the newest first. */
const mostAlerts = 10_000;

/** `scadawatch calibrate`: learns a baseline from recorded normal running. */
export function calibrateCommand(program: Command): void {
  const time = timeOption(() => systemClock.now());
  commonOptions(program.command('calibrate'))
    .description('learn normal running from what the historian has recorded, and set the thresholds by the alarm budget')
    .argument('<plant.yaml>', 'plant configuration')
    .requiredOption('--from <time>', 'start of normal running: ISO 8601, or 3d for three days ago', time)
    .option('--to <time>', 'its end; now if not given', time)
    .addHelpText('after', '\nStop the monitor first when the historian is the embedded one: only one process can have it.')
    .action(async (file: string, options: CommonOptions & { from: number; to?: number }) => {
      const config = await loadConfig(file, { registry, environment: process.env });
      const bar = new ProgressBar(systemClock);
      using state = openState(options.data);
      const to = options.to ?? systemClock.now();
      const alerts = state.alerts.find({ to, limit: mostAlerts }).filter(({ returnedAt }) => (returnedAt ?? to) >= options.from);
      const { plugin, config: settings } = config.historian;
      const source = {
        type: 'history' as const,
        historian: { type: plugin.type, config: settings },
        dataDir: join(options.data, 'history'),
        from: options.from,
        to,
        excluded: excludedBy(alerts, config.tags, to),
      };
      const baseline = await runCalibration(
        { plan: planDetection(config), source },
        (done, text) => bar.show(done, text),
        stopSignal(),
      );
      bar.end();
      const version = saveBaseline(state.baselines, baseline, systemClock.now());
      state.audit.append({
        time: systemClock.now(),
        role: 'console',
        session: 'console',
        action: 'baseline.learned',
        object: `version ${version}`,
        after: baseline.calibration.source,
      });
      if (alerts.length > 0) console.log(`What ${alerts.length} alerts of that time were about was not learned.`);
      console.log(`Baseline version ${version}: ${baseline.calibration.source}`);
      console.log(baseline.calibration.promise.text);
    });
}
