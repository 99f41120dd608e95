import type { AlarmRecord } from '../core/alarm-record.ts';
import type { AlarmSettings } from '../core/alarm-settings.ts';
import type { DetectorGroup, DetectorPlugin } from '../core/detector.ts';
import type { FeedSettings } from '../core/feed.ts';
import type { HistorianPlugin } from '../core/historian.ts';
import type { Mimic } from '../core/mimic.ts';
import type { Site } from '../core/monitor.ts';
import type { Plugin } from '../core/plugin.ts';
import { type Tag, type TagAlias, TagTable } from '../core/tag.ts';
import { type DevicePatterns, type Expanded, fillIn, isPattern, PatternNames } from './patterns.ts';
import { resolveAlarms } from './alarms.ts';
import { resolveFeeds } from './feeds.ts';
import { type PacketBounds, resolvePackets } from './packets.ts';
import type { Configured, DeviceConfig, NotifierConfig } from './configured.ts';
import { commonSettings } from './notifiers.ts';
import { resolvePositions } from './positions.ts';
import { withModes } from './modes.ts';
import { withSameValues } from './same-values.ts';
import { type ConfigProblem, schemaProblems, unknownName } from './problems.ts';
import type { PluginRegistry } from './registry.ts';
import { withdrawnDetectors } from './withdrawn.ts';
import type { ConfigFile } from './schema.ts';

/** Alarm records of the configuration. */
export interface AlarmRecordSettings {
  /** As the configuration states it. */
  readonly file?: string | undefined;
  readonly secondPerson: boolean;
  readonly records: readonly AlarmRecord[];
}

/** A validated configuration: every referenced name exists. */
export interface MonitorConfig {
  readonly file: string;
  readonly site: Site;
  readonly tags: TagTable;
  readonly devices: readonly DeviceConfig[];
  readonly detectors: readonly Configured<DetectorPlugin>[];
  readonly groups: readonly DetectorGroup[] | undefined;
  readonly budgetPerDay: number;
  /** Threads that share the detectors; undefined for an automatic choice. */
  readonly workers: number | undefined;
  /** Alarm records of the file that the configuration names. */
  readonly alarmRecords?: AlarmRecordSettings | undefined;
  /** Drawings of areas, and their file as the configuration states it. */
  readonly mimics?: { readonly file: string; readonly drawings: readonly Mimic[] } | undefined;
  /** A changed detection beside the live one. */
  readonly shadow?: { readonly detectors: readonly Configured<DetectorPlugin>[]; readonly budgetPerDay: number } | undefined;
  readonly historian: Configured<HistorianPlugin>;
  readonly notifiers: readonly NotifierConfig[];
  /** Hosts and ports that notifiers may reach, e.g. `*.slack.com:443`; those of their own settings if absent. */
  readonly destinations?: readonly string[] | undefined;
  /** Feeds of indicators; none if absent. */
  readonly feeds?: readonly FeedSettings[] | undefined;
  /** Bounds of the raw packets on disk; absent if none are kept. */
  readonly packets?: PacketBounds | undefined;
  /** Absent settings have no effect. */
  readonly alarms?: AlarmSettings | undefined;
  /** Accepted distance of source times from receive times, ms; default: ten years back, one day ahead. */
  readonly sourceTimes?: { readonly pastMs: number; readonly aheadMs: number };
  readonly dashboard: unknown;
}

