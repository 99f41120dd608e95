import type { NotifierConfig } from '../../config/configured.ts';
import type { MonitorConfig } from '../../config/resolve.ts';
import { type AlarmSettings, noAlarmSettings, type SuppressionRule } from '../../core/alarm-settings.ts';
import { lineBreak, settingsOf } from '../../core/changed-configuration.ts';
import type { TagTable } from '../../core/tag.ts';
import { destinationsOf } from '../../notify/destinations.ts';
import { type SettingHashes, type Settings, shortOf } from './setting-text.ts';

/**
 * Notifiers and suppression rules by what identifies them, not by their place in the list: to insert one changes no other. Several of
 * one name are one setting with a line for each.
 */
export function listedOf({ tags, notifiers, alarms = noAlarmSettings }: MonitorConfig): Settings {
  const entries = [
    ...notifiers.map((one): Entry => [notifierName(one), textOf(one.settings)]),
    ...alarms.suppress.map((rule): Entry => [`suppression of ${rule.of.kind} ${rule.of.id}`, ruleText(rule, tags)]),
  ];
  return byName(entries);
}

type Entry = readonly [name: string, line: string];

function byName(entries: readonly Entry[]): Settings {
  return Object.fromEntries(
    [...Map.groupBy(entries, ([name]) => name)].map(([name, of]) => [
      name,
      of
        .map(([, line]) => line)
        .toSorted()
        .join(lineBreak),
    ]),
  );
}

function notifierName({ plugin, config }: NotifierConfig): string {
  const hosts = (destinationsOf(plugin, config) ?? []).map(({ host, port }) => `${host}:${port}`);
  return ['notifier', plugin.type, ...(hosts.length === 0 ? [] : ['to', hosts.join(', ')])].join(' ');
}

/**
 * Settings of notifiers that their type defines: destination, recipients, filters; and those of feeds: another source, or a shorter age
 * of its indicators, is as good as none. They can be secrets, so that only hashes are stored.
 */
export const ownSettingsOf = ({ notifiers, feeds = [] }: MonitorConfig, hashes: SettingHashes): Settings =>
  byName([
    ...notifiers.map((one): Entry => [`${settingsOf}${notifierName(one)}`, hashes.line(one.given)]),
    ...feeds.map(({ name, ...feed }): Entry => [`${settingsOf}feed ${name}`, hashes.line(feed)]),
  ]);

/** Up to format 3, both had the number of their place in the list as their name. */
export const numberedOf = ({ notifiers, alarms = noAlarmSettings }: MonitorConfig): Settings =>
  Object.fromEntries([
    ...notifiers.map(({ plugin }, i): Entry => [`notifier ${i + 1}`, plugin.type]),
    ...alarms.suppress.map(({ of, cause }, i): Entry => [`suppression ${i + 1}`, `${of.kind} ${of.id}: ${cause}`]),
  ]);

/** Settings of a notifier that are independent of its type. */
function textOf(settings: object | undefined): string {
  const given = JSON.stringify(settings ?? {});
  return given === '{}' ? 'all alerts' : shortOf(settings);
}

function ruleText({ when, cause }: AlarmSettings['suppress'][number], tags: TagTable): string {
  const condition = 'device' in when ? `${when.device} does not answer` : `${tagName(when, tags)} is ${when.is.join(' or ')}`;
  return `${cause}, while ${condition}`.replaceAll(/\s+/g, ' ');
}

const tagName = ({ tag }: Extract<SuppressionRule['when'], { tag: number }>, tags: TagTable): string => tags.at(tag).name;
