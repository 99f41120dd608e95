import { createMemo, createResource, createSignal, type Accessor, type Resource } from 'solid-js';
import { type PenChoice, penLimits } from '../../../../../src/core/trend-pens.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { comparedDays, comparedView, dayShift, type Comparison } from '../../pure/trend/comparison.ts';
import { byUnit, neighboursOf } from '../../pure/trend/neighbours.ts';
import { panesOf, withScale, type PenScale, type TrendPane } from '../../pure/trend/pens.ts';
import { edges, type View } from '../../pure/trend/time-window.ts';
import { lastShown, movedLater, type Track } from '../../pure/trend/track.ts';
import { keepFailure } from '../../store/act-failure.ts';
import { useApp } from '../../store/app-context.ts';
import type { History } from '../../store/histories.ts';
import { chosenPens, keepPens } from '../../store/trend-pens.ts';
import { texts } from './text.ts';

/** State of the trend of a tag: window, cursor, pens, comparison. */
export interface TrendState {
  readonly tag: TagInfo;
  readonly view: Accessor<View>;
  readonly setView: (view: View) => void;
  /** Visible window, ms UTC. */
  readonly window: Accessor<{ readonly from: number; readonly to: number }>;
  readonly cursor: Accessor<number | undefined>;
  readonly setCursor: (time: number | undefined) => void;
  readonly comparison: Accessor<Comparison>;
  readonly compare: (comparison: Comparison) => void;
  /** The tag and the other pens; the tag alone until the others are known. */
  readonly pens: Accessor<readonly TagInfo[]>;
  readonly known: Resource<readonly TagInfo[]>;
  readonly panes: Accessor<readonly TrendPane<TagInfo>[]>;
  readonly scaleOf: (tag: string) => PenScale | undefined;
  /** True if the user has chosen the pens; otherwise related tags are shown. */
  readonly chosen: Accessor<boolean>;
  readonly addPen: (tag: string) => void;
  readonly removePen: (tag: string) => void;
  readonly setScale: (tag: string, scale: PenScale | undefined) => void;
  readonly resetPens: () => void;
  readonly history: History;
  /** The line of the time that is compared with, moved to the visible window. */
  readonly earlier: (tag: string) => Track | undefined;
  readonly earlierError: Accessor<string | undefined>;
  /** True if the time that is compared with has no samples. */
  readonly hasNoEarlier: () => boolean;
  /** True if the lines of all pens are read, also of the time that is compared with: until then a picture of the trend would lack lines. */
  readonly isComplete: () => boolean;
}

const points = 1500;

/** Must be called inside a reactive owner. */
export function createTrendState(tag: TagInfo): TrendState {
  const { histories, clock, site } = useApp();
  const [view, setView] = createSignal<View>({ spanMs: 1_800_000, end: undefined });
  const [cursor, setCursor] = createSignal<number>();
  const [comparison, compare] = createSignal<Comparison>('none');
  const window = createMemo(() => edges(view(), clock.second()));
  const pens = createPens(tag);
  const history = histories.use(pens.pens, () => ({ spanMs: view().spanMs, end: view().end }), points);

  const shift = createMemo(() => {
    const days = comparedDays(comparison());
    return days === undefined ? undefined : dayShift(days, site.timeZone);
  });
  const earlierView = createMemo(
    () => {
      const by = shift();
      return by === undefined ? view() : comparedView(view(), window().to, by);
    },
    undefined,
    { equals: (a, b) => a.spanMs === b.spanMs && a.end === b.end },
  );
  const read = histories.use(
    createMemo(() => (shift() === undefined ? [] : pens.pens())),
    earlierView,
    points,
  );
  // the lines before stay until the next part of a live comparison is read
  const moved = createMemo<ReadonlyMap<string, Track>>((before) => {
    read.version();
    const by = shift();
    if (by === undefined) return new Map();
    if (read.loading()) return before;
    return new Map(
      pens.pens().flatMap(({ name }) => {
        const track = read.track(name);
        return track === undefined ? [] : [[name, movedLater(track, by.later)]];
      }),
    );
  }, new Map());
  return {
    tag,
    view,
    setView,
    window,
    cursor,
    setCursor,
    comparison,
    compare,
    ...pens,
    history,
    earlier: (name) => moved().get(name),
    hasNoEarlier: () =>
      shift() !== undefined &&
      !read.loading() &&
      read.error() === undefined &&
      [...moved().values()].every((track) => lastShown(track, window().to) === undefined),
    isComplete: () =>
      pens.known.state !== 'pending' &&
      [history, ...(shift() === undefined ? [] : [read])].every((each) => !each.loading() && each.error() === undefined),
    earlierError: () => (shift() === undefined ? undefined : read.error()),
  };
}

/** Pens of the trend of a tag: those that the user has chosen, otherwise related tags. */
function createPens(tag: TagInfo) {
  const { tags: catalogue, alerts } = useApp();
  const [choices, setChoices] = createSignal<readonly PenChoice[]>();
  const [stored] = createResource(async () => {
    setChoices(await chosenPens(tag.name));
    return true;
  });
  const named = createMemo(() =>
    alerts
      .open()
      .filter((alert) => alert.tags.includes(tag.name))
      .flatMap((alert) => alert.explanation.contributions.map((part) => part.tag)),
  );
  const [known] = createResource(
    // no related tags before the choice of the user is known
    () =>
      stored.state === 'ready' && {
        names: choices()?.map((pen) => pen.tag),
        related: choices() === undefined ? named().join('\n') : '',
      },
    async ({ names, related }): Promise<readonly TagInfo[]> => {
      if (names !== undefined) return await catalogue.named(names);
      const contributing = related.split('\n');
      const all = new Set([...(await catalogue.ofArea(tag.area)), ...(await catalogue.named(contributing))]);
      return neighboursOf(tag, [...all], contributing, 3);
    },
  );
  const others = () => (known.state === 'errored' ? [] : (known.latest ?? []));
  const pens = createMemo(() => [tag, ...others().filter(({ name }) => name !== tag.name)]);
  const scaleOf = (name: string): PenScale | undefined => choices()?.find((pen) => pen.tag === name)?.scale;
  const chosen = () => choices() !== undefined;
  const panes = createMemo((): readonly TrendPane<TagInfo>[] => {
    if (chosen()) return panesOf(pens(), scaleOf);
    // related tags leave the tag its own pane with its normal band
    return [[tag], ...byUnit(pens().slice(1)).slice(0, 2)].map((tags) => ({ tags, scale: undefined }));
  });
  const choose = (next: readonly PenChoice[] | undefined): void => {
    setChoices(next);
    keepFailure(keepPens(tag.name, next), texts.sentence.pensNotKept);
  };
  const current = (): readonly PenChoice[] => choices() ?? pens().map(({ name }) => ({ tag: name }));
  return {
    pens,
    known,
    panes,
    scaleOf,
    chosen,
    addPen: (name: string): void => {
      if (current().length < penLimits.perTrend && !current().some((pen) => pen.tag === name))
        choose([...current(), { tag: name }]);
    },
    removePen: (name: string): void => choose(current().filter((pen) => pen.tag !== name)),
    setScale: (name: string, scale: PenScale | undefined): void => choose(withScale(current(), name, scale)),
    resetPens: (): void => choose(undefined),
  };
}
