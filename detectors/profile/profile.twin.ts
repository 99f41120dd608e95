import { type Sample, stretches, twinGrade } from '../../test/support/detectors.ts';

export interface TwinSettings {
  readonly timeZone: string;
  readonly scanMs: number;
  readonly spanMs: number;
  readonly minDays: number;
  readonly explained: number;
}

/** A recent mean, with its time and its slot in the week. */
export interface Point {
  readonly time: number;
  readonly mean: number;
  readonly date: string;
  readonly hour: number;
  readonly rest: boolean;
}

type Hour = Omit<Point, 'time'>;

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value / values.length, 0);

/** The counted recent means of a stream. */
export function pointsOf(samples: readonly Sample[], { timeZone, scanMs, spanMs }: TwinSettings): Point[] {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
  });
  return stretches(samples, scanMs).flatMap((stretch) => {
    const since = stretch[0]?.time ?? 0;
    return stretch.flatMap(({ time }, i): Point[] => {
      if (time - since < spanMs) return [];
      // each sample is weighted by its duration, and less with increasing age
      const mean = stretch.slice(0, i + 1).reduce((sum, { time: at, value }, k) => {
        const own = k === 0 ? 1 : 1 - Math.exp(-(at - (stretch[k - 1]?.time ?? 0)) / spanMs);
        return sum + value * own * Math.exp(-(time - at) / spanMs);
      }, 0);
      const parts = Object.fromEntries(wall.formatToParts(time).map(({ type, value }) => [type, value]));
      const rest = ['Sat', 'Sun'].includes(parts['weekday'] ?? '');
      return [{ time, mean, date: `${parts['year']}-${parts['month']}-${parts['day']}`, hour: Number(parts['hour']), rest }];
    });
  });
}

/** Means of the hours, each over the consecutive points within it. */
function hoursOf(points: readonly Point[]): Hour[] {
  const groups: Point[][] = [];
  for (const point of points) {
    const last = groups.at(-1)?.at(-1);
    if (last?.date === point.date && last.hour === point.hour) groups.at(-1)?.push(point);
    else groups.push([point]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, mean: average(group.map(({ mean }) => mean)) }];
  });
}

/** Baseline of the detector from all learned data at once, and its surprises for other points. */
export function twin(
  known: readonly Point[],
  { minDays, explained: least }: TwinSettings,
): { readonly kind: string; readonly judge: (points: readonly Point[]) => { time: number; surprise: number }[] } {
  const hours = hoursOf(known);
  const errors = hours.flatMap((hour, i) => {
    const before = hours.slice(0, i);
    const alike = before.filter((other) => other.hour === hour.hour);
    const ofKind = alike.filter((other) => other.rest === hour.rest);
    if (ofKind.length === 0) return [];
    const error = (others: readonly Hour[]): number => (hour.mean - average(others.map(({ mean }) => mean))) ** 2;
    return [{ constant: error(before), day: error(alike), week: error(ofKind) }];
  });
  const total = (of: 'constant' | 'day' | 'week'): number => errors.reduce((sum, error) => sum + error[of], 0);
  const days = new Set(hours.map(({ date }) => date));
  const restDays = new Set(hours.filter(({ rest }) => rest).map(({ date }) => date));
  const weekly = restDays.size >= 4 && total('week') < 0.8 * total('day');
  const error = total(weekly ? 'week' : 'day');
  // rounding errors of sums do not count as errors
  const explained = total('constant') > 1e-12 ? 1 - error / total('constant') : 0;
  if (days.size < minDays || explained < least) return { kind: 'none', judge: () => [] };
  const means = known.map(({ mean }) => mean);
  const span = Math.max(...means) - Math.min(...means);
  const slack = Math.max(Math.sqrt(error / Math.max(1, errors.length)), 0.01 * span);
  const bands = new Map<string, { readonly low: number; readonly high: number } | undefined>();
  const bandOf = ({ hour, rest }: Point) => {
    const alike = (one: Hour): boolean => !weekly || one.rest === rest;
    const here = (one: Hour): boolean => one.hour === hour && alike(one);
    const isNear = (one: Hour): boolean => [0, 1, 23].includes((one.hour - hour + 24) % 24) && alike(one);
    const band = known.filter(isNear).map((one) => one.mean);
    return hours.filter(here).length < Math.min(4, minDays) ? undefined : { low: Math.min(...band), high: Math.max(...band) };
  };
  const judgeOne = (point: Point): { time: number; surprise: number }[] => {
    const key = `${point.hour} ${point.rest}`;
    if (!bands.has(key)) bands.set(key, bandOf(point));
    const { low, high } = bands.get(key) ?? { low: 0, high: Number.NaN };
    const width = (high - low) / 2 + slack;
    return width > 0 ? [{ time: point.time, surprise: twinGrade(Math.abs(point.mean - (low + high) / 2) / width) }] : [];
  };
  return { kind: weekly ? 'week' : 'day', judge: (points) => points.flatMap(judgeOne) };
}
