import type { Episode } from '../../../src/core/episodes.ts';
import { TagTable } from '../../../src/core/tag.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import type { DetectionPlan } from '../../../src/detection/plan/plan.ts';
import { calibrationWithEpisodes, type Learned, reviewed } from '../../../src/learning/calibration/index.ts';
import { record } from '../../../src/learning/job/record.ts';
import { learnPlan } from '../../../src/learning/job/shards.ts';
import type { BenchRow } from '../row.ts';
import { campaign } from './campaign.ts';
import { waterworksPlan } from './plant.ts';
import { startTime } from '../../support/plants.ts';

const dayMs = 86_400_000;
const scanMs = 10_000;
const learnedDays = 3;
const learnedSeed = 0x5eed;
const threads = 2;
/** Reviews after which episodes still appear are a fault of the review. */
const mostRounds = 5;

/** Plants that are judged, and hours of each. */
interface ReviewScale {
  readonly seeds: readonly number[];
  readonly hours: number;
}
const whole: ReviewScale = { seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], hours: 24 };
const small: ReviewScale = { seeds: [1], hours: 6 };

/**
 * The promise of three days of the waterworks before and after a review that marks each episode as normal, which is true of this plant, and the alerts
 * that both thresholds raise on other plants. A promise after the review that these do not keep is a fault of the review.
 */
export async function benchReview(
  quick = false,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const { seeds, hours } = quick ? small : whole;
  const plan = waterworksPlan(scanMs);
  say(`learning ${learnedDays} days … `);
  const tags = new TagTable(plan.tags);
  const from = startTime - learnedDays * dayMs;
  const source = { type: 'simulate' as const, plant: 'waterworks', seed: learnedSeed, from, to: startTime };
  const { recording, description } = await record(source, tags, () => {});
  const learned = await learnPlan(plan, recording, threads, () => {});
  const { before, after, decided, rounds } = reviewOf(learned, plan, description);
  say(`${before.promise.text}\n${after.promise.text}\n`);
  for (const { id, lasting, score, sentence } of decided) say(`${lasting ? 'counted' : 'covered'} ${id} ${score}: ${sentence}\n`);
  const raised: number[][] = [[], []];
  for (const seed of seeds) {
    const judged = await campaign(plan, [before, after], { seed, hours });
    judged.forEach((alerts, i) => raised[i]?.push((24 * alerts.length) / hours));
    say(`seed ${seed}: ${judged.map((alerts) => alerts.length).join(', ')} `);
  }
  const budget = plan.budgetPerDay;
  const rows = [before, after].flatMap(({ promise }, i): BenchRow[] => {
    const name = `review, ${i === 0 ? 'before' : 'after'}`;
    const perDay = raised[i] ?? [];
    return [
      { name: `${name}: promised`, value: promise.promised ? 1 : 0, unit: 'of 1', note: promise.text },
      {
        name: `${name}: alerts on other plants`,
        value: perDay.reduce((sum, one) => sum + one, 0) / perDay.length,
        unit: 'alerts/day',
        note: `${perDay.filter((one) => one <= budget).length} of ${seeds.length} plants within ${budget} a day; worst ${Math.max(...perDay)}`,
      },
    ];
  });
  const lasting = decided.filter((episode) => episode.lasting).length;
  return [
    ...rows,
    {
      name: 'review: episodes',
      value: decided.length,
      unit: 'episodes',
      note: `${lasting} count as learned, after ${rounds} reviews`,
    },
  ];
}

/** Marks every episode as normal, and those that appear then, until none is left against the promise. */
export function reviewOf(learned: Learned, plan: DetectionPlan, description: string) {
  const fitted = (decided: readonly Episode[]) => {
    const { calibration, episodes } = calibrationWithEpisodes(reviewed(learned, decided), { ...plan, description });
    return { calibration, open: episodes((tag) => plan.tags[tag]?.name ?? '') };
  };
  let [decided, rounds]: [Episode[], number] = [[], 0];
  const first = fitted(decided);
  let last: { readonly calibration: Calibration; readonly open: readonly Episode[] } = first;
  while (rounds < mostRounds && last.open.some(({ lasting }) => lasting)) {
    const known = new Set(decided.map(({ id }) => id));
    const added = last.open.filter(({ id }) => !known.has(id));
    decided = [...decided, ...added.map((one): Episode => ({ ...one, decided: { as: 'normal', by: 'bench', at: 0 } }))];
    last = fitted(decided);
    rounds++;
  }
  return { before: first.calibration, after: last.calibration, decided, rounds };
}
