import type { Episode } from '../../core/episodes.ts';
import { joinKey } from '../../core/join.ts';
import type { BudgetPromise, Calibration } from '../../detection/baseline/format.ts';
import { calibrationWithEpisodes, reviewed } from '../calibration/index.ts';
import { readMaxima } from '../job/kept.ts';
import { serveJob } from '../job/thread.ts';
import type { RefitJob, Refitted } from './refit.ts';
import { episodesText } from './summary.ts';

serveJob(async ({ plan, dir, id, source, decided }: RefitJob): Promise<Refitted> => {
  const learned = reviewed(await readMaxima(dir, id), decided);
  const { calibration, episodes } = calibrationWithEpisodes(learned, { ...plan, description: source });
  const remaining = (one: Episode): Episode[] => decided.filter((other) => isPart(one, other));
  const others = episodes((tag) => plan.tags[tag]?.name ?? '').filter((one) => {
    const parts = remaining(one);
    // an episode that now counts against the promise is more than what was decided about
    return parts.length === 0 || (one.lasting && parts.every(({ lasting, decided: mark }) => !lasting && mark?.as === 'normal'));
  });
  const kept = decided.filter((one) => !others.some((other) => isPart(other, one)));
  return { calibration: withConditions(calibration, kept), episodes: [...kept, ...others] };
});

/** True if an episode is what remains of another one. */
const isPart = (one: Episode, of: Episode): boolean => joinKey(one) === joinKey(of) && one.from < of.to && one.to > of.from;

/** The promise with the conditions that people set. */
function withConditions(calibration: Calibration, decided: readonly Episode[]): Calibration {
  const known = decided.filter(({ decided: mark, lasting }) => mark?.as === 'normal' && lasting).length;
  const excluded = decided.filter(({ decided: mark }) => mark?.as === 'exclude').length;
  const text =
    (known === 0
      ? ''
      : ` ${episodesText(known)} marked as normal ${known === 1 ? 'counts' : 'count'} as learned: operations of another new kind raise more.`) +
    (excluded === 0 ? '' : ` ${episodesText(excluded)} excluded.`);
  const conditional = <Promise extends BudgetPromise>(promise: Promise): Promise => ({ ...promise, text: promise.text + text });
  const { promise, positions } = calibration;
  return {
    ...calibration,
    promise: conditional(promise),
    ...(positions === undefined ? {} : { positions: positions.map(conditional) }),
  };
}