/** Passes each part to its plug-in and checks every reference. Problems are added to `problems`. */
export function resolveConfig(
  file: ConfigFile,
  path: string,
  registry: PluginRegistry,
  problems: ConfigProblem[],
  expanded: ReadonlyMap<string, Expanded>,
): MonitorConfig | undefined {
  const before = problems.length;
  const devices = resolveDevices(file, registry, problems);
  const tags = resolveTags(file, devices, expanded, problems);
  checkDeviceTags(devices, tags, problems);
  checkAreas(file, tags, problems);
  const positions = resolvePositions(file, problems);
  const historian = configure(
    registry.historians,
    file.historian ?? { type: registry.historians[0]?.type ?? '' },
    ['historian'],
    problems,
  );
  const areas = file.areas.map(({ id }) => id);
  const notifiers = file.notifiers.flatMap((entry, i) => {
    const { settings, own } = commonSettings(entry, areas, ['notifiers', i], problems);
    const configured = configure(registry.notifiers, own, ['notifiers', i], problems);
    return configured === undefined ? [] : [{ ...configured, settings }];
  });
  const places = {
    area: areas,
    equipment: file.areas.flatMap(({ equipment }) => equipment.map(({ id }) => id)),
    device: Object.keys(file.devices),
  };
  const alarms = resolveAlarms(file.alarms, places, tags, problems);
  const dashboard = parseWith({ schema: registry.dashboard }, file.dashboard, ['dashboard'], problems);
  const groups = file.groups?.map((group, i) => ({
    name: group.name,
    periodMs: group.period,
    tags: group.tags.flatMap(
      (name, j) => tags.indexOf(name) ?? unknownName(problems, ['groups', i, 'tags', j], 'tag', name, Object.keys(file.tags)),
    ),
  }));
  const plant = { tags, groups };
  const detectors = resolveDetectors(file.detectors, ['detectors'], registry, plant, problems);
  const shadow = resolveShadow(file, registry, plant, problems);
  if (problems.length > before || historian === undefined) return undefined;
  return {
    file: path,
    site: {
      name: file.site.name,
      timeZone: file.site.timeZone,
      keyTrend: file.site.keyTrend,
      areas: file.areas,
      positions,
      shelvingMs: file.alarms.shelving,
      ...(file.alarms.secondPerson ? { secondPerson: true } : {}),
    },
    tags,
    devices,
    detectors,
    groups,
    budgetPerDay: file.alarmBudget,
    workers: file.workers,
    alarmRecords: { file: file.alarms.records, secondPerson: file.alarms.secondPerson, records: [] },
    ...(file.mimics === undefined ? {} : { mimics: { file: file.mimics, drawings: [] } }),
    ...(shadow === undefined ? {} : { shadow }),
    historian,
    notifiers,
    destinations: file.notifications.destinations,
    feeds: resolveFeeds(file.feeds, path),
    packets: resolvePackets(file.packets),
    alarms,
    sourceTimes: { pastMs: file.sourceTimes.past, aheadMs: file.sourceTimes.ahead },
    dashboard,
  };
}

/** Entries that expand to many tags, by device; without devices with wrong settings. */
export function patternsOf(file: ConfigFile, registry: PluginRegistry): DevicePatterns[] {
  const all = Object.entries(file.tags).filter(([name]) => isPattern(name));
  return resolveDevices(file, registry, []).flatMap((device) => {
    const { name, plugin, config } = device;
    const patterns = all.flatMap(([pattern, entry]) => {
      const address = entry.device === name ? plugin.addressSchema.safeParse(entry.address) : undefined;
      return address?.success === true ? [{ name: pattern, address: address.data }] : [];
    });
    return config === undefined || plugin.expand === undefined || patterns.length === 0 ? [] : [{ device, patterns }];
  });
}

function resolveDevices(file: ConfigFile, registry: PluginRegistry, problems: ConfigProblem[]): DeviceConfig[] {
  return Object.entries(file.devices).flatMap(([name, entry]) => {
    const { description, ...rest } = entry;
    const configured = configure(registry.collectors, rest, ['devices', name], problems);
    return configured === undefined
      ? []
      : [{ ...configured, name, description: typeof description === 'string' ? description : '' }];
  });
}

