import type { Alert } from '../../../src/core/alert.ts';
import type { Plant } from '../../../src/core/plant.ts';
import { Random } from '../../../src/core/random.ts';
import { type Credits, type Delays, delaysOf, raisersOf } from '../ablation.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { type BenchRow, median } from '../row.ts';
import { campaigns } from '../waterworks/campaign.ts';
import { learnWaterworks, startTime, waterworksPlan } from '../waterworks/plant.ts';
import { type Benign, benign, type Case, caseKinds, cases, type Hand } from './cases.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const learnedSeed = 0x5eed;
/** Draws the plant and the hour of each case. */
const drawSeed = 0xe7e;
/** Hours before each case: long enough for every window of a detector. */
const warmHours = 2;

/** How much is learned and judged. */
interface EverydayScale {
  readonly learnedDays: readonly number[];
  readonly cases: readonly Case[];
  readonly benign: readonly Benign[];
}

const whole: EverydayScale = { learnedDays: [1, 3, 10], cases, benign };
const small: EverydayScale = {
  learnedDays: [1],
  cases: cases.filter((_, i) => i % 6 === 0),
  benign: benign.filter((_, i) => i % 4 === 0),
};

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

/** Alerts of one ordinary event. */
interface Quiet {
  readonly of: Benign;
  readonly alerts: readonly Alert[];
}

/**
 * Faults and attacks that nobody tunes for, by class, on plants and at hours that are drawn, polled at the shipped periods: what share is found
 * after 1, 3 and 10 learned days at the shipped alarm budget, how soon, at which place, and in which words. Ordinary events must raise nothing.
 */
export async function benchEveryday(
  quick = false,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const scale = quick ? small : whole;
  const plan = waterworksPlan();
  const learnings: Calibration[][] = [];
  for (const days of scale.learnedDays) {
    say(`learning ${days} days … `);
    learnings.push([(await learnWaterworks(plan, learnedSeed, days)).calibration]);
  }
  const draw = new Random(drawSeed);
  const verdicts: Verdict[][] = scale.learnedDays.map(() => []);
  const quiet: Quiet[][] = scale.learnedDays.map(() => []);
  for (const of of scale.cases) {
    say(`${of.what} … `);
    const { onset, alerts } = await play(of);
    alerts.forEach((some, i) => verdicts[i]?.push(judge(of, some, onset)));
  }
  for (const of of scale.benign) {
    say(`${of.what} … `);
    (await play(of)).alerts.forEach((some, i) => quiet[i]?.push({ of, alerts: some }));
  }
  return scale.learnedDays.flatMap((days, i) => rowsOf(days, verdicts[i] ?? [], quiet[i] ?? []));

  async function play(one: Benign): Promise<{ readonly onset: number; readonly alerts: readonly (readonly Alert[])[] }> {
    const random = draw.fork(one.what);
    const hour = one.hour ?? Math.floor(24 * random.next());
    const onset = startTime - (startTime % dayMs) + hour * hourMs;
    const from = onset - warmHours * hourMs;
    const seed = 1_000 + Math.floor(1_000 * random.next());
    const hours = warmHours + (one.hours ?? 1);
    const told = await campaigns(plan, learnings, { seed, hours, from, falsify: handOf(one, onset, random) });
    return { onset, alerts: told.map(([alerts = []]) => alerts.filter(({ raisedAt }) => raisedAt >= onset)) };
  }
}

/** Gives a case its hand on the plant in each second from the onset on. */
export function handOf(one: Benign, onset: number, random: Random): (plant: Plant) => void {
  const step = one.begin();
  const places = new Map<string, number>();
  let first: Float64Array | undefined;
  return (plant) => {
    if (plant.time < onset) return;
    if (places.size === 0) plant.points.forEach(({ name }, index) => places.set(name, index));
    const index = (point: string): number => {
      const found = places.get(point);
      if (found === undefined) throw new Error(`the waterworks have no point ${point}`);
      return found;
    };
    first ??= plant.registers.slice();
    const started = first;
    const hand: Hand = {
      plant,
      random,
      second: Math.round((plant.time - onset) / 1000),
      atOnset: (point) => started[index(point)] as number,
      read: (point) => plant.registers[index(point)] as number,
      show: (point, value, resolution) => {
        plant.registers[index(point)] = resolution === undefined ? value : Math.round(value / resolution) * resolution;
      },
      write: (point, value) => plant.write(index(point), value),
      act: (name, value) => plant.act(value === undefined ? { type: 'act', name } : { type: 'act', name, value }),
    };
    step(hand);
  };
}

const isAt = ({ at }: Case, { equipment, device, tags }: Alert): boolean =>
  at.includes(equipment) ||
  at.includes(device ?? '') ||
  tags.some((tag) => at.some((one) => tag === one || tag.startsWith(`${one}.`)));

function judge(of: Case, raised: readonly Alert[], onset: number): Verdict {
  const alerts = raised.toSorted((a, b) => a.raisedAt - b.raisedAt);
  const [first] = alerts;
  const right = alerts.find((alert) => isAt(of, alert));
  return {
    of,
    delay: right === undefined ? undefined : Math.max(0, right.raisedAt - onset),
    rightPlace: first !== undefined && first === right,
    rightWords: right !== undefined && of.says.test(`${right.title} ${right.explanation.sentence}`),
    told: (right ?? first)?.title ?? '–',
    delays: delaysOf(
      alerts.filter((alert) => isAt(of, alert)).flatMap(({ findings }) => findings),
      onset,
    ),
  };
}

function rowsOf(days: number, verdicts: readonly Verdict[], quiet: readonly Quiet[]): BenchRow[] {
  const name = `everyday, ${days} ${days === 1 ? 'day' : 'days'}`;
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
  ];
}

const toldOf = ({ of, delay, told }: Verdict): string =>
  delay === undefined ? `${of.what}: missed` : `${of.what}: ${told} after ${(delay / 60_000).toFixed(1)} min`;

const creditsOf = (suite: string, verdicts: readonly Verdict[], quiet: readonly Quiet[]): Credits => ({
  suite,
  labelled: verdicts.map(({ of, delays }) => ({ what: of.what, delays })),
  falsely: quiet.flatMap(({ alerts }) => alerts.map(raisersOf)),
});
