import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../core/clock.ts';
import type { CollectorPlugin } from '../../core/collector.ts';
import type { Discovery } from '../../core/discovery.ts';
import { isAbort, ScadaError } from '../../core/errors.ts';
import { Metrics } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { collect, draftOf, type Found } from '../../tools/discovery/collect.ts';
import { confirm } from '../../tools/discovery/confirm.ts';
import { describePlan } from '../../tools/discovery/describe.ts';
import { configOf, givenSettings, type Settings } from '../../tools/discovery/device.ts';
import { discoveryOptions, parseOptions } from '../../tools/discovery/options.ts';
import { draftText } from '../../tools/draft.ts';
import { createLogger } from '../logger.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { numberBetween } from '../../tools/option-values.ts';
import { exitCodes, stopSignal } from '../../service/process.ts';
import { ProgressBar } from '../../service/progress.ts';
import { registry } from '../registry.ts';
import { writeNew } from './import.ts';

interface Options extends CommonOptions {
  readonly device?: string;
  readonly name: string;
  readonly scan: number;
  readonly out?: string;
  readonly yes?: boolean;
}

const defaultScanSeconds = 2;

/** `scadawatch discover`: drafts a configuration from what a device reports about itself or permits to read. */
export function discoverCommand(program: Command): void {
  const discover = program
    .command('discover')
    .description('write a plant configuration for a device by reading it; nothing is written to the device');
  for (const plugin of registry.collectors) {
    if (plugin.discovery !== undefined) deviceCommand(discover, plugin, plugin.discovery);
  }
}

function deviceCommand(discover: Command, plugin: CollectorPlugin, discovery: Discovery): void {
  const { type, summary } = plugin;
  const command = commonOptions(discover.command(type))
    .description(summary)
    .argument('[address]', 'address of the device, unless --device contains it')
    .option('--device <settings>', 'device settings as in a configuration: YAML on one line, or a file')
    .option('--name <name>', 'name of the device in the configuration', `${type}1`)
    .option('--scan <seconds>', 'scan period of the tags, in seconds', numberBetween(0.1, 86_400), defaultScanSeconds)
    .option('--out <file>', 'new file for the configuration (default: stdout)')
    .option('--yes', 'start without confirmation')
    .action(async (address: string | undefined, options: Options & Record<string, unknown>) => {
      const chosen = parseOptions(discovery.options, options);
      const named = address === undefined ? {} : discovery.settings(address, chosen);
      const settings = { ...named, ...(await givenSettings(type, options.device)) };
      await run({ plugin, discovery, chosen, settings, options });
    });
  discoveryOptions(command, discovery.options);
}

interface Job {
  readonly plugin: CollectorPlugin;
  readonly discovery: Discovery;
  readonly chosen: unknown;
  readonly settings: Settings;
  readonly options: Options;
}

async function run({ plugin, discovery, chosen, settings, options }: Job): Promise<void> {
  const { name: device, out, data, logLevel, scan } = options;
  if (out !== undefined) await mustBeNew(out);
  const config = configOf(plugin, settings, process.env);
  console.error(describePlan(device, discovery.plan(config, chosen)));
  const signal = stopSignal();
  if (options.yes !== true && !(await mayGoOn(signal))) {
    console.error('No request was sent.');
    return;
  }
  const context = { logger: createLogger(logLevel), clock: systemClock, random: new Random(1), metrics: new Metrics() };
  const target = { device, dataDir: join(data, 'devices', device) };
  const found = await look(discovery.discover(config, chosen, target, context, signal), signal);
  for (const loss of found.losses) console.error(`not discovered: ${loss}`);
  if (found.points.length === 0) console.error(`${device}: nothing was found, no configuration is written`);
  else {
    const source = `read from ${device} by scadawatch discover ${plugin.type}; missing properties are guessed`;
    const text = draftText(draftOf(found, { device, type: plugin.type, settings, source, scanMs: scan * 1000 }));
    if (out === undefined) process.stdout.write(text);
    else await writeNew(out, text);
    console.error(`${found.points.length} tags${out === undefined ? '' : ` in ${out}`}: review them, then run scadawatch check`);
  }
  if (found.points.length === 0 || signal.aborted) process.exitCode = exitCodes.failed;
}

async function look(discovered: ReturnType<Discovery['discover']>, signal: AbortSignal): Promise<Found> {
  const bar = new ProgressBar(systemClock);
  try {
    return await collect(discovered, (done, text) => bar.show(done, text));
  } catch (thrown) {
    if (!(signal.aborted && isAbort(thrown))) throw thrown;
    return { points: [], losses: ['discovery was stopped before the first result'], settings: {} };
  } finally {
    bar.end();
  }
}

/** Asks a person to confirm the plan: no request is sent to a device without consent. */
async function mayGoOn(signal: AbortSignal): Promise<boolean> {
  if (process.stdin.isTTY) return await confirm('Go on? [y/N] ', { input: process.stdin, output: process.stderr }, signal);
  throw new ScadaError('config', 'INPUT_INVALID', 'no request was sent: there is no terminal to confirm the plan', {
    hint: 'Add --yes to send these requests to the device.',
  });
}

async function mustBeNew(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    // the file does not exist, as required
    return;
  }
  throw new ScadaError('config', 'INPUT_INVALID', `${file}: the file already exists`, {
    hint: 'Choose another name; existing files are not overwritten.',
  });
}
