import type { Episode } from '../episodes.ts';
import type { ReportScores, ReportSubject } from './index.ts';
import { type LabelledScore, stretches } from '../score.ts';

/** Format version. Raised with every change that affects readers of the file. */
const version = 1;

/**
 * JSON summary of a backtest for programs: subject, calibration, labelled stretches, episodes with their findings and overlapping
 * stretches, scores. Together with the rows of `--out`, other evaluation protocols can be computed.
 * Rows are numbered from 0 as in `--out`. Times are ISO 8601, both ends inclusive. Unknown values are null.
 * @param times ms UTC of each row
 */
export function summaryOf(
  subject: ReportSubject,
  times: readonly number[],
  episodes: readonly Episode[],
  scores: ReportScores | undefined,
): string {
  const { name, unit, learnedFrom, taughtRows, budgetPerDay, promise, unwatched, labels, every = 1 } = subject;
  const span = (firstRow: number, lastRow: number) => ({
    firstRow: firstRow * every,
    lastRow: lastRow * every,
    from: iso(times[firstRow]),
    to: iso(times[lastRow]),
  });
  const labelled = labels === undefined ? [] : stretches(labels, taughtRows);
  const judged = scores?.score.stretches ?? [];
  // the stretches are in `labelled`
  const figures = (score: LabelledScore) => ({ ...score, stretches: undefined });
  return `${JSON.stringify(
    {
      version,
      name,
      unit,
      rows: times.length,
      every,
      ...(times.length === 0 ? {} : span(0, times.length - 1)),
      taughtRows: taughtRows * every,
      learnedFrom,
      budgetPerDay,
      promise: promise ?? null,
      unwatched:
        unwatched === undefined
          ? null
          : {
              channels: unwatched.channels,
              count: unwatched.unwatched.length,
              list: unwatched.unwatched.map(({ watchedFrom, ...one }) => ({ ...one, watchedFrom: iso(watchedFrom) })),
            },
      labelled:
        labels === undefined
          ? null
          : labelled.map(([first, last], index) => ({ ...span(first, last), alarmAt: iso(judged[index]?.alarmAt) })),
      episodes: episodes.map(({ firstRow, lastRow, peak, findings }) => ({
        ...span(firstRow, lastRow),
        peak,
        labelled: labelled.flatMap(([first, last], index) => (first <= lastRow && last >= firstRow ? [index] : [])),
        findings: findings.map((finding) => ({
          detector: finding.detector,
          channel: finding.channel,
          tags: finding.tags,
          since: iso(finding.since),
          peak: finding.peak,
          text: finding.explanation.sentence,
        })),
      })),
      scores:
        scores === undefined
          ? null
          : Object.fromEntries(
              Object.entries({ scadawatch: scores.score, ...scores.trivial }).map(([of, score]) => [of, figures(score)]),
            ),
    },
    undefined,
    1,
  )}\n`;
}

const iso = (time: number | undefined): string | null =>
  time === undefined || !Number.isFinite(time) ? null : new Date(time).toISOString();
