import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { systemClock } from '../../core/clock.ts';
import { Metrics } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { checkDevice } from '../../tools/discovery/device-check.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { registry } from '../registry.ts';
import { exitCodes, stopSignal } from '../../service/process.ts';
import { createLogger } from '../logger.ts';
import { startNotes, startProblems } from '../start-check.ts';
import { expandPatterns, rememberedTags } from '../../tools/tag-patterns/index.ts';

/** `scadawatch check`: validates a configuration and tries every device, without starting a monitor. */
export function checkCommand(program: Command): void {
  commonOptions(program.command('check'))
    .description('report all problems of a plant configuration, then try to read every device')
    .argument('<plant.yaml>', 'plant configuration')
    .option('--offline', 'do not connect to the devices')
    .action(async (file: string, options: CommonOptions & { offline?: boolean }) => {
      const context = {
        logger: createLogger(options.logLevel),
        clock: systemClock,
        random: new Random(1),
        metrics: new Metrics(),
      };
      const signal = stopSignal();
      const patterns = { dataDir: options.data, context, report: (text: string) => console.log(text) };
      const expand = options.offline === true ? rememberedTags(patterns) : expandPatterns(patterns, signal);
      const config = await loadConfig(file, { registry, environment: process.env, expand });
      const problems = await startProblems(config, options.data);
      for (const { message, hint } of problems) {
        console.log(`FAIL ${message}`);
        if (hint !== undefined) console.log(`       ${hint}`);
      }
      if (problems.length === 0) for (const note of startNotes(config)) console.log(`note ${note}`);
      if (problems.length > 0) process.exitCode = exitCodes.usage;
      else console.log(`${file}: ${config.tags.size} tags on ${config.devices.length} devices, no problem found`);
      if (options.offline === true) return;
      const reports = await Promise.all(
        config.devices.map((device) =>
          checkDevice(device, config.tags, join(options.data, 'devices', device.name), context, signal),
        ),
      );
      for (const { device, ok, text, badTags, hint } of reports) {
        console.log(`${ok ? 'ok  ' : 'FAIL'} ${device}: ${text}`);
        for (const tag of badTags) console.log(`       ${tag}`);
        if (hint !== undefined) console.log(`       ${hint}`);
      }
      if (problems.length === 0 && reports.some(({ ok }) => !ok)) process.exitCode = exitCodes.failed;
    });
}
