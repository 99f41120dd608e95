import type { BenchRow } from '../row.ts';
import { tagCount, scanMs } from './plant.ts';
import { flood } from './run.ts';

const perSecond = 100;
const mb = 1_048_576;

type Outcome = Awaited<ReturnType<typeof flood>>;

/**
 * 100 alerts a second on a whole monitor with every notifier on, beside the same without notifiers. @param quick 10 s instead of a minute
 */
export async function benchNotify(quick: boolean): Promise<BenchRow[]> {
  const seconds = quick ? 10 : 60;
  const run = (withNotifiers: boolean, ends: boolean): Promise<Outcome> => flood({ seconds, perSecond, withNotifiers, ends });
  const alone = await run(false, false);
  const all = await run(true, false);
  const aloneEnding = await run(false, true);
  const ending = await run(true, true);
  const types = all.received.map(({ type }) => type).join(', ');
  const sent = all.raised.length;
  const row = (name: string, value: number, unit: string, note?: string): BenchRow => ({
    name: `notify: ${name}`,
    value,
    unit,
    ...(note === undefined ? {} : { note }),
  });
  /** A figure with every notifier on; the note has the one without. */
  const pair = (name: string, of: (one: Outcome) => number, unit: string, note: string): BenchRow[] => {
    const text = (value: number): string => String(Number(value.toPrecision(3)));
    const without = `without notifiers ${text(of(alone))}; if alerts end ${text(of(ending))}, without notifiers ${text(of(aloneEnding))}`;
    return [row(name, of(all), unit, note === '' ? without : `${note}; ${without}`)];
  };
  return [
    row('alerts that were not raised', seconds * perSecond - sent, 'alerts', `of ${seconds * perSecond}`),
    row('alerts that did not arrive', lostOf(all), 'alerts', `of ${sent} at each of ${types}`),
    row('alerts out of order', disorderOf(all), 'alerts', 'at receivers that get each change'),
    row('most messages within a minute', busiestOf(all), 'messages', 'of one receiver for people'),
    row('until the last one arrived', lastMsOf(all) / 1_000, 's', 'after the last alert'),
    ...pair('samples that are not stored', ({ due, stored }) => Math.max(0, due - stored), 'samples', `of ${all.due}`),
    ...pair('polls left out', ({ skippedPolls }) => skippedPolls, 'polls', `of ${all.due / tagCount}`),
    ...pair('longest delay of a poll', ({ longestDelayMs }) => longestDelayMs, 'ms', `polled each ${scanMs} ms`),
    // the median is the phase between polls and frames, which differs from run to run
    ...pair(
      'sample to page, p99 beyond the median',
      ({ pages }) => pages.ages.at(0.99) - pages.ages.at(0.5),
      'ms',
      `of ${all.pages.ages.total} frames`,
    ),
    ...pair('sample to page, longest', ({ pages }) => pages.ages.at(1), 'ms', ''),
    ...pair('wrong values on pages', ({ pages }) => pages.wrong, 'values', ''),
    ...pair('silent tags and skipped frames', ({ pages }) => pages.silent + pages.skipped, 'count', ''),
    ...pair('pages that lost their link', ({ pages }) => pages.lost, 'pages', ''),
    ...pair('health answers, p99', ({ pages }) => pages.answers.at(0.99), 'ms', ''),
    ...pair(
      'memory after the flood',
      ({ growth }) => growth / mb,
      'MB',
      'heap beyond that at a third of the time, after a collection',
    ),
    ...pair(
      'memory of the threads after the flood',
      ({ threadGrowth }) => threadGrowth / mb,
      'MB',
      'least heap of the last ten seconds beyond that of ten seconds after a third of the time',
    ),
    ...pair('main thread', ({ mainThread }) => mainThread, 'cores', 'CPU time while alerts are raised'),
    ...pair('process', ({ cores }) => cores, 'cores', 'the same with all threads'),
  ];
}

const lostOf = ({ received, raised }: Outcome): number =>
  received.reduce((sum, { ids }) => {
    const known = new Set(ids);
    return sum + raised.filter((id) => !known.has(id)).length;
  }, 0);

const disorderOf = ({ received }: Outcome): number =>
  received.filter((one) => one.getsEachChange).reduce((sum, { ids }) => sum + disorder(ids), 0);

const busiestOf = ({ received }: Outcome): number =>
  Math.max(0, ...received.filter((one) => !one.getsEachChange).map(({ busiestMinute }) => busiestMinute));

const lastMsOf = ({ received, endedAt }: Outcome): number =>
  Math.max(0, ...received.flatMap(({ lastAt }) => (lastAt === undefined ? [] : [lastAt - endedAt])));

/** Number of ids that come after a later one. */
function disorder(ids: readonly string[]): number {
  let last = '';
  return ids.filter((id) => {
    const isLate = id < last;
    last = isLate ? last : id;
    return isLate;
  }).length;
}
