import type { Plant } from '../../../src/core/plant.ts';
import { Random } from '../../../src/core/random.ts';
import { TagTable } from '../../../src/core/tag.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import { unwatchedChannels } from '../../../src/learning/calibration/unwatched.ts';
import type { BenchOptions } from '../options.ts';
import type { BenchRow } from '../row.ts';
import { AnnouncedWork } from '../incidents/announced-work.ts';
import { campaigns } from '../waterworks/campaign.ts';
import { learnPlant, planOf, startTime } from '../../support/plants.ts';
import type { Benign, EverydayPlant, Hand } from './case.ts';
import { KeptResults, keptAlert, sourceHash } from './kept.ts';
import { gasLineCases } from './gas-line.ts';
import { reactorCases } from './reactor.ts';
import { robotCellCases } from './robot-cell.ts';
import { substationCases } from './substation.ts';
import { rowsOf } from './verdicts.ts';
import { waterworksCases } from './waterworks.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const learnedSeed = 0x5eed;
/** Draws the plant and the hour of each case. */
const drawSeed = 0xe7e;
/** Hours before each case: long enough for every window of a detector. */
const warmHours = 2;
/** Hours for which the plant has run before: a real monitor meets a plant that runs. */
const settledHours = 6;
const keptFolder = '.bench/everyday';

export const everydayPlants: readonly EverydayPlant[] = [
  waterworksCases,
  substationCases,
  robotCellCases,
  gasLineCases,
  reactorCases,
];

/** A plant by its type. @throws Error that lists those with cases */
function everydayOf(type: string): EverydayPlant {
  const found = everydayPlants.find(({ plugin }) => plugin.type === type);
  if (found !== undefined) return found;
  throw new Error(`everyday has no cases of ${type}, only of ${everydayPlants.map(({ plugin }) => plugin.type).join(', ')}`);
}

/** A small part of the cases and ordinary events. */
const smallOf = ({ cases, benign, ...plant }: EverydayPlant): EverydayPlant => ({
  ...plant,
  cases: cases.filter((_, i) => i % 6 === 0),
  benign: benign.filter((_, i) => i % 4 === 0),
});

/**
 * Faults and attacks that nobody tunes for, by class, on plants and at hours that are drawn: what share is found after 1, 3 and 10 learned
 * days at the shipped alarm budget, how soon, at which place, and in which words. Ordinary events must raise nothing. Finished cases and
 * calibrations are kept in `.bench/everyday` until the code changes: an interrupted run continues there.
 */
export async function benchEveryday(
  { quick, days, periodMs, part, plant = 'waterworks' }: BenchOptions,
  say: (text: string) => void = (text) => void process.stderr.write(text),
): Promise<BenchRow[]> {
  const whole = everydayOf(plant);
  const { plugin, season, cases, benign } = quick ? smallOf(whole) : whole;
  const plan = planOf(plugin, periodMs);
  const learnedDays = days ?? (quick ? [1] : [1, 3, 10]);
  const period = periodMs === undefined ? 'shipped' : `${periodMs / 1000}s`;
  const kept = new KeptResults(keptFolder, sourceHash('everyday'), `${plant}-${period}`);
  const learned = new Map<number, Calibration>();
  const all = [...cases, ...benign];
  for (const one of part === undefined ? all : all.filter((_, i) => i % part.of === part.number - 1)) await play(one);
  const playedOf = <T extends Benign>(all: readonly T[], after: number) =>
    all.flatMap((of) => {
      const played = kept.played(after, of.what);
      return played === undefined ? [] : [{ of, played }];
    });
  const place = whole === waterworksCases ? '' : `${plant} `;
  const label = periodMs === undefined ? '' : ` at ${period}`;
  const rows: BenchRow[] = [];
  for (const after of learnedDays) {
    const named = `${place}${after} ${after === 1 ? 'day' : 'days'}${label}`;
    rows.push(...rowsOf(named, playedOf(cases, after), playedOf(benign, after)));
    rows.push(unwatchedRow(named, plan, await calibrationOf(after)));
  }
  return rows;

  /** Plays a case under those calibrations that have not judged it yet. */
  async function play(one: Benign): Promise<void> {
    const missing = learnedDays.filter((after) => kept.played(after, one.what) === undefined);
    if (missing.length === 0) return;
    const learnings: Calibration[] = [];
    for (const after of missing) learnings.push(await calibrationOf(after));
    say(`${one.what} … `);
    const random = new Random(drawSeed).fork(one.what);
    const hour = one.hour ?? Math.floor(24 * random.next());
    const onset = startTime - (startTime % dayMs) + hour * hourMs;
    const from = onset - warmHours * hourMs;
    const seed = 1_000 + Math.floor(1_000 * random.next());
    const hours = warmHours + (one.hours ?? 1);
    const falsify = handOf(one, onset, random);
    const works = new AnnouncedWork([{ id: one.what, maintenance: one.maintenance }], onset, new TagTable(plan.tags));
    const told = await campaigns(
      plan,
      learnings.map((calibration) => [calibration]),
      { plugin, season, seed, hours, from, settledHours, falsify, works },
    );
    told.forEach(([alerts = []], i) => {
      kept.keep({
        days: missing[i] as number,
        what: one.what,
        from,
        onset,
        alerts: alerts.filter((alert) => !works.expects(alert)).map(keptAlert),
      });
    });
  }

  async function calibrationOf(after: number): Promise<Calibration> {
    const known = learned.get(after);
    if (known !== undefined) return known;
    const calibration = await kept.calibration(after, async () => {
      say(`learning ${after} days … `);
      return (await learnPlant(plan, { plugin, season, seed: learnedSeed, days: after })).calibration;
    });
    learned.set(after, calibration);
    return calibration;
  }
}

/** Share of the channels that no threshold watches, with their causes. */
function unwatchedRow(named: string, plan: DetectionPlan, calibration: Calibration): BenchRow {
  const detectors = detectorFactories(plan).map((factory) => ({
    name: factory.name,
    plugin: factory.plugin,
    channels: factory.create().channels,
  }));
  const tags = plan.tags.map(({ name }) => name);
  const { channels, unwatched, wider } = unwatchedChannels(detectors, tags, calibration);
  const byCause = Map.groupBy(unwatched, ({ cause, detector }) => `${cause} (${detector})`);
  const causes = [...byCause].map(([cause, some]) => `${cause}: ${some.map(({ channel }) => channel).join(' ')}`).join('; ');
  return {
    name: `everyday, ${named}, unwatched channels`,
    value: Number(((100 * unwatched.length) / channels).toFixed(2)),
    unit: '%',
    note: `${unwatched.length} of ${channels}; ${wider} further ones are modes whose tags the channel of all modes watches; ${causes}`,
  };
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
      if (found === undefined) throw new Error(`the plant has no point ${point}`);
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
