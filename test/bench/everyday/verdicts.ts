import { type Credits, type Delays, delaysOf, raisersOf } from '../ablation.ts';
import { type BenchRow, median } from '../row.ts';
import { type Benign, type Case, caseKinds } from './case.ts';
import type { KeptAlert, Played } from './kept.ts';

const dayMs = 86_400_000;

/** Result of one case under one calibration. */
interface Verdict {
  readonly of: Case;
  /** Time from the onset to the first finding of the first alert at the right place, ms; undefined if there is none. */
  readonly delay: number | undefined;
  /** True if the first alert after the onset is at the right place. */
  readonly rightPlace: boolean;
  /** True if the title or the sentence of that alert has the words that the case expects. */
  readonly rightWords: boolean;
  readonly told: string;
  /** First delay of each detector there. */
  readonly delays: Delays;
}

/** A case, and what one calibration said of it. */
interface Judged<T extends Benign> {
  readonly of: T;
  readonly played: Played;
}

/** Alerts of one ordinary event. */
interface Quiet {
  readonly of: Benign;
  readonly alerts: readonly KeptAlert[];
}

const raisedAfter = ({ alerts, onset }: Played): KeptAlert[] =>
  alerts.filter(({ raisedAt }) => raisedAt >= onset).toSorted((a, b) => a.raisedAt - b.raisedAt);

const isAt = ({ at }: Case, { equipment, device, tags }: KeptAlert): boolean =>
  at.includes(equipment) ||
  at.includes(device ?? '') ||
  tags.some((tag) => at.some((one) => tag === one || tag.startsWith(`${one}.`)));

function judge({ of, played }: Judged<Case>): Verdict {
  const { onset } = played;
  const alerts = raisedAfter(played);
  const [first] = alerts;
  const right = alerts.find((alert) => isAt(of, alert));
  return {
    of,
    delay: right === undefined ? undefined : Math.max(0, right.raisedAt - onset),
    rightPlace: first !== undefined && first === right,
    rightWords: right !== undefined && of.says.test(`${right.title} ${right.sentence}`),
    told: (right ?? first)?.title ?? '–',
    delays: delaysOf(
      alerts.filter((alert) => isAt(of, alert)).flatMap(({ findings }) => findings),
      onset,
    ),
  };
}

/** The rows of one calibration. */
export function rowsOf(label: string, faults: readonly Judged<Case>[], ordinary: readonly Judged<Benign>[]): BenchRow[] {
  const name = `everyday, ${label}`;
  const verdicts = faults.map(judge);
  const quiet = ordinary.map(({ of, played }): Quiet => ({ of, alerts: raisedAfter(played) }));
  const found = verdicts.filter(({ delay }) => delay !== undefined);
  const share = (part: readonly unknown[], all: readonly unknown[]): number => Number((part.length / all.length).toFixed(3));
  const missed = verdicts.filter(({ delay }) => delay === undefined).map(({ of }) => of.what);
  const raised = quiet.filter(({ alerts }) => alerts.length > 0);
  const misplaced = found.filter(({ rightPlace }) => !rightPlace);
  const misworded = found.filter(({ rightWords }) => !rightWords);
  const minutes = median(found.map(({ delay = 0 }) => delay / 60_000));
  return [
    {
      name: `${name}, recall`,
      value: share(found, verdicts),
      unit: `of ${verdicts.length}`,
      note: `missed: ${missed.join('; ') || 'none'}`,
    },
    ...caseKinds.flatMap((kind) => {
      const of = verdicts.filter((one) => one.of.kind === kind);
      if (of.length === 0) return [];
      return [
        {
          name: `${name}, ${kind}`,
          value: of.filter(({ delay }) => delay !== undefined).length,
          unit: `of ${of.length}`,
          note: of.map(toldOf).join('; '),
        },
      ];
    }),
    {
      name: `${name}, first at the right place`,
      value: share(
        found.filter(({ rightPlace }) => rightPlace),
        found,
      ),
      unit: 'of found',
      note: misplaced.map(toldOf).join('; '),
    },
    {
      name: `${name}, leading words`,
      value: share(
        found.filter(({ rightWords }) => rightWords),
        found,
      ),
      unit: 'of found',
      note: misworded.map(toldOf).join('; '),
    },
    { name: `${name}, delay`, value: Number(minutes.toFixed(2)), unit: 'min, median' },
    {
      name: `${name}, benign quiet`,
      value: share(
        quiet.filter(({ alerts }) => alerts.length === 0),
        quiet,
      ),
      unit: `of ${quiet.length}`,
      note: raised.map(({ of, alerts }) => `${of.what}: ${alerts.map(({ title }) => title).join(', ')}`).join('; '),
      credits: [creditsOf(name, verdicts, quiet)],
    },
    falseAlertsOf(name, faults, ordinary),
  ];
}

/** Alerts in the hours before every onset and during the ordinary events, by day. */
function falseAlertsOf(name: string, faults: readonly Judged<Case>[], ordinary: readonly Judged<Benign>[]): BenchRow {
  const before = [...faults, ...ordinary].map(({ played: { alerts, from, onset } }) => ({
    days: (onset - from) / dayMs,
    alerts: alerts.filter(({ raisedAt }) => raisedAt < onset),
  }));
  const during = ordinary.map(({ of: { hours = 1 }, played }) => ({ days: hours / 24, alerts: raisedAfter(played) }));
  const parts = [...before, ...during];
  const days = parts.reduce((sum, part) => sum + part.days, 0);
  const alerts = parts.flatMap((part) => part.alerts);
  return {
    name: `${name}, false alerts`,
    value: Number((alerts.length / days).toFixed(2)),
    unit: 'per day',
    note: `${alerts.length} in ${days.toFixed(1)} days: ${alerts.map(({ title }) => title).join('; ')}`,
  };
}

const toldOf = ({ of, delay, told }: Verdict): string =>
  delay === undefined ? `${of.what}: missed` : `${of.what}: ${told} after ${(delay / 60_000).toFixed(1)} min`;

const creditsOf = (suite: string, verdicts: readonly Verdict[], quiet: readonly Quiet[]): Credits => ({
  suite,
  labelled: verdicts.map(({ of, delays }) => ({ what: of.what, delays })),
  falsely: quiet.flatMap(({ alerts }) => alerts.map(raisersOf)),
});
