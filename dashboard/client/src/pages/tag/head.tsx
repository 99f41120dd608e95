import { createMemo, For, Show } from 'solid-js';
import { needsAcknowledgement, type Alert } from '../../../../../src/core/alert.ts';
import { qualityName } from '../../../../../src/core/quality.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { expectedOf } from '../../pure/alerts/alert-words.ts';
import { formatAge, formatSigned } from '../../pure/format.ts';
import { ageOf, shownValue } from '../../pure/state/freshness.ts';
import { worstOf } from '../../pure/alerts/urgency.ts';
import { useBands } from '../../store/bands.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { MaintenanceMark } from '../../ui/maintenance-mark.tsx';
import { Button } from '../../ui/button.tsx';
import { useLiveTag, Value, valueText } from '../../ui/value.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Head of the tag page: value, expected value, difference, quality. */
export function TagHead(props: {
  readonly tag: TagInfo;
  readonly alerts: readonly Alert[];
  readonly onAcknowledge: (() => void) | undefined;
  readonly onWhy: (() => void) | undefined;
  readonly onDisplay: () => void;
}) {
  const { clock } = useApp();
  const live = useLiveTag(props.tag);
  const band = useBands(() => [props.tag.name]);
  const expected = createMemo(() => expectedOf(props.alerts, props.tag.name));
  const figure = (value: number): string => valueText(props.tag, value, undefined);
  const quality = (): string => {
    if (live.freshness() === 'never') return texts.label.noSample;
    const age = formatAge(ageOf(live.sample(), clock.second()));
    const word =
      live.freshness() === 'good'
        ? texts.label.good
        : live.freshness() === 'stale'
          ? texts.label.stale
          : qualityName(live.sample().quality);
    return texts.label.age(word, age);
  };
  return (
    <section class="panel tag-head" aria-label={texts.title.now}>
      <For each={worstOf([...props.alerts]).slice(0, 1)}>
        {(alert) => <Badge priority={alert.priority} state={alert.state} size={36} />}
      </For>
      <div class="figure-block">
        <span class="ellipsis">
          {props.tag.name} {props.tag.description} <MaintenanceMark of={props.tag} />
        </span>
        <span class="big">
          <Value tag={props.tag} />
        </span>
      </div>
      <Show when={expected()}>
        {(part) => (
          <>
            <div class="figure-block">
              <span>{texts.label.expected}</span>
              <span class="big">
                {part().states?.expected ?? figure(part().expected)} <small>{props.tag.unit}</small>
              </span>
            </div>
            <Show when={part().states === undefined}>
              <div class="figure-block">
                <span>{texts.label.difference}</span>
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
            <span>{texts.label.normalBand}</span>
            <span>
              {texts.label.to(figure(known().low), figure(known().high))} {props.tag.unit}
            </span>
          </div>
        )}
      </Show>
      <div class="figure-block">
        <span>{texts.label.quality}</span>
        <span>{quality()}</span>
      </div>
      <div class="acts">
        <Button
          primary
          key="A"
          disabled={props.onAcknowledge === undefined || !props.alerts.some((alert) => needsAcknowledgement(alert.state))}
          onPress={() => props.onAcknowledge?.()}
        >
          {shared.button.acknowledge}
        </Button>
        <Button key="W" disabled={props.onWhy === undefined} onPress={() => props.onWhy?.()}>
          {shared.button.explain}
        </Button>
        <Button key="D" onPress={props.onDisplay}>
          {shared.button.openUnit}
        </Button>
      </div>
    </section>
  );
}