function resolveTags(
  file: ConfigFile,
  devices: readonly DeviceConfig[],
  expanded: ReadonlyMap<string, Expanded>,
  problems: ConfigProblem[],
): TagTable {
  const byName = new Map(devices.map((device) => [device.name, device]));
  const equipmentOf = new Map(file.areas.map((area) => [area.id, new Set(area.equipment.map(({ id }) => id))]));
  const names = new PatternNames(Object.keys(file.tags).filter((name) => !isPattern(name)));
  const tags = Object.entries(file.tags).flatMap(([name, entry]): Tag[] => {
    const path = ['tags', name];
    const device = byName.get(entry.device);
    if (!Object.hasOwn(file.devices, entry.device))
      unknownName(problems, [...path, 'device'], 'device', entry.device, Object.keys(file.devices));
    const equipment = equipmentOf.get(entry.area);
    if (equipment === undefined) unknownName(problems, [...path, 'area'], 'area', entry.area, [...equipmentOf.keys()]);
    else if (!equipment.has(entry.equipment))
      unknownName(problems, [...path, 'equipment'], 'equipment', entry.equipment, [...equipment]);
    const scanMs = Object.hasOwn(file.scanClasses, entry.scan) ? file.scanClasses[entry.scan] : undefined;
    if (scanMs === undefined) unknownName(problems, [...path, 'scan'], 'scan class', entry.scan, Object.keys(file.scanClasses));
    if (device === undefined || scanMs === undefined) return [];
    const address = parseWith({ schema: device.plugin.addressSchema }, entry.address, [...path, 'address'], problems);
    const aliases = entry.aliases?.flatMap((alias, i) => resolveAlias(alias, byName, [...path, 'aliases', String(i)], problems));
    const { range, scan: _, short, ...rest } = entry;
    const tag = (own: Pick<Tag, 'name' | 'address' | 'description'>): Tag => ({
      ...rest,
      ...own,
      ...(aliases === undefined ? {} : { aliases }),
      scanMs,
      short: short ?? (own.name.split('.').at(-1) ?? own.name).slice(0, 9),
      range: range === undefined ? undefined : { low: range[0], high: range[1] },
    });
    if (!isPattern(name)) return [tag({ name, address, description: entry.description })];
    const { plugin } = device;
    const found =
      plugin.expand === undefined ? { problem: `a device of type ${plugin.type} has no patterns` } : expanded.get(name);
    const named = found !== undefined && 'matches' in found ? names.take(name, found.matches) : (found ?? []);
    if ('problem' in named) {
      problems.push({ path, message: named.problem });
      return [];
    }
    return named.map((one) =>
      tag({ name: one.name, address: one.match.address, description: fillIn(entry.description, one.match) }),
    );
  });
  return new TagTable(withSameValues(withModes(file, tags, problems)));
}

function resolveAlias(
  { device: name, address }: { readonly device: string; readonly address?: unknown },
  devices: ReadonlyMap<string, DeviceConfig>,
  path: string[],
  problems: ConfigProblem[],
): TagAlias[] {
  const device = devices.get(name);
  if (device === undefined) {
    unknownName(problems, [...path, 'device'], 'device', name, [...devices.keys()]);
    return [];
  }
  return [{ device: name, address: parseWith({ schema: device.plugin.addressSchema }, address, [...path, 'address'], problems) }];
}

/** Tags that a device cannot serve, as checked by its collector; only for devices with valid settings. */
function checkDeviceTags(devices: readonly DeviceConfig[], tags: TagTable, problems: ConfigProblem[]): void {
  for (const { name, plugin, config } of devices) {
    if (config === undefined) continue;
    for (const { tag, key, message } of plugin.check?.(config, name, tags) ?? [])
      problems.push({ path: ['tags', tag, ...key.split('.')], message });
  }
}

