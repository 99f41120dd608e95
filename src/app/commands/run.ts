import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { systemClock } from '../../core/clock.ts';
import { Metrics } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { openMonitorData } from '../monitor-data.ts';
import { registry } from '../registry.ts';
import { serve } from '../serve.ts';
import { Service } from '../../service/service.ts';
import { expandPatterns } from '../../tools/tag-patterns/index.ts';

/** `scadawatch run`: the monitor of a real plant. */
export function runCommand(program: Command): void {
  commonOptions(program.command('run'))
    .description('monitor a plant')
    .argument('<plant.yaml>', 'plant configuration')
    .action(async (file: string, options: CommonOptions) => {
      using data = await openMonitorData(options.data, 'run', options.logLevel);
      const { logger, damages, lastEnd } = data;
      await using service = new Service({ logger, dataDir: data.path });
      const { signal } = service;
      const context = { logger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
      const report = (text: string): void => {
        console.log(text);
        logger.warn(text);
      };
      const expand = expandPatterns({ dataDir: data.path, context, report }, signal);
      const config = await loadConfig(file, { registry, environment: process.env, expand });
      await using serving = await serve({
        config,
        dataDir: data.path,
        namedDir: data.named,
        areAccountsUnread: data.areAccountsUnread,
        clock: systemClock,
        logger,
        seed: 1,
        damages,
        lastEnd,
      });
      const { dashboard, monitor } = serving;
      console.log(`scadawatch watches ${config.site.name}: ${config.tags.size} tags on ${config.devices.length} devices`);
      console.log(
        dashboard.setupLink === undefined
          ? `Page: ${dashboard.address}`
          : `First start: create the administrator account at ${dashboard.setupLink}`,
      );
      console.log(monitor.view.learning().text);
      await service.run(serving);
    });
}
