import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../../core/alert.ts';
import type { Clock } from '../../core/clock.ts';
import type { DecidedEpisode } from '../../core/episode-decision.ts';
import type { CalibrationReview, Episode, EpisodeList } from '../../core/episodes.ts';
import { ScadaError } from '../../core/errors.ts';
import type { StateStore } from '../../core/state.ts';
import { calibrationFolder } from '../../data-directory/folders.ts';
import { fitsPlan } from '../../detection/baseline/fits.ts';
import type { Baseline, Calibration, StoredEpisodes } from '../../detection/baseline/format.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import type { BaselineManager } from '../baselines/manager.ts';
import { carryReview } from '../baselines/review.ts';
import { saveBaseline, siteBaseline } from '../baselines/store.ts';
import { maximaFile } from '../job/kept.ts';
import { decide } from './decide.ts';
import { readEpisodes, writeEpisodes } from './file.ts';
import { refit } from './refit.ts';

export interface ReviewerOptions {
  readonly state: StateStore;
  /** Reads the stored baseline again after each new version. */
  readonly manager: BaselineManager;
  readonly plan: DetectionPlan;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly siteName: string;
  /** Called after each new version, before `decide` returns, with a sentence about the act. */
  readonly onChange?: (act: string) => void | Promise<void>;
}

/**
 * Review of the calibration of a data directory. Decisions set thresholds again and are stored with them as the next version of
 * the baseline. What the detectors learned and the decisions about baseline entries stay.
 */
export class CalibrationReviewer implements CalibrationReview {
  readonly #state: StateStore;
  readonly #manager: BaselineManager;
  readonly #plan: DetectionPlan;
  readonly #clock: Clock;
  readonly #dir: string;
  readonly #siteName: string;
  readonly #onChange: (act: string) => void | Promise<void>;
  /** Id of the file that was missing at the start. A later calibration states whether it was kept. */
  readonly #missing: string | undefined;
  #isBusy = false;

  constructor({ state, manager, plan, clock, dataDir, siteName, onChange = () => {} }: ReviewerOptions) {
    this.#state = state;
    this.#manager = manager;
    this.#plan = plan;
    this.#clock = clock;
    this.#dir = join(dataDir, calibrationFolder);
    this.#siteName = siteName;
    this.#onChange = onChange;
    const maxima = manager.episodes?.maxima;
    this.#missing = maxima === undefined || existsSync(maximaFile(this.#dir, maxima)) ? undefined : maxima;
  }

  list(): EpisodeList | undefined {
    const { learned, episodes, promise } = this.#manager;
    if (learned === undefined) return undefined;
    const closed = this.#closed(episodes);
    return { version: learned.version, promise, episodes: episodes?.list ?? [], ...(closed === undefined ? {} : { closed }) };
  }

  file(): string {
    const { version, content, maxima, list } = this.#open();
    const { text: promise } = content.calibration.promise;
    return writeEpisodes({ site: this.#siteName, calibration: maxima }, { version, promise, episodes: list });
  }

  read(file: string): readonly DecidedEpisode[] {
    const { maxima, list } = this.#open();
    return readEpisodes(file, maxima, list);
  }

  async apply(file: string, by: Actor): Promise<EpisodeList> {
    return await this.decide(this.read(file), by);
  }

  async decide(decisions: readonly DecidedEpisode[], by: Actor): Promise<EpisodeList> {
    if (this.#isBusy)
      throw new ScadaError('config', 'INPUT_INVALID', 'another review of the calibration is being applied', {
        hint: 'wait a few seconds and request the list again',
      });
    this.#isBusy = true;
    try {
      await this.#apply(decisions, by);
    } finally {
      this.#isBusy = false;
    }
    return this.list() as EpisodeList;
  }

  async #apply(decisions: readonly DecidedEpisode[], by: Actor): Promise<void> {
    const { version, content, maxima, list } = this.#open();
    const { episodes, changed } = decide(list, decisions, { by: by.role, at: this.#clock.now() });
    if (changed.length === 0) return;
    const { tags, budgetPerDay, positions } = this.#plan;
    const refitted = await refit({
      plan: { tags, budgetPerDay, ...(positions === undefined ? {} : { positions }) },
      dir: this.#dir,
      id: maxima,
      source: content.calibration.source,
      decided: episodes.filter(({ decided }) => decided !== undefined),
    });
    if (this.#site()?.version !== version)
      throw new ScadaError('config', 'INPUT_INVALID', 'a calibration has replaced the baseline meanwhile', {
        hint: 'request the list again',
      });
    const calibration = withBaselines(refitted.calibration, content.calibration);
    const baseline: Baseline = { ...content, calibration, episodes: { maxima, list: refitted.episodes } };
    const now = this.#clock.now();
    const next = saveBaseline(this.#state.baselines, baseline, now);
    carryReview(this.#state.baselines, version, next, now);
    const act = { ...by, time: now };
    for (const { before, after } of changed)
      this.#state.audit.append({
        ...act,
        action: 'episode.decided',
        object: after.id,
        before: before.decided?.as ?? 'undecided',
        after: after.decided?.as ?? 'undecided',
        reason: after.decided?.reason,
      });
    this.#state.audit.append({
      ...act,
      action: 'baseline.reviewed',
      object: `version ${next}`,
      before: `version ${version}`,
      after: decidedText(refitted.episodes),
    });
    this.#manager.reload();
    const { length } = changed;
    const about = `${length} ${length === 1 ? 'episode' : 'episodes'} of the calibration`;
    await this.#onChange(
      `Role ${by.role} decided about ${about}: now ${decidedText(refitted.episodes)}. Thresholds were set again.`,
    );
  }

  #site() {
    const known = siteBaseline(this.#state.baselines);
    return known !== undefined && fitsPlan(known.content, this.#plan) ? known : undefined;
  }

  #open() {
    const known = this.#site();
    const closed = known === undefined ? 'There is no baseline. Run scadawatch calibrate.' : this.#closed(known.content.episodes);
    const maxima = known?.content.episodes?.maxima;
    if (known === undefined || maxima === undefined || closed !== undefined)
      throw new ScadaError('config', 'INPUT_INVALID', `the calibration cannot be reviewed: ${closed ?? notKept}`);
    return { ...known, maxima, list: known.content.episodes?.list ?? [] };
  }

  #closed(episodes: StoredEpisodes | undefined): string | undefined {
    if (episodes === undefined)
      return 'An earlier version learned this baseline. Learn again (scadawatch calibrate) to get a review.';
    if (episodes.maxima === undefined) return episodes.withoutMaxima ?? notKept;
    if (episodes.maxima !== this.#missing) return undefined;
    return `${maximaFile(this.#dir, this.#missing)} is missing. Learn again (scadawatch calibrate) to get a review.`;
  }
}

const notKept =
  'The data for a review were not kept: there are too many channels, or the data directory could not be written. Learn again (scadawatch calibrate) to get a review.';

/** Thresholds of one calibration with the learned baselines of another one. */
export const withBaselines = (fitted: Calibration, learned: Calibration): Calibration => ({
  ...fitted,
  detectors: Object.fromEntries(
    Object.entries(learned.detectors).map(([name, { baseline }]) => [
      name,
      { thresholds: {}, ...fitted.detectors[name], baseline },
    ]),
  ),
});

/** `3 normal, 1 excluded`. */
export function decidedText(episodes: readonly Episode[]): string {
  const count = (as: string): number => episodes.filter(({ decided }) => decided?.as === as).length;
  return `${count('normal')} normal, ${count('exclude')} excluded`;
}
