import { join } from 'node:path';
import type { DevicePatterns, Expanded, ExpandPatterns, TagPattern } from '../../config/patterns.ts';
import type { TagMatch } from '../../core/collector.ts';
import { toScadaError } from '../../core/errors.ts';
import type { PluginContext } from '../../core/plugin.ts';
import { PatternMemory } from './memory.ts';

export interface PatternOptions {
  /** Data directory of the monitor. */
  readonly dataDir: string;
  readonly context: PluginContext;
  /** Receives, as sentences, which tags were added or removed, and which come from the last start. */
  readonly report: (text: string) => void;
}

/** Most points that a sentence names. */
const mostNamed = 8;

/**
 * Expands entries that stand for many tags by asking their devices. The result is stored, so that a start without a reachable
 * device uses its last tags. A change is reported.
 */
export const expandPatterns =
  (options: PatternOptions, signal: AbortSignal): ExpandPatterns =>
  async (devices) =>
    new Map((await Promise.all(devices.map(async (one) => await expandOf(one, options, signal)))).flat());

/** The same from stored results only, without a request to a device. */
export const rememberedTags =
  (options: PatternOptions): ExpandPatterns =>
  async (devices) =>
    new Map((await Promise.all(devices.map(async (one) => await recall(one, options)))).flat());

type Found = [name: string, expanded: Expanded][];

const openMemory = async ({ device }: DevicePatterns, { dataDir, context }: PatternOptions): Promise<PatternMemory> =>
  await PatternMemory.open(join(dataDir, 'devices', device.name, 'patterns.json'), context.logger);

async function expandOf(one: DevicePatterns, options: PatternOptions, signal: AbortSignal): Promise<Found> {
  const { device, patterns } = one;
  const { plugin, config, name } = device;
  const memory = await openMemory(one, options);
  const target = { device: name, dataDir: join(options.dataDir, 'devices', name) };
  let lists: readonly (readonly TagMatch[])[];
  try {
    const addresses = patterns.map(({ address }) => address);
    lists = (await plugin.expand?.(config, target, addresses, options.context, signal)) ?? [];
  } catch (thrown) {
    signal.throwIfAborted();
    const { message, hint } = toScadaError(thrown);
    return patterns.map((pattern) => [
      pattern.name,
      lastKnown(memory, pattern, hint === undefined ? message : `${message}; ${hint}`, options),
    ]);
  }
  const found = patterns.map((pattern, i) => ({ ...pattern, matches: lists[i] ?? [] }));
  const expanded = found.map((pattern): Found[number] => {
    // a starting server may still be filling its tables
    if (pattern.matches.length === 0)
      return [pattern.name, lastKnown(memory, pattern, `${name} has no point that it matches`, options)];
    reportChanges(memory.known(pattern), pattern, options);
    return [pattern.name, { matches: pattern.matches }];
  });
  await memory.keep(
    found.map((pattern) => (pattern.matches.length > 0 ? pattern : { ...pattern, matches: memory.known(pattern) ?? [] })),
  );
  return expanded;
}

async function recall(one: DevicePatterns, options: PatternOptions): Promise<Found> {
  const memory = await openMemory(one, options);
  return one.patterns.map((pattern) => {
    const matches = known(memory, pattern);
    if (matches === undefined)
      options.report(`tags.${pattern.name} has no tags yet: run \`scadawatch check\` to request them from ${one.device.name}`);
    return [pattern.name, { matches: matches ?? [] }];
  });
}

function lastKnown(memory: PatternMemory, pattern: TagPattern, why: string, { report }: PatternOptions): Expanded {
  const matches = known(memory, pattern);
  if (matches === undefined) return { problem: `${why}; no earlier result is stored` };
  report(`tags.${pattern.name} uses the ${matches.length} points of an earlier start: ${why}`);
  return { matches };
}

const known = (memory: PatternMemory, pattern: TagPattern): readonly TagMatch[] | undefined => {
  const matches = memory.known(pattern);
  return matches?.length === 0 ? undefined : matches;
};

function reportChanges(
  before: readonly TagMatch[] | undefined,
  { name, matches }: { readonly name: string; readonly matches: readonly TagMatch[] },
  { report }: PatternOptions,
): void {
  if (before === undefined) return;
  const was = new Set(before.map(pointOf));
  const is = new Set(matches.map(pointOf));
  const changes = [
    ['added', [...is].filter((point) => !was.has(point))],
    ['removed', [...was].filter((point) => !is.has(point))],
  ] as const;
  const texts = changes.flatMap(([what, points]) => (points.length === 0 ? [] : [`${listed(points)} ${what}`]));
  if (texts.length > 0) report(`tags.${name} has other points than before: ${texts.join('; ')}`);
}

const pointOf = ({ path }: TagMatch): string => path.join('/');

const listed = (points: readonly string[]): string =>
  points.slice(0, mostNamed).join(', ') + (points.length > mostNamed ? ` and ${points.length - mostNamed} more` : '');
