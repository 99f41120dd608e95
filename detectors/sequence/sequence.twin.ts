import { counting, type Sample, staysNear, twinGrade } from '../../test/support/detectors.ts';

const scanMs = 1_000;
const staleMs = 3_000;
const trustedStays = 4;
/** Three scans, one for each end and one to count: polling sometimes misses shorter states. */
const surelySeenMs = 3 * scanMs;

/** State at one instant; undefined if it is unknown, which separates the states before from those after it. */
interface Instant {
  readonly time: number;
  readonly state: string | undefined;
  readonly gap: boolean;
}

const isState = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < 2 ** 20;

/** Counted samples of each tag, by its number. */
const tagsOf = (samples: readonly Sample[], count: number) =>
  Array.from({ length: count }, (_, tag) => counting(samples.filter((sample) => (sample.tag ?? 0) === tag)));

/** The last value of each tag at every time at which one of them has a sample. */
function instants(tags: readonly ReturnType<typeof counting>[]): Instant[] {
  const times = [...new Set(tags.flatMap((list) => list.map(({ time }) => time)))].toSorted((a, b) => a - b);
  return times.map((time) => {
    const last = tags.map((list) => list.findLast((sample) => sample.time <= time));
    const known = last.every((sample) => sample !== undefined && time - sample.time <= staleMs && isState(sample.value));
    return {
      time,
      state: known ? last.map((sample) => sample?.value).join('/') : undefined,
      gap: last.some((sample) => sample?.time === time && sample.gap),
    };
  });
}

function stretches(all: readonly Instant[]): Instant[][] {
  const parts: Instant[][] = [[]];
  for (const instant of all) {
    if (instant.gap || instant.state === undefined) parts.push([]);
    if (instant.state !== undefined) parts.at(-1)?.push(instant);
  }
  return parts;
}

interface Moment {
  readonly time: number;
  readonly state: string;
  readonly stayedMs: number;
  /** The previous state, at any time. */
  readonly last: string | undefined;
  /** The previous state, if this is the instant of the change. */
  readonly before: string | undefined;
  /** The last state between the two. */
  readonly passed: string | undefined;
  readonly beforeMs: number | undefined;
}

/** The state after each instant of a stretch: the last one that lasted for `holdMs`, computed from the definition. */
function momentsOf(stretch: readonly Instant[], holdMs: number): Moment[] {
  const starts = stretch.map(
    (_, k) => stretch.slice(0, k + 1).findLast((one, j) => one.state !== stretch[j - 1]?.state)?.time ?? 0,
  );
  return stretch.flatMap(({ time, state: now }, i): Moment[] => {
    const entries = stretch.slice(0, i + 1).flatMap((one, k) => {
      const since = starts[k] ?? 0;
      return one.time - since >= holdMs ? [{ at: one.time, state: one.state, since }] : [];
    });
    const changes = entries.filter((one, k) => one.state !== entries[k - 1]?.state);
    const [last, before, older] = changes.toReversed();
    if (last?.state === undefined) return [];
    const entered = last.at === time ? before : undefined;
    const previous = stretch[stretch.findLastIndex((one) => one.time < last.since)]?.state;
    return [
      {
        time,
        state: last.state,
        stayedMs: now === last.state ? time - last.since : Number.NaN,
        last: before?.state,
        before: entered?.state,
        passed: previous === entered?.state ? undefined : previous,
        beforeMs: entered === undefined || older === undefined ? undefined : last.since - entered.since,
      },
    ];
  });
}

const moments = (tags: readonly ReturnType<typeof counting>[], holdMs: number): Moment[] =>
  stretches(instants(tags)).flatMap((stretch) => momentsOf(stretch, holdMs));

const longest = (all: readonly Moment[], state: string): number =>
  Math.max(
    0,
    ...all.filter((one) => one.state === state && one.stayedMs > 0).map(({ stayedMs }) => stayedMs),
    ...left(all, state).map(({ beforeMs }) => beforeMs ?? 0),
  );
const left = (all: readonly Moment[], state: string): Moment[] => all.filter(({ before }) => before === state);

const shortest = (all: readonly Moment[], state: string): number =>
  Math.min(...left(all, state).map(({ beforeMs }) => beforeMs ?? Number.POSITIVE_INFINITY));

