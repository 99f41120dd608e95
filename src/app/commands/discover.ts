import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../../core/clock.ts';
import type { CollectorPlugin } from '../../core/collector.ts';
import type { Discovery } from '../../core/discovery.ts';
import { isAbort, ScadaError } from '../../core/errors.ts';
import { Metrics } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { collect, draftOf, type Found } from '../discovery/collect.ts';
import { confirm } from '../discovery/confirm.ts';
import { describePlan } from '../discovery/describe.ts';
import { configOf, givenSettings, type Settings } from '../discovery/device.ts';
import { wishesOf, wishOptions } from '../discovery/options.ts';
import { draftText } from '../draft.ts';
import { createLogger } from '../logger.ts';
import { type CommonOptions, commonOptions, numberBetween } from '../options.ts';
import { exitCodes, stopSignal } from '../process.ts';
import { ProgressBar } from '../progress.ts';
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

/** `scadawatch discover`: a configuration from what a device says of itself, or lets be read. */
export function discoverCommand(program: Command): void {
  const discover = program
    .command('discover')
    .description('look at a device that nobody has described, by reads alone, and make a plant configuration of what is found');
  for (const plugin of registry.collectors) {
    if (plugin.discovery !== undefined) deviceCommand(discover, plugin, plugin.discovery);
  }
}

function deviceCommand(discover: Command, plugin: CollectorPlugin, discovery: Discovery): void {
  const { type, summary } = plugin;
  const command = commonOptions(discover.command(type))
    .description(summary)
    .argument('[address]', 'address of the device, if --device does not say it')
    .option('--device <settings>', 'settings of the device as in a configuration: YAML on one line, or a file')
    .option('--name <name>', 'what the device is called in the configuration', `${type}1`)
    .option('--scan <seconds>', 'how often the tags are to be read', numberBetween(0.1, 86_400), defaultScanSeconds)
    .option('--out <file>', 'where to write the configuration; it must not be there yet (default: standard output)')
    .option('--yes', 'do not ask before it begins')
    .action(async (address: string | undefined, options: Options & Record<string, unknown>) => {
      const wishes = wishesOf(discovery.wishes, options);
      const named = address === undefined ? {} : discovery.settings(address, wishes);
      const settings = { ...named, ...(await givenSettings(type, options.device)) };
      await run({ plugin, discovery, wishes, settings, options });
    });
  wishOptions(command, discovery.wishes);
}

interface Job {
  readonly plugin: CollectorPlugin;
  readonly discovery: Discovery;
  readonly wishes: unknown;
  readonly settings: Settings;
  readonly options: Options;
}

async function run({ plugin, discovery, wishes, settings, options }: Job): Promise<void> {
  const { name: device, out, data, logLevel, scan } = options;
  if (out !== undefined) await mustBeNew(out);
  const config = configOf(plugin, settings, process.env);
  console.error(describePlan(device, discovery.plan(config, wishes)));
  const signal = stopSignal();
  if (options.yes !== true && !(await mayGoOn(signal))) {
    console.error('Nothing was asked.');
    return;
  }
  const context = { logger: createLogger(logLevel), clock: systemClock, random: new Random(1), metrics: new Metrics() };
  const target = { device, dataDir: join(data, 'devices', device) };
  const found = await look(discovery.discover(config, wishes, target, context, signal), signal);
  for (const loss of found.losses) console.error(`not found out: ${loss}`);
  if (found.points.length === 0) console.error(`${device}: nothing was found, nothing is written`);
  else {
    const source = `what ${device} told scadawatch discover ${plugin.type}; what it could not tell is guessed`;
    const text = draftText(draftOf(found, { device, type: plugin.type, settings, source, scanMs: scan * 1000 }));
    if (out === undefined) process.stdout.write(text);
    else await writeNew(out, text);
    console.error(`${found.points.length} tags${out === undefined ? '' : ` in ${out}`}: go over them, then try scadawatch check`);
  }
  if (found.points.length === 0 || signal.aborted) process.exitCode = exitCodes.failed;
}

async function look(discovered: ReturnType<Discovery['discover']>, signal: AbortSignal): Promise<Found> {
  const bar = new ProgressBar(systemClock);
  try {
    return await collect(discovered, (done, text) => bar.show(done, text));
  } catch (thrown) {
    if (!(signal.aborted && isAbort(thrown))) throw thrown;
    return { points: [], losses: ['it was stopped before anything was known'], settings: {} };
  } finally {
    bar.end();
  }
}

/** A person's word, or none: nothing is asked of a device that nobody has agreed to. */
async function mayGoOn(signal: AbortSignal): Promise<boolean> {
  if (process.stdin.isTTY) return await confirm('Go on? [y/N] ', { input: process.stdin, output: process.stderr }, signal);
  throw new ScadaError('config', 'INPUT_INVALID', 'nothing was asked: there is no terminal on which somebody could agree to it', {
    hint: 'say --yes if this is what the device may be asked',
  });
}

async function mustBeNew(file: string): Promise<void> {
  try {
    await access(file);
  } catch {
    // not there: as it should be
    return;
  }
  throw new ScadaError('config', 'INPUT_INVALID', `${file}: it is there already`, {
    hint: 'nothing is overwritten: name another',
  });
}
