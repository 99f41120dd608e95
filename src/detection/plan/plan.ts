import { createHash } from 'node:crypto';
import { detectors as plugins } from '../../../detectors/index.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { systemClock } from '../../core/clock.ts';
import type { DetectorFactory, DetectorGroup, DetectorPlugin } from '../../core/detector.ts';
import { ScadaError } from '../../core/errors.ts';
import type { Position } from '../../core/monitor.ts';
import { Metrics, type PluginContext, silentLogger } from '../../core/plugin.ts';
import { Random } from '../../core/random.ts';
import { type Tag, TagTable } from '../../core/tag.ts';
import { defaultGroups } from './groups.ts';

/** Period of the vectors of automatic groups, ms. */
const groupPeriodMs = 10_000;

/** Type of the detector that learns from recordings alone; empty if there is none. */
export const recordedDetector = plugins.find(({ learnsFromRecordings }) => learnsFromRecordings === true)?.type ?? '';

export interface PlannedDetector {
  readonly type: string;
  readonly config: unknown;
  /** Indices of its tags if it shares them with other instances of its type; absent for all tags. */
  readonly tags?: readonly number[];
}

/** Configuration of detection in a form that can be sent to another thread. */
export interface DetectionPlan {
  readonly tags: readonly Tag[];
  readonly groups: readonly DetectorGroup[];
  readonly devices: readonly string[];
  readonly detectors: readonly PlannedDetector[];
  readonly budgetPerDay: number;
  /** IANA name; UTC if absent. */
  readonly timeZone?: string;
  /** Absent if the plant has no operator positions. */
  readonly positions?: readonly Position[];
}

/** @throws ScadaError CONFIG_REFERENCE if detector settings do not fit the groups */
export function planDetection(config: MonitorConfig): DetectionPlan {
  const groups = config.groups ?? defaultGroups(config.tags, groupPeriodMs);
  for (const { plugin, config: settings } of config.detectors) {
    const [problem] = plugin.check?.(settings, config.tags, groups) ?? [];
    if (problem === undefined) continue;
    const path = ['detectors', plugin.type, ...problem.path].join('.');
    throw new ScadaError('config', 'CONFIG_REFERENCE', `${config.file} ${path}: ${problem.message}`);
  }
  return {
    tags: config.tags.tags,
    groups,
    devices: config.devices.map(({ name }) => name),
    detectors: config.detectors.map(({ plugin, config: settings }) => ({ type: plugin.type, config: settings })),
    budgetPerDay: config.budgetPerDay,
    timeZone: config.site.timeZone,
    ...(config.site.positions.length === 0 ? {} : { positions: config.site.positions }),
  };
}

/** The plan with the changes of `shadow`; undefined if none is configured. */
export function planShadow(config: MonitorConfig): DetectionPlan | undefined {
  const { shadow } = config;
  if (shadow === undefined) return undefined;
  return planDetection({ ...config, detectors: shadow.detectors, budgetPerDay: shadow.budgetPerDay });
}

/** Hash of tags, groups, detectors, settings and budget. A stored baseline fits a plan with the same fingerprint. */
export function fingerprint(plan: DetectionPlan): string {
  const tags = plan.tags.map(({ name, kind, role, unit, range, limits, modes, restsAt, scanMs }) => ({
    name,
    kind,
    role,
    unit,
    range,
    limits,
    modes,
    restsAt,
    scanMs,
  }));
  return createHash('sha256')
    .update(JSON.stringify({ ...plan, tags }))
    .digest('hex');
}

/** Factories for the detectors of a plan. Detectors are pure: they receive a silent log and a fixed random seed. */
export function detectorFactories(plan: DetectionPlan): DetectorFactory[] {
  const tags = new TagTable(plan.tags);
  const { groups, devices, timeZone = 'UTC' } = plan;
  const all = [...plan.tags.keys()];
  // a record of a past event is no sign of the present state of the plant: only rules of the user judge it
  const present = all.filter((index) => tags.at(index).role !== 'record');
  const context: PluginContext = { logger: silentLogger, clock: systemClock, random: new Random(1), metrics: new Metrics() };
  return plan.detectors.map(({ type, config, tags: own }) => {
    const plugin = pluginOf(type);
    const watched = own ?? (plugin.threshold === 'stated' ? all : present);
    return { name: type, plugin, create: () => plugin.create(config, { tags, watched, groups, devices, timeZone }, context) };
  });
}

/** One sentence about what a type of detector observes; undefined if there is no such type. */
export const summaryOf = (type: string): string | undefined => plugins.find((plugin) => plugin.type === type)?.summary;

/** Plug-in of a detector type. @throws ScadaError CONFIG_REFERENCE if it does not exist */
export function pluginOf(type: string): DetectorPlugin {
  const plugin = plugins.find((candidate) => candidate.type === type);
  if (plugin === undefined) throw new ScadaError('config', 'CONFIG_REFERENCE', `there is no detector ${type}`);
  return plugin;
}
