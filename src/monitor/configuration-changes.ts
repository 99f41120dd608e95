import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { MonitorConfig } from '../config/resolve.ts';
import { noAlarmSettings } from '../core/alarm-settings.ts';
import type { Clock } from '../core/clock.ts';
import { consoleActor } from '../core/console-actor.ts';
import type { Json } from '../core/detector.ts';
import { formatDuration } from '../core/format.ts';
import type { StateStore } from '../core/state.ts';
import type { TagLimits } from '../core/tag.ts';
import { configurationHash } from '../data-directory/folders.ts';

/** Name of the stored settings in the store of baselines. */
const name = 'site/protection';
/** Most changes that the alarm names, and that the audit trail lists one by one. */
const mostNamed = 3;
const mostAudited = 100;
/** Longest value that is stored as it is, characters. */
const longestValue = 60;

/** A changed setting: object and former and present value as text; undefined if there is none. */
export interface SettingChange {
  readonly object: string;
  readonly before?: string | undefined;
  readonly after?: string | undefined;
}

/** Settings that decide about protection, as text by their name. Secrets are not among them. */
type Settings = Readonly<Record<string, string>>;

/** Settings that earlier versions did not store: to them, all of these are new, which is no change of the configuration. */
const format = 'format of these settings';
const laterKinds = /^(?:tag|device|notifier|group|modes of|suppression) |^(?:delays|re-alarm|escalation|source times)$/;

/**
 * Records a start in the audit trail, with the configuration in force and each changed limit.
 * @returns a sentence about the changes; undefined if the configuration has not changed since the last start
 */
export function noteConfiguration(state: StateStore, config: MonitorConfig, clock: Clock): string | undefined {
  const { file } = config;
  const [last] = state.audit.read({ action: 'config.loaded', limit: 1 });
  const after = `sha256:${configurationHash(file)}`;
  const loaded = { ...consoleActor(), time: clock.now(), action: 'config.loaded', object: file, before: last?.after, after };
  state.audit.append(loaded);
  const settings = protectionOf(config);
  const stored = state.baselines.latest(name);
  const known = stored === undefined || !isSettings(stored.content) ? undefined : stored.content;
  const changes = known === undefined ? undefined : changesOf(known, settings);
  const isOlder = known !== undefined && known[format] !== settings[format];
  if (changes === undefined || changes.length > 0 || isOlder)
    state.baselines.add({ name, createdAt: clock.now(), source: file, content: settings });
  for (const change of (changes ?? []).slice(0, mostAudited))
    state.audit.append({ ...consoleActor(), time: clock.now(), action: 'config.limit-changed', ...change });
  // a new version of the monitor can change defaults, which is no change of the configuration
  if (last === undefined || last.after === after) return undefined;
  // a file of another name without a changed setting is a renamed one
  return last.object === file || (changes ?? []).length > 0 ? sentenceOf(file, changes) : undefined;
}

function sentenceOf(file: string, changes: readonly SettingChange[] | undefined): string {
  const what = `The configuration ${basename(file)} has changed since the last start`;
  if (changes === undefined) return `${what}.`;
  if (changes.length === 0) return `${what}. No limit, detector or alarm budget has changed.`;
  const more = changes.length > mostNamed ? ` and ${changes.length - mostNamed} more, see System, Audit` : '';
  return `${what}: ${changes.slice(0, mostNamed).map(textOf).join('; ')}${more}.`;
}

function textOf({ object, before, after = 'none' }: SettingChange): string {
  if (before === 'enabled') return `${object} disabled`;
  if (before === 'watched') return `${object} removed`;
  return before === undefined ? `${object} now ${after}` : `${object} ${before} → ${after}`;
}

/** Differences, limits of tags first: an operator recognises them. */
export function changesOf(before: Settings, after: Settings): SettingChange[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  const isComparable = (one: string): boolean => one !== format && (before[format] !== undefined || !laterKinds.test(one));
  return [...names]
    .filter((one) => before[one] !== after[one] && isComparable(one))
    .map((object) => ({ object, before: before[object], after: after[object] }));
}

export function protectionOf(config: MonitorConfig): Settings {
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
    [format]: '2',
  };
}

/** What is watched and annunciated beside the limits: tags, devices, groups, modes, and the rules that hide or delay alerts. */
function watchedOf({ tags, devices, notifiers, groups = [], alarms = noAlarmSettings, sourceTimes }: MonitorConfig): Settings {
  const { suppress, delays, realarm, escalate } = alarms;
  const modes = new Map(tags.tags.flatMap(({ equipment, modes: of }) => (of === undefined ? [] : [[equipment, of] as const])));
  return Object.fromEntries([
    ...tags.tags.map(({ name: tag }): [string, string] => [`tag ${tag}`, 'watched']),
    ...devices.map(({ name: device }): [string, string] => [`device ${device}`, 'watched']),
    ...notifiers.map(({ plugin }, i): [string, string] => [`notifier ${i + 1}`, plugin.type]),
    ...groups.map((group): [string, string] => [
      `group ${group.name}`,
      shortOf(group.tags.map((index) => tags.tags[index]?.name)),
    ]),
    ...[...modes].map(([equipment, of]): [string, string] => [`modes of ${equipment}`, shortOf(of)]),
    ...suppress.map((rule, i): [string, string] => [`suppression ${i + 1}`, `${rule.of.kind} ${rule.of.id}: ${rule.cause}`]),
    ...(delays.length === 0 ? [] : [['delays', shortOf(delays)] as const]),
    ...(realarm.length === 0 ? [] : [['re-alarm', shortOf(realarm)] as const]),
    ...(escalate.length === 0 ? [] : [['escalation', shortOf(escalate)] as const]),
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

/** A setting of a detector as JSON; the hash of a long one shows that it differs. */
function shortOf(setting: unknown): string {
  const json = JSON.stringify(setting ?? null);
  return json.length <= longestValue ? json : `sha256:${createHash('sha256').update(json).digest('hex').slice(0, 8)}`;
}

const isSettings = (content: Json): content is Record<string, string> =>
  typeof content === 'object' && content !== null && Object.values(content).every((value) => typeof value === 'string');