function checkAreas(file: ConfigFile, tags: TagTable, problems: ConfigProblem[]): void {
  const areas = new Set<string>();
  const equipment = new Set<string>();
  const names = Object.keys(file.tags);
  const isTag = (name: string): boolean => Object.hasOwn(file.tags, name) || tags.indexOf(name) !== undefined;
  file.areas.forEach((area, i) => {
    if (areas.has(area.id)) problems.push({ path: ['areas', i, 'id'], message: `the area ${area.id} is defined twice` });
    areas.add(area.id);
    area.indicators.forEach((tag, j) => {
      if (!isTag(tag)) unknownName(problems, ['areas', i, 'indicators', j], 'tag', tag, names);
    });
    area.equipment.forEach(({ id }, j) => {
      if (equipment.has(id))
        problems.push({ path: ['areas', i, 'equipment', j, 'id'], message: `the equipment ${id} is defined twice` });
      equipment.add(id);
    });
  });
  file.areas.forEach((area, i) => {
    area.equipment.forEach(({ dependsOn = [] }, j) => {
      dependsOn.forEach((id, k) => {
        const path = ['areas', i, 'equipment', j, 'dependsOn', k];
        if (!equipment.has(id)) unknownName(problems, path, 'equipment', id, [...equipment]);
      });
    });
  });
  const { keyTrend } = file.site;
  if (keyTrend !== undefined && !isTag(keyTrend)) unknownName(problems, ['site', 'keyTrend'], 'tag', keyTrend, names);
}

/** Names that detectors may use. */
interface Plant {
  readonly tags: TagTable;
  /** Undefined if the configuration defines none. */
  readonly groups: readonly DetectorGroup[] | undefined;
}

/** The detectors of the plant with the changes of `shadow`. */
function resolveShadow(
  file: ConfigFile,
  registry: PluginRegistry,
  plant: Plant,
  problems: ConfigProblem[],
): MonitorConfig['shadow'] {
  if (file.shadow === undefined) return undefined;
  const path = ['shadow', 'detectors'];
  const entries = { ...file.detectors, ...file.shadow.detectors };
  return {
    detectors: resolveDetectors(entries, path, registry, plant, problems),
    budgetPerDay: file.shadow.alarmBudget ?? file.alarmBudget,
  };
}

function resolveDetectors(
  entries: ConfigFile['detectors'],
  path: readonly string[],
  registry: PluginRegistry,
  { tags, groups }: Plant,
  problems: ConfigProblem[],
): Configured<DetectorPlugin>[] {
  const known = registry.detectors.map(({ type }) => type);
  for (const type of Object.keys(entries)) {
    if (!known.includes(type) && !withdrawnDetectors.includes(type))
      unknownName(problems, [...path, type], 'detector', type, known);
  }
  return registry.detectors.flatMap((plugin) => {
    const entry = Object.hasOwn(entries, plugin.type) ? (entries[plugin.type] ?? {}) : {};
    if (entry === false) return [];
    const place = [...path, plugin.type];
    const config = parseWith(plugin, entry, place, problems);
    const unfit = config === undefined ? [] : (plugin.check?.(config, tags, groups) ?? []);
    for (const problem of unfit) problems.push({ ...problem, path: [...place, ...problem.path] });
    return [{ plugin, config }];
  });
}

/** Finds the plug-in of `entry.type` and validates the rest of the entry with it. */
function configure<P extends Plugin<unknown>>(
  plugins: readonly P[],
  entry: { readonly type: string },
  path: readonly PropertyKey[],
  problems: ConfigProblem[],
): Configured<P> | undefined {
  const { type, ...rest } = entry;
  const plugin = plugins.find((candidate) => candidate.type === type);
  if (plugin === undefined) {
    unknownName(
      problems,
      [...path, 'type'],
      'type',
      type,
      plugins.map((candidate) => candidate.type),
    );
    return undefined;
  }
  return { plugin, config: parseWith(plugin, rest, path, problems), given: rest };
}

function parseWith(
  { schema }: Pick<Plugin<unknown>, 'schema'>,
  value: unknown,
  path: readonly PropertyKey[],
  problems: ConfigProblem[],
): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  problems.push(...schemaProblems(parsed.error, path));
  return undefined;
}
