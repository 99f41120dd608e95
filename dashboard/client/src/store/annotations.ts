import { createMemo, createResource, createSignal, onCleanup, type Accessor } from 'solid-js';
import type { Annotation } from '../../../../src/core/annotation.ts';
import { act, failureText, query } from './api.ts';
import type { SiteClock } from './site-clock.ts';

interface Span {
  /** ms UTC */
  readonly from: number;
  readonly to: number;
}

/** Annotations of trends: those of the last day, and those of the windows that pages show. */
export interface Annotations {
  /** Known annotations of a span, oldest first, as a signal. */
  readonly within: (from: number, to: number) => readonly Annotation[];
  /** Also loads those of a window, for the current component. */
  readonly cover: (window: Accessor<Span>) => void;
  /** Reason why annotations are missing; undefined if all of them are known. */
  readonly failure: Accessor<string | undefined>;
  /** @throws ApiError */
  readonly add: (time: number, text: string) => Promise<void>;
  /** @throws ApiError */
  readonly remove: (id: string) => Promise<void>;
}

/** Time after which annotations of other users appear, ms. */
const refreshMs = 60_000;
const dayMs = 86_400_000;

/** Must be called inside a reactive owner; its timer ends with it. */
export function createAnnotations(clock: SiteClock): Annotations {
  const [attempt, setAttempt] = createSignal(0);
  const refresh = (): unknown => setAttempt((n) => n + 1);
  const timer = setInterval(refresh, refreshMs);
  onCleanup(() => clearInterval(timer));
  const [window, setWindow] = createSignal<Accessor<Span>>();

  const isTimeKnown = createMemo(() => Number.isFinite(clock.second()));
  const recent = createSpan(() =>
    isTimeKnown() ? { from: clock.now() - dayMs, to: clock.now() + dayMs, key: attempt() } : undefined,
  );
  const shown = createSpan(() => {
    const span = window()?.();
    return span === undefined || !Number.isFinite(span.from) ? undefined : { ...inSteps(span), key: attempt() };
  });
  const all = createMemo(() => {
    const byId = new Map([...recent.annotations(), ...shown.annotations()].map((one) => [one.id, one]));
    return [...byId.values()].sort((a, b) => a.time - b.time);
  });
  return {
    within: (from, to) => all().filter(({ time }) => time >= from && time < to),
    cover: (own) => {
      setWindow(() => own);
      onCleanup(() => setWindow((now) => (now === own ? undefined : now)));
    },
    failure: () => recent.failure() ?? shown.failure(),
    add: async (time, text) => {
      await act('POST /api/annotations/add', { time, text });
      refresh();
    },
    remove: async (id) => {
      await act('POST /api/annotations/remove', { id });
      refresh();
    },
  };
}

/** The annotations of one span; the earlier ones stay while others are loaded. */
function createSpan(span: Accessor<(Span & { readonly key: number }) | undefined>) {
  // a live window moves each second
  const wanted = createMemo(span, undefined, {
    equals: (a, b) => a?.key === b?.key && a?.from === b?.from && a?.to === b?.to,
  });
  const [found] = createResource(wanted, async ({ from, to }) => await query('GET /api/annotations', { from, to }));
  return {
    annotations: (): readonly Annotation[] => (found.state === 'errored' ? [] : (found.latest?.annotations ?? [])),
    failure: (): string | undefined => (found.state === 'errored' ? failureText(found.error) : undefined),
  };
}

/** A window with room on both sides, in steps of its length, so that a moving window is rarely loaded again. */
function inSteps({ from, to }: Span): Span {
  const step = Math.max(60_000, to - from);
  return { from: Math.floor(from / step - 1) * step, to: Math.ceil(to / step + 1) * step };
}
