import { formatDuration, formatNumber } from '../../../core/format.ts';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvField } from '../../../core/csv.ts';
import { toScadaError } from '../../../core/errors.ts';
import { EpisodeBook } from '../episodes.ts';
import { BacktestReport, type ReportScores, type ReportSubject } from './index.ts';
import { percent } from './words.ts';
import type { RowResult } from '../run.ts';
import { type LabelledScore, scoreRows, scoreTrivial } from '../score.ts';
import { summaryOf } from './summary.ts';

/** A running backtest and the subject of its results. */
export interface Judged {
  readonly subject: ReportSubject;
  readonly results: AsyncIterable<RowResult>;
}

interface Files {
  /** File for `row,score,alarm,top`. */
  readonly out?: string | undefined;
  readonly report?: string | undefined;
  /** File for the output of `summaryOf`. */
  readonly json?: string | undefined;
}

/**
 * Writes the results to the requested files. If judging fails, the results before the failure are still written.
 * @returns the scores if there are labels, one per line
 */
export async function writeResults({ subject, results }: Judged, files: Files, signal: AbortSignal): Promise<string[]> {
  const report = files.report === undefined ? undefined : new BacktestReport(subject);
  const { labels, every = 1 } = subject;
  const episodes = new EpisodeBook();
  const alarm = new Uint8Array(labels?.length ?? 0);
  const times: number[] = [];
  let failure: Error | undefined;
  async function* seen(): AsyncGenerator<RowResult> {
    try {
      for await (const result of results) {
        report?.see(result);
        episodes.see(result);
        times.push(result.time);
        if (labels !== undefined) alarm[result.row] = result.alarm ? 1 : 0;
        yield result;
      }
    } catch (thrown) {
      failure = toScadaError(thrown);
    }
  }
  if (files.out === undefined) for await (const _ of seen());
  else await pipeline(Readable.from(linesOf(seen(), every)), createWriteStream(files.out), { signal });
  if (failure !== undefined) throw failure;
  const scores: ReportScores | undefined =
    labels === undefined
      ? undefined
      : {
          score: scoreRows(alarm, labels, times, subject.taughtRows),
          trivial: scoreTrivial(alarm, labels, times, subject.taughtRows),
        };
  if (report !== undefined && files.report !== undefined) await writeFile(files.report, await report.page(scores));
  if (files.json !== undefined) await writeFile(files.json, summaryOf(subject, times, episodes.episodes(), scores));
  if (scores === undefined) return [];
  return Object.entries({ scadawatch: scores.score, ...scores.trivial }).map(([name, score]) => scoreWords(name, score));
}

const scoreWords = (name: string, score: LabelledScore): string =>
  `${`${name}:`.padEnd(12)} precision ${percent(score.precision)}, recall ${percent(score.recall)}, F1 ${formatNumber(score.f1)}; ` +
  `${score.detected} of ${score.events} stretches, median delay ${formatDuration(score.delayMs, '–')}; ` +
  `${formatNumber(score.falsePerDay)} false episodes a day`;

async function* linesOf(results: AsyncIterable<RowResult>, every: number): AsyncGenerator<string> {
  yield 'row,score,alarm,top\n';
  for await (const { row, score, alarm, top } of results) {
    const shares = top.map(({ tag, share }) => `${tag}:${share.toFixed(3)}`).join(';');
    yield `${row * every},${Number(score.toPrecision(6))},${alarm ? 1 : 0},${csvField(shares)}\n`;
  }
}
