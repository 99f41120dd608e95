import { join } from 'node:path';
import type { Command } from 'commander';
import type { DeviceConfig } from '../../config/configured.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { CollectorPlan, PlannedRequest } from '../../core/collector.ts';
import { ScadaError } from '../../core/errors.ts';
import { formatDuration, formatNumber } from '../../core/format.ts';
import { type CommonOptions, commonOptions } from '../options.ts';
import { exitCodes } from '../../service/process.ts';
import { loadUntouched } from './untouched.ts';

interface Options extends CommonOptions {
  readonly device?: string;
  readonly tags?: boolean;
}

/** Tag names of a request that are shown without `--all`. */
const mostNames = 4;

/** `scadawatch plan`: shows the planned requests to each device without sending any. */
export function planCommand(program: Command): void {
  commonOptions(program.command('plan'))
    .description('list the requests that will be sent to each device and their load; connects to no device')
    .argument('<plant.yaml>', 'plant configuration')
    .option('--device <name>', 'requests of this device only')
    .option('--tags', 'list the tags of each request')
    .action(async (file: string, options: Options) => {
      const config = await loadUntouched(file, options);
      const plans = devicesOf(config, options.device).map((device) => ({ device, plan: planOf(device, config, options.data) }));
      for (const { device, plan } of plans) console.log(describe(device, plan, options.tags === true));
      if (plans.length > 1) console.log(total(plans.map(({ plan }) => plan)));
      if (plans.some(({ plan }) => plan.problems.length > 0)) process.exitCode = exitCodes.failed;
    });
}

function devicesOf({ devices }: MonitorConfig, name: string | undefined): readonly DeviceConfig[] {
  if (name === undefined) return devices;
  const wanted = devices.filter((device) => device.name === name);
  if (wanted.length > 0) return wanted;
  throw new ScadaError('config', 'CONFIG_REFERENCE', `there is no device ${name}`, {
    hint: `The devices are ${devices.map((device) => device.name).join(', ')}.`,
  });
}

function planOf({ name, plugin, config }: DeviceConfig, { tags }: MonitorConfig, data: string): CollectorPlan {
  const target = { device: name, tags, dataDir: join(data, 'devices', name), devices: [] };
  const notes = [`the requests of ${plugin.type} cannot be planned in advance`];
  return plugin.plan?.(config, target) ?? { requests: [], notes, problems: [] };
}

/** Text of the plan of one device, with line breaks. */
export function describe(
  { name, description }: Pick<DeviceConfig, 'name' | 'description'>,
  plan: CollectorPlan,
  all: boolean,
): string {
  const lines = [description === '' ? name : `${name}: ${description}`];
  for (const [periodMs, requests] of Map.groupBy(plan.requests, (request) => request.periodMs)) {
    lines.push(
      `  every ${formatDuration(periodMs)}: ${requests.length === 1 ? '1 request' : `${requests.length} requests, spread evenly`}`,
    );
    for (const request of requests) lines.push(`    ${requestLine(request)}`, `      ${names(request.tags, all)}`);
  }
  if (plan.load !== undefined) lines.push(`  ${loadLine(plan.load)}`);
  for (const note of plan.notes) lines.push(`  ${note}`);
  for (const { text, hint } of plan.problems) lines.push(`  WARNING: ${text}`, `    ${hint}`);
  return `${lines.join('\n')}\n`;
}

function requestLine({ unit, operation, target, count, unasked, tags, note }: PlannedRequest): string {
  const parts = [`${count} read, ${unasked} of them for no tag`, `${tags.length} ${tags.length === 1 ? 'tag' : 'tags'}`];
  const head = [unit, operation, target].filter((part) => part !== '').join('  ');
  return `${head}: ${[...parts, ...(note === undefined ? [] : [note])].join('; ')}`;
}

function names(tags: readonly string[], all: boolean): string {
  const shown = all ? tags : tags.slice(0, mostNames);
  const rest = tags.length - shown.length;
  return `${shown.join(' ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}

function loadLine({
  requestsPerSecond,
  itemsPerSecond,
  items,
  bytesPerSecond,
  budgetUsed,
}: NonNullable<CollectorPlan['load']>): string {
  const share = `${formatNumber(100 * budgetUsed)} % of the request budget`;
  return `in all ${formatNumber(requestsPerSecond)} requests/s, ${formatNumber(itemsPerSecond)} ${items}/s, ${formatNumber(bytesPerSecond)} bytes/s, ${share}`;
}

function total(plans: readonly CollectorPlan[]): string {
  const loads = plans.flatMap(({ load }) => load ?? []);
  const sum = (of: (load: NonNullable<CollectorPlan['load']>) => number): number =>
    loads.reduce((all, load) => all + of(load), 0);
  const requests = formatNumber(sum(({ requestsPerSecond }) => requestsPerSecond));
  const bytes = formatNumber(sum(({ bytesPerSecond }) => bytesPerSecond));
  return `${plans.length} devices: ${requests} requests/s and ${bytes} bytes/s where that is known beforehand`;
}
