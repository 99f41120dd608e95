import type { Episode } from '../../core/episodes.ts';
import type { Baseline } from '../../detection/baseline/format.ts';
import type { DetectionPlan } from '../../detection/plan/plan.ts';
import { refit } from './refit.ts';
import { withBaselines } from './reviewer.ts';

/** Reviews of the calibration in turn: thresholds that follow from one can leave other episodes. */
const mostReviews = 6;
const reviewedAlready =
  'This baseline is shipped with the lab and has been reviewed. To review your own, learn again (scadawatch calibrate).';

export interface AsNormalOptions {
  readonly plan: DetectionPlan;
  /** Folder of the block maxima. */
  readonly dir: string;
  /** Time of the review, ms UTC. */
  readonly at: number;
  /** Tags whose episodes stay undecided. */
  readonly undecided: readonly string[];
}

/** The baseline of a simulated plant after a review that marks episodes as normal, because the plant was simulated without a fault. */
export async function reviewedAsNormal(baseline: Baseline, { plan, dir, at, undecided }: AsNormalOptions): Promise<Baseline> {
  const { maxima = '', list } = baseline.episodes ?? { list: [] };
  const decided = { as: 'normal', by: 'administrator', at, reason: 'the plant was simulated without a fault' } as const;
  const isOpen = ({ decided: mark, tags }: Episode): boolean =>
    mark === undefined && !tags.some((tag) => undecided.includes(tag));
  let { calibration } = baseline;
  let episodes = list;
  for (let review = 0; review < mostReviews && episodes.some(isOpen); review++) {
    const marked = episodes.map((episode) => (isOpen(episode) ? { ...episode, decided } : episode));
    const known = marked.filter((episode) => episode.decided !== undefined);
    const after = await refit({ plan, dir, id: maxima, source: calibration.source, decided: known });
    calibration = withBaselines(after.calibration, calibration);
    episodes = after.episodes;
  }
  return { ...baseline, calibration, episodes: { withoutMaxima: reviewedAlready, list: episodes } };
}
