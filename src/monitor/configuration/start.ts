import { basename } from 'node:path';
import type { MonitorConfig } from '../../config/resolve.ts';
import { type ChangedSetting, changedText } from '../../core/changed-configuration.ts';
import type { Clock } from '../../core/clock.ts';
import { consoleActor } from '../../core/console-actor.ts';
import type { StateStore } from '../../core/state.ts';
import { configurationHash } from '../../data-directory/folders.ts';
import { canWeaken, changesOf, isElsewhere } from './differences.ts';
import { numberedOf } from './lists.ts';
import { SettingHashes, type Settings } from './setting-text.ts';
import { formatKey, hashKey, isSettings, protectionOf, recordSetting } from './settings.ts';
import { Unconfirmed } from './unconfirmed.ts';

/** Name of the settings of the last start in the store of baselines. */
const name = 'site/protection';
/** Most changes that the alarm names, and that the audit trail lists one by one. */
const mostNamed = 3;
const mostAudited = 100;

/**
 * Records a start in the audit trail, with the configuration in force and each changed setting. Changes that can weaken the watch
 * are stored before anything else, so that no kill of the process loses them.
 * @param secret of the data directory, key of the hashes of settings
 */
export function noteStart(state: StateStore, config: MonitorConfig, clock: Clock, secret: Buffer): Unconfirmed {
  const { file } = config;
  const last = state.audit.last('config.loaded');
  const hash = `sha256:${configurationHash(file)}`;
  const settings = protectionOf(config, hash, new SettingHashes(secret));
  const compared = { ...settings, ...numberedOf(config) };
  const stored = state.baselines.latest(name);
  const known = stored === undefined || !isSettings(stored.content) ? undefined : stored.content;
  const changes = known === undefined ? undefined : changesOf(known, compared);
  // a new version of the monitor can change defaults, which is no change of the configuration
  const isSame = last === undefined || (known?.[hashKey] ?? last.after) === hash;
  const records = changedRecords(state, config);
  const weaker = (known === undefined ? [] : (changes ?? [])).filter(
    (change) => (!isSame || isElsewhere(change)) && canWeaken(change, known ?? {}),
  );
  const now = { ...compared, ...recordsOf(config) };
  const unconfirmed = new Unconfirmed({ state, clock, file: basename(file), now, weaker: [...weaker, ...records] });
  state.audit.append({
    ...consoleActor(),
    time: clock.now(),
    action: 'config.loaded',
    object: file,
    before: last?.after,
    after: hash,
  });
  for (const change of (changes ?? []).slice(0, mostAudited))
    state.audit.append({ ...consoleActor(), time: clock.now(), action: 'config.limit-changed', ...change });
  if (changes === undefined || changes.length > 0 || known?.[formatKey] !== settings[formatKey] || known?.[hashKey] !== hash)
    state.baselines.add({ name, createdAt: clock.now(), source: file, content: settings });
  // a file of another name without a changed setting is a renamed one
  const isNews = !isSame && (last.object === file || (changes ?? []).length > 0);
  if (isNews && weaker.length === 0) unconfirmed.note = sentenceOf(file, changes);
  return unconfirmed;
}

function sentenceOf(file: string, changes: readonly ChangedSetting[] | undefined): string {
  const what = `The configuration ${basename(file)} has changed since the last start`;
  if (changes === undefined) return `${what}.`;
  if (changes.length === 0) return `${what}. No limit, detector or alarm budget has changed.`;
  return `${what}: ${changedText(changes, mostNamed)}. System, Audit lists each change.`;
}

const recordsOf = ({ alarmRecords }: MonitorConfig): Settings =>
  Object.fromEntries((alarmRecords?.records ?? []).map((record) => [`alarm record ${record.id}`, recordSetting(record)]));

/** Changed and removed alarm records of the file. Those that a person has changed do not follow it. */
function changedRecords({ alarmRecords }: StateStore, config: MonitorConfig): ChangedSetting[] {
  const stated = new Map((config.alarmRecords?.records ?? []).map((record) => [record.id, record]));
  return [...Map.groupBy(alarmRecords.all(), ({ id }) => id)].flatMap(([id, versions]) => {
    const { origin, record } = versions.at(-1) ?? {};
    if (origin !== 'file' || record === undefined) return [];
    const now = stated.get(id);
    const [before, after] = [recordSetting(record), now && recordSetting(now, record)];
    return before === after ? [] : [{ object: `alarm record ${id}`, before, after }];
  });
}
