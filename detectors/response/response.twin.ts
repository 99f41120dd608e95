import { counting, type Sample } from '../../test/support/detectors.ts';

const scanMs = 1_000;
const horizons = 8;
const kept = 16;
/** Half a percent of a range of 200. */
const step = 1;
const nat = Math.log(1_000);

/** A counted sample; both tags may have one at the same time, the driver's is first. */
interface Read {
  readonly time: number;
  readonly value: number;
  readonly gap: boolean;
}

/** A change of the driver, and the last instant of the answer to it. */
interface Step {
  readonly kind: string;
  readonly at: number;
  /** Samples of the measurement while nothing else happened, from the step on. */
  readonly after: readonly Read[];
  readonly before: number;
}

/** A driver (tag 0) and a measurement (tag 1) of one equipment, each read once a second. */
class Past {
  readonly driver: readonly Read[];
  readonly answer: readonly Read[];

  constructor(samples: readonly Sample[]) {
    const of = (tag: number): Read[] => counting(samples.filter((sample) => (sample.tag ?? 0) === tag));
    [this.driver, this.answer] = [of(0), of(1)];
  }

  /** Changes of the driver, and its first samples after gaps, which may hide a change. */
  touches(): { readonly at: number; readonly kind: string | undefined }[] {
    return this.driver.flatMap((read, i): { readonly at: number; readonly kind: string | undefined }[] => {
      const last = this.driver[i - 1];
      if (last === undefined || read.gap) return [{ at: read.time, kind: undefined }];
      return read.value === last.value ? [] : [{ at: read.time, kind: `${last.value}>${read.value}` }];
    });
  }

  /** Samples of the measurement in the stretch of a sample, up to it. */
  stretch(index: number): readonly Read[] {
    const begin = this.answer.findLastIndex((read, i) => i <= index && read.gap);
    return this.answer.slice(begin, index + 1);
  }

  isKnown(time: number): boolean {
    const last = this.driver.findLast((read) => read.time <= time);
    return last !== undefined && time - last.time <= 3 * scanMs;
  }

  steps(): Step[] {
    const touches = this.touches();
    return touches.flatMap(({ at, kind }, i): Step[] => {
      const next = touches[i + 1]?.at ?? Number.POSITIVE_INFINITY;
      const last = this.answer.findLastIndex(({ time }) => time < at);
      if (kind === undefined || last < 0) return [];
      const earlier = this.stretch(last)
        .slice(-kept)
        .filter(({ time }) => time <= at - scanMs)
        .slice(-4);
      const newest = earlier.at(-1);
      if (newest === undefined || at - scanMs - newest.time > 2 * scanMs) return [];
      const later = this.answer.filter(({ time }) => time >= at && time < next);
      const end = later.findIndex(({ time, gap }) => gap || !this.isKnown(time));
      const before = earlier.reduce((sum, { value }) => sum + value, 0) / earlier.length;
      return [{ kind, at, after: end < 0 ? later : later.slice(0, end), before }];
    });
  }

  /** The move that is judged at each sample of the measurement: four samples, two samples ago; none near a touch. */
  moves(): ({ readonly time: number; readonly move: number; readonly from: number } | undefined)[] {
    const touches = this.touches().map(({ at }) => at);
    return this.answer.map(({ time }, i) => {
      const past = this.stretch(i);
      const [end, begin] = [past.at(-3), past.at(-7)];
      if (end === undefined || begin === undefined || !this.isKnown(time)) return undefined;
      const last = touches.findLast((at) => at <= time) ?? Number.NEGATIVE_INFINITY;
      return begin.time - last > 64 * scanMs ? { time, move: end.value - begin.value, from: begin.value } : undefined;
    });
  }
}

/** The horizon that each sample after a step reaches; undefined if it is between two, or later than the instant. */
function reached({ at, after }: Step): (number | undefined)[] {
  const of = (time: number): number => Math.min(horizons - 1, Math.floor(Math.log2((time - at) / scanMs)));
  return after.map(({ time }, i) => {
    const [now, last] = [of(time), after[i - 1] === undefined ? -1 : of((after[i - 1] as Read).time)];
    return now >= 0 && now > last && (time - at) / scanMs < 1.5 * 2 ** now ? now : undefined;
  });
}

interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return { n, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) };
}

