import { createMemo, For, Show } from 'solid-js';
import { needsAcknowledgement, type Alert } from '../../../../../src/core/alert.ts';
import { qualityName } from '../../../../../src/core/quality.ts';
import type { TagInfo } from '../../../../protocol.ts';
import { expectedOf } from '../../pure/alert-words.ts';
import { formatSigned, formatSpan } from '../../pure/format.ts';
import { ageOf, shownValue } from '../../pure/freshness.ts';
import { worstOf } from '../../pure/urgency.ts';
import { useBands } from '../../store/bands.ts';
import { useStation } from '../../store/station.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useLiveTag, Value, valueText } from '../../ui/value.tsx';

/** Now, expected, difference, quality: what the first second must give. */
export function TagHead(props: {
  readonly tag: TagInfo;
  readonly alerts: readonly Alert[];
  readonly onAcknowledge: (() => void) | undefined;
  readonly onWhy: (() => void) | undefined;
  readonly onDisplay: () => void;
}) {
  const { clock } = useStation();
  const live = useLiveTag(props.tag);
  const band = useBands(() => [props.tag.name]);
  const expected = createMemo(() => expectedOf(props.alerts, props.tag.name));
  const figure = (value: number): string => valueText(props.tag, value, undefined);
  const quality = (): string => {
    if (live.freshness() === 'never') return 'No sample yet';
    const age = formatSpan(ageOf(live.sample(), clock.second()));
    const word =
      live.freshness() === 'good' ? 'Good' : live.freshness() === 'stale' ? 'Stale' : qualityName(live.sample().quality);
    return `${word}, sample ${age} old`;
  };
  return (
    <section class="panel tag-head" aria-label="Now">
      <For each={worstOf([...props.alerts]).slice(0, 1)}>
        {(alert) => <Badge priority={alert.priority} state={alert.state} size={36} />}
      </For>
      <div class="figure-block">
        <span class="ellipsis">
          {props.tag.name} {props.tag.description}
        </span>
        <span class="big">
          <Value tag={props.tag} />
        </span>
      </div>
      <Show when={expected()}>
        {(part) => (
          <>
            <div class="figure-block">
              <span>Expected</span>
              <span class="big">
                {part().states?.expected ?? figure(part().expected)} <small>{props.tag.unit}</small>
              </span>
            </div>
            <Show when={part().states === undefined}>
              <div class="figure-block">
                <span>Difference</span>
                <span class="big">
                  <b>{formatSigned(shownValue(live.sample()) - part().expected, props.tag.decimals)}</b>{' '}
                  <small>{props.tag.unit}</small>
                </span>
              </div>
            </Show>
          </>
        )}
      </Show>
      <Show when={props.tag.kind !== 'discrete' && band(props.tag.name)}>
        {(known) => (
          <div class="figure-block">
            <span>Normal band</span>
            <span>
              {figure(known().low)} to {figure(known().high)} {props.tag.unit}
            </span>
          </div>
        )}
      </Show>
      <div class="figure-block">
        <span>Quality</span>
        <span>{quality()}</span>
      </div>
      <div class="acts">
        <Button
          primary
          key="A"
          disabled={props.onAcknowledge === undefined || !props.alerts.some((alert) => needsAcknowledgement(alert.state))}
          onPress={() => props.onAcknowledge?.()}
        >
          Acknowledge
        </Button>
        <Button key="W" disabled={props.onWhy === undefined} onPress={() => props.onWhy?.()}>
          Why
        </Button>
        <Button key="D" onPress={props.onDisplay}>
          Display
        </Button>
      </div>
    </section>
  );
}
