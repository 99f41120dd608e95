import { type ChangedSetting, lineBreak, settingsOf } from '../../core/changed-configuration.ts';
import type { Settings } from './setting-text.ts';
import { isComparable, secretKey } from './settings.ts';

/** Numbers of objects that are also listed one by one. */
const counts: ReadonlySet<string> = new Set(['tags', 'devices', 'notifiers']);
/** Rules that hide or delay alerts: to add one weakens the watch. */
const hiding = /^suppression |^delays$/;
/** Settings with a line for each entry of a list. */
const list = /^(?:suppression of|notifier|settings of notifier) /;
const ownSetting = /^(?:settings|address) of (.*)$/;
const detectorSetting = /^(detector [^ ]+) /;
const limit = /^([^ ]+) (?:highHigh|high|low|lowLow|priority)$/;

/** Differences, limits of tags first: an operator recognises them. */
export function changesOf(before: Settings, after: Settings): ChangedSetting[] {
  const names = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...names]
    .filter((one) => before[one] !== after[one] && isComparable(before, one))
    .filter((one) => !one.startsWith(settingsOf) || isOwnChange(one, before, after))
    .map((object) => ({ object, before: before[object], after: after[object] }));
}

/** True if hashed settings have other values. Those of a new or removed device or notifier are no change beside that of their owner. */
const isOwnChange = (object: string, before: Settings, after: Settings): boolean =>
  before[secretKey] === after[secretKey] && hasMore(before[object], after[object]) && hasMore(after[object], before[object]);

/**
 * True for a change that a new version of the monitor does not make, also if only the environment of the file has changed: alerts go
 * elsewhere, or a feed comes from elsewhere.
 */
export const isElsewhere = ({ object, before, after }: ChangedSetting): boolean =>
  object.startsWith(`${settingsOf}notifier `) ||
  (object.startsWith('notifier ') && after === undefined) ||
  (object.startsWith(`${settingsOf}feed `) && requestOf(before) !== requestOf(after));

/** Hashes of the address and the headers of a feed; other settings have defaults, and a path depends on the folder of the file. */
const requestOf = (settings = ''): string =>
  settings
    .split(', ')
    .filter((entry) => /^(?:headers|url) /.test(entry))
    .join(', ');

/**
 * True if a change can weaken the watch: something that was watched, judged or annunciated is gone or has another value, or a rule
 * that hides alerts is new. Whether another limit is weaker depends on the plant, so that each change of one counts.
 */
export function canWeaken({ object, before, after }: ChangedSetting, former: Settings): boolean {
  if (counts.has(object)) return false;
  if (object === 'second person') return before === 'needed';
  if (list.test(object)) return hiding.test(object) ? hasMore(after, before) : hasMore(before, after);
  if (hiding.test(object)) return after !== undefined;
  const [, detector = ''] = detectorSetting.exec(object) ?? [];
  return before !== undefined || former[detector] === 'enabled';
}

/** True if a line of a list is not in the other one, or more often. */
function hasMore(lines = '', than = ''): boolean {
  const rest = than.split(lineBreak);
  return lines.split(lineBreak).some((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return line !== '' && at < 0;
  });
}

/** True if the tag, detector, device or notifier of a setting is gone, which is a change of its own. */
export function isCovered(object: string, now: Settings): boolean {
  const [, detector] = detectorSetting.exec(object) ?? [];
  const [, tag] = limit.exec(object) ?? [];
  const [, of] = ownSetting.exec(object) ?? [];
  const owner = of ?? detector ?? (tag === undefined ? undefined : `tag ${tag}`);
  return owner !== undefined && now[owner] === undefined;
}
