import { createMemo, createResource, For, Show } from 'solid-js';
import type { TagInfo } from '../../../../api/index.ts';
import { stateText } from '../../pure/alerts/alert-words.ts';
import { decidedText, figuresText, lineName } from '../../pure/state/baseline-words.ts';
import { formatDuration, formatNumber } from '../../pure/format.ts';
import { routeHash } from '../../pure/route.ts';
import { statistics, type Track } from '../../pure/trend/track.ts';
import { query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { valueText } from '../../ui/value.tsx';
import { addressText } from '../../pure/address.ts';
import { AnnotationList } from './annotations.tsx';
import { texts } from './text.ts';

/** Side panel of a tag: statistics of the visible window, limits, source, alerts, baseline. */
export function TagSide(props: {
  readonly tag: TagInfo;
  readonly window: { readonly from: number; readonly to: number };
  readonly track: Track | undefined;
  readonly version: number;
}) {
  const { health, zone, clock } = useApp();
  const figure = (value: number | undefined): string =>
    value === undefined ? '––' : `${valueText(props.tag, value, undefined)} ${props.tag.unit}`.trim();
  const seen = createMemo(() => {
    void props.version;
    return props.track === undefined ? undefined : statistics(props.track, props.window.from, props.window.to);
  });
  const device = () => health.health()?.devices.find((one) => one.name === props.tag.device);
  const limitsOf = createMemo(() => {
    const { highHigh, high, low, lowLow, priority } = props.tag.limits ?? {};
    const rows = [
      [texts.label.highHigh, highHigh],
      [texts.label.high, high],
      [texts.label.low, low],
      [texts.label.lowLow, lowLow],
    ] as const;
    return { rows: rows.filter(([, value]) => value !== undefined), priority };
  });
  return (
    <aside class="panel tag-side" aria-label={texts.title.about}>
      <div>
        <h2>{texts.title.inView}</h2>
        <dl class="facts ends">
          <dt>{texts.label.minimum}</dt>
          <dd>{figure(seen()?.low)}</dd>
          <dt>{texts.label.maximum}</dt>
          <dd>{figure(seen()?.high)}</dd>
          <dt>{props.track?.spanMs === 0 ? texts.label.samples : texts.label.points}</dt>
          <dd>{formatNumber(seen()?.count ?? 0)}</dd>
          <dt>{texts.label.largestGap}</dt>
          <dd>{formatDuration(seen()?.largestGapMs ?? 0)}</dd>
        </dl>
      </div>
      <div class="rule">
        <h2>{texts.title.limits}</h2>
        <dl class="facts ends">
          <For
            each={limitsOf().rows}
            fallback={
              <>
                <dt>{texts.label.noLimits}</dt>
                <dd />
              </>
            }
          >
            {([word, value]) => (
              <>
                <dt>{word}</dt>
                <dd>{figure(value)}</dd>
              </>
            )}
          </For>
          <Show when={limitsOf().priority}>
            {(priority) => (
              <>
                <dt>{texts.label.priority}</dt>
                <dd>{priority()}</dd>
              </>
            )}
          </Show>
        </dl>
      </div>
      <div class="rule">
        <h2>{texts.title.source}</h2>
        <dl class="facts ends">
          <dt>{texts.label.device}</dt>
          <dd>
            {props.tag.device}
            <Show when={device()}>{(one) => <>, {one().address}</>}</Show>
          </dd>
          <dt>{texts.label.point}</dt>
          <dd class="mono">{addressText(props.tag.address)}</dd>
          <dt>{texts.label.readEvery}</dt>
          <dd>{formatDuration(props.tag.scanMs)}</dd>
          <Show when={props.tag.range}>
            {(range) => (
              <>
                <dt>{texts.label.range}</dt>
                <dd>{texts.label.to(formatNumber(range().low, props.tag.decimals), figure(range().high))}</dd>
              </>
            )}
          </Show>
        </dl>
      </div>
      <AnnotationList window={props.window} />
      <Events tag={props.tag} now={clock.second()} moment={(time) => zone().moment(time, clock.second())} />
    </aside>
  );
}

function Events(props: { readonly tag: TagInfo; readonly now: number; readonly moment: (time: number) => string }) {
  const { alerts, clock } = useApp();
  // requested again when the state of an alert of this tag changes
  const changed = createMemo(() =>
    alerts
      .open()
      .filter((alert) => alert.tags.includes(props.tag.name))
      .map((alert) => `${alert.id}${alert.state}`)
      .join(),
  );
  const [found] = createResource(
    () => (alerts.known() ? `known ${changed()}` : undefined),
    async () =>
      (
        await query('GET /api/alerts', {
          tag: props.tag.name,
          from: clock.now() - 7 * 86_400_000,
          to: clock.now() + 60_000,
          limit: 20,
        })
      ).alerts,
  );
  return (
    <div class="rule events" tabindex="0" role="region" aria-label={texts.title.alertsAndBaseline}>
      <h2>{texts.title.alerts}</h2>
      <For
        each={found.state === 'ready' ? found() : []}
        fallback={<p class="dim">{found.state === 'errored' ? texts.sentence.unreadable : texts.sentence.noAlerts}</p>}
      >
        {(alert) => (
          <p>
            <span class="dim">{props.moment(alert.since)}</span> {alert.title} <span class="dim">({stateText(alert)})</span>
          </p>
        )}
      </For>
      <Learned tag={props.tag.name} moment={props.moment} />
      <Unwatched tag={props.tag.name} moment={props.moment} />
      <DetectionLimits tag={props.tag.name} />
    </div>
  );
}

/** Baseline entries of the tag with the decisions about them. */
function Learned(props: { readonly tag: string; readonly moment: (time: number) => string }) {
  const [found] = createResource(
    () => props.tag,
    async (tag) => await query('GET /api/baseline', { tag }),
  );
  const answer = () => (found.state === 'ready' ? found() : undefined);
  return (
    <>
      <h2>
        {texts.title.baseline}, <a href={routeHash({ page: 'system', tab: 'baseline' })}>{texts.label.baselinePage}</a>
      </h2>
      <Show when={answer()?.learned}>
        {(learned) => <p class="dim">{texts.sentence.learned(learned().version, props.moment(learned().at), learned().from)}</p>}
      </Show>
      <For
        each={answer()?.lines ?? []}
        fallback={<p class="dim">{found.state === 'errored' ? texts.sentence.unreadable : texts.sentence.nothingLearned}</p>}
      >
        {(line) => (
          <p>
            {lineName(line)}: {figuresText(line)} <span class="dim">({decidedText(line, props.moment)})</span>
          </p>
        )}
      </For>
    </>
  );
}

/** Unwatched channels of the tag with their reasons. */
function Unwatched(props: { readonly tag: string; readonly moment: (time: number) => string }) {
  const [found] = createResource(
    () => props.tag,
    async (tag) => await query('GET /api/unwatched', { tag }),
  );
  const answer = () => (found.state === 'ready' ? found() : undefined);
  return (
    <>
      <h2>
        {texts.title.unwatched(formatNumber(answer()?.total ?? Number.NaN))},{' '}
        <a href={routeHash({ page: 'system', tab: 'detection' })}>{texts.label.detectionPage}</a>
      </h2>
      <For
        each={answer()?.unwatched ?? []}
        fallback={<p class="dim">{found.state === 'errored' ? texts.sentence.unreadable : texts.sentence.allWatched}</p>}
      >
        {({ channel, detector, reason, watchedFrom }) => (
          <p>
            {channel === props.tag ? detector : `${detector} ${channel}`}: {reason}
            <Show when={watchedFrom}>{(from) => <span class="dim"> {texts.note.watchedFrom(props.moment(from()))}</span>}</Show>
          </p>
        )}
      </For>
    </>
  );
}

/** Smallest standard faults of the tag that the baseline detects. */
function DetectionLimits(props: { readonly tag: string }) {
  const [found] = createResource(
    () => props.tag,
    async (tag) => await query('GET /api/detection-limits', { tag }),
  );
  const answer = () => (found.state === 'ready' ? found() : undefined);
  const none = (): string =>
    found.state === 'errored' ? texts.sentence.unreadable : texts.sentence.noDetectionLimit(answer()?.without[0]?.reason ?? '––');
  return (
    <>
      <h2>
        {texts.title.detectionLimits}, <a href={routeHash({ page: 'system', tab: 'detection' })}>{texts.label.limitsPage}</a>
      </h2>
      <Show when={answer()?.tags[0]} fallback={<p class="dim">{none()}</p>}>
        {(limits) => (
          <p>
            {texts.sentence.detects(limits().text)}
            <Show when={limits().outdated === true}> {texts.note.outdated}</Show>
          </p>
        )}
      </Show>
      <p class="dim">{answer()?.text}</p>
    </>
  );
}
