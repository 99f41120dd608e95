import { createMemo, createResource, Show } from 'solid-js';
import type { TagInfo } from '../../../../api/index.ts';
import { useBands } from '../../store/bands.ts';
import { useApp } from '../../store/app-context.ts';
import { Empty, Failed } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Trend } from '../../ui/trend/trend.tsx';
import { Value } from '../../ui/value.tsx';
import { texts } from './text.ts';

const dayMs = 86_400_000;

/** Trend of the site's key tag over a day, with its normal band. */
export function KeyTrend(props: { readonly span: number }) {
  const { site, tags } = useApp();
  const [tag, { refetch }] = createResource(
    async () => (await tags.named(site.keyTrend === undefined ? [] : [site.keyTrend]))[0] ?? null,
  );
  return (
    <section class="panel" style={{ 'grid-column': `span ${props.span}` }} aria-label={texts.title.keyTrend}>
      <Show when={site.keyTrend !== undefined} fallback={<Empty>{texts.sentence.noKeyTrend}</Empty>}>
        <Loaded of={tag} retry={() => void refetch()}>
          {(known) => <DayTrend tag={known()} />}
        </Loaded>
      </Show>
    </section>
  );
}

function DayTrend(props: { readonly tag: TagInfo }) {
  const { histories, clock } = useApp();
  const shown = createMemo(() => [props.tag]);
  const history = histories.use(shown, () => ({ spanMs: dayMs }), 500);
  const band = useBands(() => [props.tag.name]);
  const pens = createMemo(() => [
    { label: props.tag.name, track: history.track(props.tag.name), step: props.tag.kind === 'discrete' },
  ]);
  // a pixel of this chart is some minutes, so that it does not move each second
  const now = createMemo(() => Math.floor(clock.second() / 20_000) * 20_000);
  const version = createMemo(() => (now(), history.version()));
  return (
    <>
      <header class="panel-head">
        <h2>{texts.title.trendDay(props.tag.description)}</h2>
        <span class="end">
          {props.tag.name} · <Value tag={props.tag} />
        </span>
      </header>
      <Show when={history.error()} fallback={null}>
        {(text) => <Failed text={text()} retry={history.retry} />}
      </Show>
      <Trend
        label={texts.label.trendOf(props.tag.description)}
        unit={props.tag.unit}
        decimals={props.tag.decimals}
        states={props.tag.states}
        pens={pens()}
        version={version()}
        from={now() - dayMs}
        to={now() + dayMs / 40}
        layers={{ band: band(props.tag.name) }}
      />
    </>
  );
}
