import { createMemo, createResource, For, Show } from 'solid-js';
import type { TagInfo } from '../../../../protocol.ts';
import { stateText } from '../../pure/alert-words.ts';
import { decidedText, figuresText, lineName } from '../../pure/baseline-words.ts';
import { formatNumber, formatSpan } from '../../pure/format.ts';
import { routeHash } from '../../pure/route.ts';
import { statistics, type Track } from '../../pure/track.ts';
import { ask } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { valueText } from '../../ui/value.tsx';
import { addressText } from '../../pure/address.ts';

/** Statistics of what is in view, limits, where the value comes from, what happened. */
export function TagSide(props: {
  readonly tag: TagInfo;
  readonly window: { readonly from: number; readonly to: number };
  readonly track: Track | undefined;
  readonly version: number;
}) {
  const { health, zone, clock } = useStation();
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
      ['High high', highHigh],
      ['High', high],
      ['Low', low],
      ['Low low', lowLow],
    ] as const;
    return { rows: rows.filter(([, value]) => value !== undefined), priority };
  });
  return (
    <aside class="panel tag-side" aria-label="About this tag">
      <div>
        <h2>In view</h2>
        <dl class="facts ends">
          <dt>Minimum</dt>
          <dd>{figure(seen()?.low)}</dd>
          <dt>Maximum</dt>
          <dd>{figure(seen()?.high)}</dd>
          <dt>{props.track?.spanMs === 0 ? 'Samples' : 'Points'}</dt>
          <dd>{formatNumber(seen()?.count ?? 0)}</dd>
          <dt>Largest gap</dt>
          <dd>{formatSpan(seen()?.largestGapMs ?? 0)}</dd>
        </dl>
      </div>
      <div class="rule">
        <h2>Limits</h2>
        <dl class="facts ends">
          <For
            each={limitsOf().rows}
            fallback={
              <>
                <dt>None stated</dt>
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
                <dt>Priority</dt>
                <dd>{priority()}</dd>
              </>
            )}
          </Show>
        </dl>
      </div>
      <div class="rule">
        <h2>Source</h2>
        <dl class="facts ends">
          <dt>Device</dt>
          <dd>
            {props.tag.device}
            <Show when={device()}>{(one) => <>, {one().address}</>}</Show>
          </dd>
          <dt>Point</dt>
          <dd class="mono">{addressText(props.tag.address)}</dd>
          <dt>Read every</dt>
          <dd>{formatSpan(props.tag.scanMs)}</dd>
          <Show when={props.tag.range}>
            {(range) => (
              <>
                <dt>Range</dt>
                <dd>
                  {formatNumber(range().low, props.tag.decimals)} to {figure(range().high)}
                </dd>
              </>
            )}
          </Show>
        </dl>
      </div>
      <Events tag={props.tag} now={clock.second()} moment={(time) => zone().moment(time, clock.second())} />
    </aside>
  );
}

function Events(props: { readonly tag: TagInfo; readonly now: number; readonly moment: (time: number) => string }) {
  const { alerts, clock } = useStation();
  // asked anew when an alert of this tag comes, goes or is acknowledged
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
        await ask('GET /api/alerts', {
          tag: props.tag.name,
          from: clock.now() - 7 * 86_400_000,
          to: clock.now() + 60_000,
          limit: 20,
        })
      ).alerts,
  );
  return (
    <div class="rule events" tabindex="0" role="region" aria-label="Alerts of the last 7 days, and what was learned">
      <h2>Alerts, 7 days</h2>
      <For
        each={found.state === 'ready' ? found() : []}
        fallback={<p class="dim">{found.state === 'errored' ? 'Could not be read.' : 'None.'}</p>}
      >
        {(alert) => (
          <p>
            <span class="dim">{props.moment(alert.since)}</span> {alert.title} <span class="dim">({stateText(alert)})</span>
          </p>
        )}
      </For>
      <Learned tag={props.tag.name} moment={props.moment} />
      <Unwatched tag={props.tag.name} moment={props.moment} />
    </div>
  );
}

/** What was learned of the tag, and what people decided about it. */
function Learned(props: { readonly tag: string; readonly moment: (time: number) => string }) {
  const [found] = createResource(
    () => props.tag,
    async (tag) => await ask('GET /api/baseline', { tag }),
  );
  const answer = () => (found.state === 'ready' ? found() : undefined);
  return (
    <>
      <h2>
        Learned, <a href={routeHash({ page: 'system', tab: 'baseline' })}>baseline</a>
      </h2>
      <Show when={answer()?.learned}>
        {(learned) => (
          <p class="dim">
            Version {learned().version}, {props.moment(learned().at)}, from {learned().from}.
          </p>
        )}
      </Show>
      <For
        each={answer()?.lines ?? []}
        fallback={<p class="dim">{found.state === 'errored' ? 'Could not be read.' : 'Nothing yet.'}</p>}
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

/** The detectors that do not watch the tag, and why. */
function Unwatched(props: { readonly tag: string; readonly moment: (time: number) => string }) {
  const [found] = createResource(
    () => props.tag,
    async (tag) => await ask('GET /api/unwatched', { tag }),
  );
  const answer = () => (found.state === 'ready' ? found() : undefined);
  return (
    <>
      <h2>
        Unwatched channels: {answer()?.total ?? '––'}, <a href={routeHash({ page: 'system', tab: 'detection' })}>detection</a>
      </h2>
      <For
        each={answer()?.unwatched ?? []}
        fallback={<p class="dim">{found.state === 'errored' ? 'Could not be read.' : 'Every channel of this tag is watched.'}</p>}
      >
        {({ channel, detector, reason, watchedFrom }) => (
          <p>
            {channel === props.tag ? detector : `${detector} ${channel}`}: {reason}
            <Show when={watchedFrom}>
              {(from) => <span class="dim"> (watched from {props.moment(from())}, after a calibration)</span>}
            </Show>
          </p>
        )}
      </For>
    </>
  );
}