/** −ln of the density of Student's t over that at 0, in units of ln 1000. */
function shortfall({ n, mean, variance }: Moments, value: number, direction: number): number {
  const z = (direction * (mean - value)) / Math.sqrt(variance * (1 + 1 / n) + step ** 2);
  return z > 0 ? ((n / 2) * Math.log(1 + Math.min(z, 1e6) ** 2 / (n - 1))) / nat : 0;
}

function beyond(learned: readonly number[], value: number, unit: number): number {
  const top = learned.toSorted((a, b) => b - a).slice(0, 5);
  if (top.length === 0 || !(value > 0)) return 0;
  const largest = Math.max(unit, top[0] ?? 0);
  if (value <= largest) return ((Math.LN2 / nat) * value) / largest;
  const others = Math.max(1, top.length - 1);
  const margin = unit + top.slice(0, -1).reduce((sum, one) => sum + one - (top.at(-1) ?? 0), 0) / others;
  return (Math.LN2 + others * Math.log(1 + (value - largest) / (margin * others))) / nat;
}

type Twin = (scored: readonly Sample[]) => { time: number; surprise: number }[];

export function twin(learned: readonly Sample[]): Twin {
  const past = new Past(learned);
  const steps = past.steps();
  const answers = (kind: string, horizon: number): { readonly change: Moments; readonly level: Moments } => {
    const found = steps
      .filter((one) => one.kind === kind)
      .flatMap((one) =>
        reached(one).flatMap((at, i) => (at === horizon ? [{ value: one.after[i]?.value ?? 0, before: one.before }] : [])),
      );
    return {
      change: momentsOf(found.map(({ value, before }) => value - before)),
      level: momentsOf(found.map(({ value }) => value)),
    };
  };
  const table = new Map<string, ReturnType<typeof answers>>();
  for (const kind of new Set(steps.map((one) => one.kind)))
    for (let horizon = 0; horizon < horizons; horizon++) table.set(`${kind} ${horizon}`, answers(kind, horizon));
  const surprise = (kind: string, horizon: number, change: number, level: number): number => {
    const known = table.get(`${kind} ${horizon}`);
    if (known === undefined || known.change.n < 2) return 0;
    const direction = known.change.mean < 0 ? -1 : 1;
    return Math.min(shortfall(known.change, change, direction), shortfall(known.level, level, direction));
  };
  const isJudged = (kind: string, horizon: number): boolean => {
    const known = table.get(`${kind} ${horizon}`);
    return known !== undefined && known.change.n >= 4 && surprise(kind, horizon, 0, known.level.mean - known.change.mean) >= 1.5;
  };
  const judged = [...table].filter(([key]) =>
    isJudged(...(key.split(' ').map((part, i) => (i === 1 ? Number(part) : part)) as [string, number])),
  );
  const all = past.moves().flatMap((one) => (one === undefined ? [] : [one.move]));
  const blocks = Array.from({ length: Math.ceil(all.length / 64) }, (_, i) => all.slice(64 * i, 64 * i + 64));
  const rises = blocks.map((block) => Math.max(0, ...block));
  const falls = blocks.map((block) => Math.max(0, ...block.map((move) => -move)));
  const moveSurprise = (move: number): number => beyond(move > 0 ? rises : falls, Math.abs(move), step);
  /** True if the driver, by leaving its state, has a judged answer in this direction that is far larger than any other move. */
  const isTold = (state: number, move: number): boolean =>
    judged.some(([key, { change }]) => {
      const largest = Math.max(...(change.mean > 0 ? rises : falls));
      const isClear = blocks.length >= 5 && largest < 0.5 * Math.abs(change.mean);
      return key.startsWith(`${state}>`) && change.mean > 0 === move > 0 && isClear;
    });

  return (scored) => {
    if (judged.length === 0) return [];
    const now = new Past(scored);
    const open = now.steps();
    const moves = now.moves();
    const touches = now.touches().map(({ at }) => at);
    let held = { surprise: 0, from: 0 };
    return now.answer.map(({ time, value, gap }, index) => {
      const present = open.find(({ after }) => after.some((read) => read.time === time));
      const ofStep = present === undefined ? 0 : answerSurprise(present, time);
      const before = now.answer[index - 1]?.time ?? Number.NEGATIVE_INFINITY;
      if (gap || touches.some((at) => at > before && at <= time)) held = { surprise: 0, from: 0 };
      const move = moves[index];
      if (move !== undefined) {
        if (held.surprise > 0) held = { ...held, surprise: Math.min(held.surprise, moveSurprise(value - held.from)) };
        const fresh = moveSurprise(move.move);
        const state = now.driver.findLast((read) => read.time <= time)?.value ?? Number.NaN;
        if (fresh > held.surprise && isTold(state, move.move)) held = { surprise: fresh, from: move.from };
      }
      return { time, surprise: Math.max(ofStep, held.surprise) };
    });
  };

  /** The surprise of a missing answer, two scans after the first sample that lacks it. */
  function answerSurprise(one: Step, time: number): number {
    const at = one.after.findIndex((read) => read.time === time);
    const since = one.after[one.after.findLastIndex((_, i) => i < at && surpriseAt(one, i) === 0) + 1]?.time ?? time;
    return time - since >= 2 * scanMs ? surpriseAt(one, at) : 0;
  }

  /** The surprise at the last judged horizon, or the least since then. */
  function surpriseAt(one: Step, at: number): number {
    const instants = reached(one);
    const last = instants.findLastIndex((horizon, i) => i <= at && horizon !== undefined && isJudged(one.kind, horizon));
    if (last < 0) return 0;
    const since = one.after.slice(last, at + 1);
    return Math.min(...since.map(({ value }) => surprise(one.kind, instants[last] as number, value - one.before, value)));
  }
}

