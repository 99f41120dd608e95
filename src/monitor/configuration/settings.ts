import { addressOf } from '../../config/device-address.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { AlarmRecord } from '../../core/alarm-record.ts';
import { noAlarmSettings } from '../../core/alarm-settings.ts';
import type { Json } from '../../core/detector.ts';
import { formatDuration } from '../../core/format.ts';
import type { TagLimits } from '../../core/tag.ts';
import { listedOf, ownSettingsOf } from './lists.ts';
import { type SettingHashes, type Settings, shortOf } from './setting-text.ts';

/** Entries about the settings themselves: their format, the hash of the configuration file, and the key of hashed settings. */
export const formatKey = 'format of these settings';
export const hashKey = 'hash of the file';
export const secretKey = 'key of hashed settings';
const aboutSettings: ReadonlySet<string> = new Set([formatKey, hashKey, secretKey]);
/** Kinds of settings by the first format that has them. To settings of an earlier format, they are new, which is no change. */
const laterKinds: readonly (readonly [format: number, kinds: RegExp])[] = [
  [2, /^(?:tag|device|notifier|group|modes of|suppression) |^(?:delays|re-alarm|escalation|source times)$/],
  [3, /^equipment /],
  [4, /^suppression of |^notifier \D/],
  [5, /^address of device /],
  [6, /^feed /],
  [7, /^settings of feed /],
];
/** Kinds of settings until this format: both had the number of their place in the list as their name. */
const numbered = { last: 3, kinds: /^(?:suppression|notifier) \d+$/ };

/** True if settings of an earlier start can have the object. */
export function isComparable(before: Settings, object: string): boolean {
  const format = Number(before[formatKey] ?? 1);
  if (format > numbered.last && numbered.kinds.test(object)) return false;
  return !aboutSettings.has(object) && laterKinds.every(([first, kinds]) => format >= first || !kinds.test(object));
}

/** @param hash of the configuration file */
export function protectionOf(config: MonitorConfig, hash: string, hashes: SettingHashes): Settings {
  const { tags, detectors, budgetPerDay, alarmRecords, site, devices, notifiers } = config;
  const limits = tags.tags.flatMap(({ name: tag, limits: of, unit }) => Object.entries(limitsOf(tag, of, unit)));
  const own = detectors.flatMap(({ plugin, config }): [string, string][] => [
    [`detector ${plugin.type}`, 'enabled'],
    ...Object.entries(config ?? {}).map(([key, value]): [string, string] => [`detector ${plugin.type} ${key}`, shortOf(value)]),
  ]);
  return {
    ...Object.fromEntries(limits),
    ...Object.fromEntries(own),
    'alarm budget': `${budgetPerDay} a day`,
    'second person': alarmRecords?.secondPerson === true ? 'needed' : 'not needed',
    ...(site.shelvingMs === undefined ? {} : { 'longest shelving': formatDuration(site.shelvingMs) }),
    tags: `${tags.tags.length}`,
    devices: `${devices.length}`,
    notifiers: `${notifiers.length}`,
    ...watchedOf(config),
    ...listedOf(config),
    ...ownSettingsOf(config, hashes),
    [formatKey]: '7',
    [hashKey]: hash,
    [secretKey]: hashes.keyId,
  };
}

/** What is watched and annunciated beside the limits: tags, devices, groups, modes, and the rules that hide or delay alerts. */
function watchedOf({
  site,
  tags,
  devices,
  groups = [],
  feeds = [],
  alarms = noAlarmSettings,
  sourceTimes,
}: MonitorConfig): Settings {
  const { delays, realarm, escalate } = alarms;
  const modes = new Map(tags.tags.flatMap(({ equipment, modes: of }) => (of === undefined ? [] : [[equipment, of] as const])));
  return Object.fromEntries([
    ...site.areas.flatMap(({ equipment }) => equipment.map(({ id }): [string, string] => [`equipment ${id}`, 'watched'])),
    ...tags.tags.map(({ name: tag }): [string, string] => [`tag ${tag}`, 'watched']),
    ...devices.map(({ name: device }): [string, string] => [`device ${device}`, 'watched']),
    // as given: a lab chooses the ports of its devices at each start
    ...devices.map(({ name, given, config }): [string, string] => [`address of device ${name}`, addressOf(given ?? config)]),
    ...groups.map((group): [string, string] => [
      `group ${group.name}`,
      shortOf(group.tags.map((index) => tags.tags[index]?.name)),
    ]),
    ...[...modes].map(([equipment, of]): [string, string] => [`modes of ${equipment}`, shortOf(of)]),
    ...(delays.length === 0 ? [] : [['delays', shortOf(delays)] as const]),
    ...(realarm.length === 0 ? [] : [['re-alarm', shortOf(realarm)] as const]),
    ...(escalate.length === 0 ? [] : [['escalation', shortOf(escalate)] as const]),
    ...feeds.map(({ name: feed }): [string, string] => [`feed ${feed}`, 'read']),
    ['source times', shortOf(sourceTimes)],
  ]);
}

function limitsOf(tag: string, limits: TagLimits = {}, unit: string): Record<string, string> {
  const { response: _, ...figures } = limits;
  return Object.fromEntries(
    Object.entries(figures).flatMap(([kind, value]) =>
      value === undefined ? [] : [[`${tag} ${kind}`, `${value}${kind === 'priority' || unit === '' ? '' : ` ${unit}`}`]],
    ),
  );
}

/**
 * Protection by an alarm record of the configuration: priority, matched findings and return condition.
 * @param before the record with which it is compared: a condition that only the later record has reduces nothing
 */
export function recordSetting(
  { priority, match, ...record }: AlarmRecord,
  before: Pick<AlarmRecord, 'returnWhen'> = record,
): string {
  const setting = `priority ${priority}, matches ${shortOf(match)}`;
  return before.returnWhen === undefined ? setting : `${setting}, ${returnSetting(record)}`;
}

function returnSetting({ returnWhen, returnDelayMs = 0 }: Pick<AlarmRecord, 'returnWhen' | 'returnDelayMs'>): string {
  if (returnWhen === undefined) return 'returns when the findings end';
  return `returns when ${returnWhen}${returnDelayMs === 0 ? '' : ` for ${formatDuration(returnDelayMs)}`}`;
}

export const isSettings = (content: Json): content is Record<string, string> =>
  typeof content === 'object' && content !== null && Object.values(content).every((value) => typeof value === 'string');
