import { createMemo, Show } from 'solid-js';
import { hasReturned, type Alert, mainTag } from '../../../../../src/core/alert.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { bandOf, bandText, expectedPart, partText, valueBandOf } from '../../pure/alerts/alert-words.ts';
import { findingSpans, limitLines } from '../../pure/trend/trend-layers.ts';
import { useApp } from '../../store/app-context.ts';
import { useNamedTags } from '../../store/tags.ts';
import { Empty, Failed, Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Legend } from '../../ui/trend/legend.tsx';
import { Trend } from '../../ui/trend/trend.tsx';
import { texts } from './text.ts';

/** Measured and expected values, from some time before the first anomalous sample. */
export function MeasuredPanel(props: { readonly alert: Alert; readonly members: readonly Alert[] }) {
  const { tags: catalogue } = useApp();
  const name = createMemo(() => mainTag(props.alert) ?? '');
  const tags = useNamedTags(catalogue, () => [name()]);
  const band = () => bandOf(props.alert.explanation);
  const part = () => props.alert.explanation.contributions.find((one) => one.tag === name() && Number.isFinite(one.measured));
  const decimals = () => (tags.state === 'errored' ? undefined : tags.latest?.[0]?.decimals) ?? 2;
  return (
    <Panel
      title={texts.title.measured}
      end={
        <Show
          when={band()}
          fallback={
            <Show when={part()} fallback={name()}>
              {(one) => `${name()} · ${partText(one(), decimals())}`}
            </Show>
          }
        >
          {(one) => bandText(one(), decimals())}
        </Show>
      }
    >
      <Show when={name() !== ''} fallback={<Empty>{texts.sentence.aboutDevice}</Empty>}>
        <Loaded of={tags} retry={() => undefined}>
          {(known) => (
            <Show when={known()[0]} keyed fallback={<Empty>{texts.sentence.unknownTag(name())}</Empty>}>
              {(tag) => <Measured tag={tag} alert={props.alert} members={props.members} />}
            </Show>
          )}
        </Loaded>
      </Show>
    </Panel>
  );
}

function Measured(props: { readonly tag: TagInfo; readonly alert: Alert; readonly members: readonly Alert[] }) {
  const { histories, clock, zone } = useApp();
  const over = () => hasReturned(props.alert.state);
  // the trend of a closed alert ends a little after it; that of an open one continues
  const end = createMemo(() => (over() ? (props.alert.returnedAt ?? props.alert.changedAt) + 300_000 : undefined), undefined, {
    equals: (a, b) => a === b,
  });
  const span = createMemo(() => {
    const until = end() ?? Math.ceil(clock.second() / 300_000) * 300_000;
    return Math.min(86_400_000, Math.max(900_000, (until - props.alert.since) * 1.6));
  });
  const shown = createMemo(() => [props.tag]);
  const history = histories.use(shown, () => ({ spanMs: span(), end: end() }), 1200);
  const to = () => end() ?? clock.second();
  const band = () => valueBandOf(props.alert.explanation);
  const expected = createMemo(() => {
    const part = expectedPart(props.alert.explanation, props.tag.name);
    const until = over() ? (props.alert.returnedAt ?? props.alert.changedAt) : to();
    return part && [props.alert.since, until].map((time) => ({ time, value: part.expected }));
  });
  const pens = createMemo(() => [
    { label: texts.note.measured, track: history.track(props.tag.name), step: props.tag.kind === 'discrete' },
  ]);
  return (
    <>
      <Show when={history.error()}>{(text) => <Failed text={text()} retry={history.retry} />}</Show>
      <Trend
        label={texts.label.trend(props.tag.description)}
        unit={props.tag.unit}
        decimals={props.tag.decimals}
        states={props.tag.states}
        pens={pens()}
        version={history.version()}
        from={to() - span()}
        to={to() + span() * 0.04}
        ends
        layers={{
          band: band()?.tag === props.tag.name ? band() : undefined,
          expected: expected(),
          limits: limitLines(props.tag),
          findings: findingSpans([props.alert], [props.tag.name], to()),
          marks: [
            { time: props.alert.since, text: zone().time(props.alert.since) },
            { time: props.alert.raisedAt, text: texts.note.raised },
          ],
        }}
      />
      <Legend pens={[props.tag.name]} expected={expected() !== undefined} band={band()?.tag === props.tag.name} finding />
    </>
  );
}
