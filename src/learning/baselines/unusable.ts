import { resolve } from 'node:path';
import type { Damage } from '../../core/damage.ts';
import type { BaselineStore, StoredBaseline } from '../../core/state.ts';
import type { BaselineManager } from './manager.ts';
import { isDamaged, storedNames } from './stored.ts';

/** For each stored record: its text in an alarm, the loss, and the options of the command that recreates it. */
const records: Readonly<Record<string, { readonly words: string; readonly lost: string; readonly options: string }>> = {
  site: {
    words: 'Baseline',
    lost: 'Only limits and rules that the configuration states are judged.',
    options: '--from TIME',
  },
  'site/shadow': { words: 'Shadow baseline', lost: 'The shadow detection does not run.', options: '--from TIME' },
  'site/traffic': {
    words: 'Traffic baseline',
    lost: 'Network traffic is not compared with normal traffic.',
    options: '--capture FILE',
  },
  'site/review': {
    words: 'Baseline review',
    lost: 'Approvals, edits and unlearned entries of the baseline are not in force.',
    options: '--from TIME',
  },
  'site/limits': {
    words: 'Record of detection limits',
    lost: 'No detection limits are shown.',
    options: '--from TIME',
  },
  'site/followed': {
    words: 'Threshold record',
    lost: 'Thresholds that followed slow change are back where the calibration set them.',
    options: '--from TIME',
  },
};

/**
 * Lists stored baselines that cannot be used. Their rows stay unchanged.
 * @param trafficRefusal reason why the detectors refuse the traffic baseline by itself
 * @param place configuration file and data directory for the command
 */
export function unusableBaselines(
  store: BaselineStore,
  manager: BaselineManager,
  trafficRefusal: string | undefined,
  place: { readonly file: string; readonly dataDir: string },
): readonly Damage[] {
  const describe = (stored: StoredBaseline, reason: string): Damage => {
    const { words, lost, options } = records[stored.name] as (typeof records)[string];
    const command = `scadawatch calibrate ${place.file} --data ${resolve(place.dataDir)} ${options}`;
    return {
      title: `${words} cannot be used`,
      file: `${words} version ${stored.version}`,
      reason,
      lost,
      action: `Stop scadawatch, type \`${command}\` with data of normal operation, start it again`,
    };
  };
  const latest = storedNames.flatMap((name) => store.latest(name) ?? []);
  const damaged = latest.filter(isDamaged).map((stored) => describe(stored, 'is damaged'));
  const traffic = latest.find((stored) => stored.name === 'site/traffic' && !isDamaged(stored));
  if (traffic !== undefined && trafficRefusal !== undefined) damaged.push(describe(traffic, refused(trafficRefusal)));
  const site = latest.find((stored) => stored.name === 'site' && !isDamaged(stored));
  if (site === undefined || manager.learned !== undefined) return damaged;
  const reason =
    manager.refusal === undefined ? 'was learned for other tags, other detectors or another version' : refused(manager.refusal);
  return [...damaged, describe(site, reason)];
}

const refused = (why: string): string => `is refused by the detectors (${why})`;