/** Number of times that each state followed one. */
function followers(all: readonly Moment[], state: string): Map<string, number> {
  return new Map([...Map.groupBy(left(all, state), (one) => one.state)].map(([next, times]) => [next, times.length]));
}

/** All states to which a state has led, directly or through states that polling may miss. */
function ledTo(all: readonly Moment[], state: string, seen: readonly string[] = []): string[] {
  const next = [...followers(all, state).keys()].filter((one) => !seen.includes(one));
  const through = next.filter((one) => shortest(all, one) < surelySeenMs);
  return [...next, ...through.flatMap((one) => ledTo(all, one, [...seen, ...next]))];
}

const between = (state: string, from: string, to: string): boolean => {
  const [[a, b], [c, d]] = [from.split('/'), to.split('/')];
  return a !== c && b !== d && (state === `${a}/${d}` || state === `${c}/${b}`);
};

const surpriseOfNew = (trials: number, once: number): number => Math.max(0, Math.log((trials + 1) / (once + 1)));

type Twin = (scored: readonly Sample[]) => { time: number; surprise: number }[];

/** Two tags of one equipment, read each second. */
export function twin(learned: readonly Sample[]): Twin {
  const tags = tagsOf(learned, 2);
  const alone = tags.map((list) => moments([list], 0));
  const both = moments(tags, scanMs);
  return (scored) => judge(alone, both, scored);
}

function judge(
  alone: readonly Moment[][],
  both: readonly Moment[],
  scored: readonly Sample[],
): { time: number; surprise: number }[] {
  const judged = tagsOf(scored, 2);
  const found = new Map(moments(judged, scanMs).map((moment) => [moment.time, moment]));
  return instants(judged).map(({ time, state: now }) => {
    const moment = found.get(time);
    if (moment === undefined || now === undefined) return { time, surprise: 0 };
    const parts = moment.state.split('/');
    const [a = [], b = []] = alone;
    const lists = [a, b].map((list, i) => ({ list, state: parts[i] ?? '' }));
    if (!lists.every(({ list, state }) => list.some((one) => one.state === state))) return { time, surprise: 0 };
    if (!both.some(({ state }) => state === moment.state)) {
      const { last, stayedMs } = moment;
      const usual = last === undefined ? [] : [...followers(both, last).keys()].filter((to) => between(moment.state, last, to));
      if (usual.length > 0 && !(stayedMs >= surelySeenMs)) return { time, surprise: 0 };
      const singular = [...new Set(both.map(({ state }) => state))].filter((state) => left(both, state).length < 2);
      const surprises = lists.map(({ list, state }, i) =>
        surpriseOfNew(left(list, state).length, singular.filter((one) => one.split('/')[i] === state).length),
      );
      const [one, other] = lists.map(({ list, state }) => ({
        stays: left(list, state).length,
        share: list.filter((moment) => moment.state === state).length / list.length,
      }));
      const byChance = (one?.stays ?? 0) * (other?.share ?? 0) + (other?.stays ?? 0) * (one?.share ?? 0);
      return { time, surprise: twinGrade(Math.min(...surprises, byChance)) };
    }
    const { before } = moment;
    if (before !== undefined && both.some(({ state }) => state === before)) {
      const counts = [...followers(both, before).values()];
      const once = counts.filter((count) => count === 1).length;
      const leads = (from: string, to: string): boolean => ledTo(both, from).includes(to);
      const { state, passed } = moment;
      const isStep = passed !== undefined && leads(before, passed) && leads(passed, state);
      if (!leads(before, state) && !isStep) return { time, surprise: twinGrade(surpriseOfNew(left(both, before).length, once)) };
    }
    const longestMs = longest(both, moment.state);
    const known = left(both, moment.state).flatMap(({ beforeMs }) => beforeMs ?? []);
    const stays = known.length === 0 ? left(both, moment.state).length : staysNear(known, longestMs, 1);
    const apartMs = Math.min(...lists.map(({ list, state }) => longest(list, state)));
    if (stays === 0 || apartMs < 2 * longestMs || Number.isNaN(moment.stayedMs)) return { time, surprise: 0 };
    const ratio = moment.stayedMs / (longestMs + scanMs);
    return { time, surprise: twinGrade(ratio > 1 ? ratio ** (stays / (stays + trustedStays)) : ratio) };
  });
}