/** Half a percent of a range of 5. */
const errorStep = 0.025;
const sizes = 7;

interface Lasting {
  /** Duration of the error that is in progress at each sample, ms. */
  readonly present: readonly number[];
  /** Durations of errors that have ended, and of the one in progress at the end. */
  readonly ended: readonly number[];
  readonly open: number;
}

/** Durations of errors of at least a size on one side: they end with the second sample within it. */
function lasting(errors: readonly { readonly time: number; readonly error: number }[], size: number): Lasting {
  const present: number[] = [];
  const ended: number[] = [];
  for (let i = 0; i < errors.length; i++) {
    const isWithin = (k: number): boolean => (errors[k]?.error ?? Number.NEGATIVE_INFINITY) < size;
    const last = errors.findLastIndex((_, k) => k <= i && !isWithin(k));
    const hasEnded = last < 0 || i - last >= 2;
    const breakAt = errors.findLastIndex((_, k) => k < last && isWithin(k) && isWithin(k - 1) && k > 0);
    const first = errors.findIndex((_, k) => k > breakAt && !isWithin(k));
    const ms = last < 0 ? 0 : (errors[last]?.time ?? 0) - (errors[first]?.time ?? 0);
    present.push(hasEnded ? 0 : ms);
    if (last >= 0 && i - last === 2) ended.push(ms);
  }
  return { present, ended, open: present.at(-1) ?? 0 };
}

/** A set-point (tag 0) that does not change and its measurement (tag 1), each read once a second without a gap. */
export function errorTwin(learned: readonly Sample[]): Twin {
  const errorsOf = (samples: readonly Sample[], side: number) => {
    const setpoint = samples.find(({ tag }) => tag === 0)?.value ?? 0;
    return samples.filter(({ tag }) => tag === 1).map(({ time, value }) => ({ time, error: side * (value - setpoint) }));
  };
  const cells = [1, -1].flatMap((side) =>
    Array.from({ length: sizes }, (_, k) => ({ side, size: errorStep * 2 ** k, isSmallest: k === 0 })),
  );
  const known = cells.map(({ side, size }) => lasting(errorsOf(learned, side), size));
  return (scored) => {
    const rows = cells.map(({ side, size, isSmallest }, c) => {
      const { ended = [], open = 0 } = known[c] ?? {};
      const durations =
        ended.length < 5 ? [...ended, open, 0, 0, 0, 0, 0].toSorted((a, b) => b - a).slice(0, 5) : [...ended, open];
      const enough = ended.length >= 4;
      return lasting(errorsOf(scored, side), size).present.map((ms) =>
        enough || isSmallest ? beyond(durations, ms, Math.max(30_000, enough ? scanMs : 6 * scanMs)) : 0,
      );
    });
    return errorsOf(scored, 1).map(({ time }, i) => ({ time, surprise: Math.max(...rows.map((row) => row[i] ?? 0)) }));
  };
}
