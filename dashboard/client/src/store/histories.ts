import { createEffect, createSignal, on, onCleanup, untrack, type Accessor } from 'solid-js';
import type { SeriesBody, TagInfo } from '../../../api/index.ts';
import { Track } from '../pure/trend/track.ts';
import { ApiError } from './api.ts';
import { HistoryQueue, type HistoryQuery } from './history-queue.ts';
import type { LiveValues } from './live-values.ts';
import type { SiteClock } from './site-clock.ts';
import { shared } from '../text.ts';

/** The part of time that a view shows: the last `spanMs` and new samples, or a fixed part of the past. */
export interface Window {
  readonly spanMs: number;
  /** End of the window, ms UTC; undefined while it follows the live end. */
  readonly end?: number | undefined;
}

export interface History {
  /** A tag's line as a signal; another object after a change of tags or window. */
  readonly track: (name: string) => Track | undefined;
  /** Changes when a line has grown. */
  readonly version: Accessor<number>;
  readonly loading: Accessor<boolean>;
  readonly error: Accessor<string | undefined>;
  readonly retry: () => void;
}

/** Redraws are bundled: at most two a second. */
const redrawMs = 500;

/** Stored samples of views, continued by live ones. Kept for a while, so that returning to a view requests only the rest. */
export class Histories {
  readonly #kept = new Map<string, Track>();
  readonly #queue = new HistoryQueue();
  readonly #values: LiveValues;
  readonly #clock: SiteClock;

  constructor(values: LiveValues, clock: SiteClock) {
    this.#values = values;
    this.#clock = clock;
  }

  forget(): void {
    this.#kept.clear();
  }

  /** Stored samples of a window, for an export. @throws ApiError */
  async read(query: Omit<HistoryQuery, 'key'>): Promise<readonly SeriesBody[]> {
    return await this.#queue.request({ ...query, key: `read ${query.from} ${query.to}` });
  }

  /** The lines of some tags over a window, for the current component. */
  use(tags: Accessor<readonly TagInfo[]>, window: Accessor<Window>, maxPoints: number): History {
    const [version, setVersion] = createSignal(0);
    const [loading, setLoading] = createSignal(true);
    const [error, setError] = createSignal<string>();
    const [attempt, setAttempt] = createSignal(0);
    const [tracks, setTracks] = createSignal<ReadonlyMap<string, Track>>(new Map());
    let redraw: number | undefined;
    const changed = (): void => {
      redraw ??= setTimeout(() => {
        redraw = undefined;
        setVersion((n) => n + 1);
      }, redrawMs) as unknown as number;
    };
    onCleanup(() => clearTimeout(redraw));

    createEffect(
      on(
        [
          () =>
            tags()
              .map((tag) => tag.name)
              .join('\n'),
          window,
          attempt,
        ],
        () => {
          const shown = untrack(tags);
          const { spanMs, end } = untrack(window);
          const stop = new AbortController();
          onCleanup(() => stop.abort());
          const made = new Map<string, Track>();
          for (const tag of shown) {
            const track = this.#track(tag, spanMs, end, maxPoints);
            made.set(tag.name, track);
            if (end !== undefined) continue;
            this.#values.listen(tag.index, (time, value, quality) => {
              // a track that two views share has grown for both
              if (track.append(time, value, quality) || track.last === time) changed();
              track.trim(time - spanMs * 1.2);
              if (track.appended > 4 * maxPoints && spanMs > 7_200_000) setAttempt((n) => n + 1);
            });
          }
          setTracks(made);
          if (shown.length === 0) return;
          setLoading(true);
          this.#load(shown, made, spanMs, end, maxPoints, stop.signal).then(
            () => {
              setError(undefined);
              setLoading(false);
              setVersion((n) => n + 1);
            },
            (thrown: unknown) => {
              if (stop.signal.aborted) return;
              setLoading(false);
              setError(thrown instanceof ApiError ? thrown.message : shared.sentence.historyFailed);
            },
          );
        },
      ),
    );
    return { track: (name) => tracks().get(name), version, loading, error, retry: () => setAttempt((n) => n + 1) };
  }

  #track(tag: TagInfo, spanMs: number, end: number | undefined, maxPoints: number): Track {
    if (end !== undefined) return new Track(tag.scanMs);
    const key = `${tag.name}\n${spanMs}\n${maxPoints}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const made = new Track(tag.scanMs);
    this.#kept.set(key, made);
    // removes the oldest: a page shows a few dozen lines, and 200 kept ones are some megabytes
    if (this.#kept.size > 200) this.#kept.delete(this.#kept.keys().next().value ?? '');
    return made;
  }

  async #load(
    tags: readonly TagInfo[],
    tracks: ReadonlyMap<string, Track>,
    spanMs: number,
    end: number | undefined,
    maxPoints: number,
    signal: AbortSignal,
  ): Promise<void> {
    const now = await this.#time(signal);
    const to = end ?? now + 60_000;
    const from = (end ?? now) - spanMs * 1.1;
    const names = tags.map((tag) => tag.name);
    const series = await this.#queue.request({
      tags: names,
      from,
      to,
      maxPoints,
      key: `${spanMs} ${end ?? 'live'} ${maxPoints}`,
    });
    signal.throwIfAborted();
    for (const one of series) tracks.get(one.tag)?.load(one);
  }

  /** Waits for the first heartbeat, which brings the site time. */
  async #time(signal: AbortSignal): Promise<number> {
    while (Number.isNaN(this.#clock.now())) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      signal.throwIfAborted();
    }
    return this.#clock.now();
  }
}
