import { createMemo, createResource, Show } from 'solid-js';
import type { TagInfo } from '../../../../protocol.ts';
import { useBands } from '../../store/bands.ts';
import { useStation } from '../../store/station.ts';
import { Empty, Failed } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { Trend } from '../../ui/trend/trend.tsx';
import { Value } from '../../ui/value.tsx';

const dayMs = 86_400_000;

/** The tag that says most about the plant, over a day, against its normal band. */
export function KeyTrend(props: { readonly span: number }) {
  const { site, tags } = useStation();
  const [tag, { refetch }] = createResource(
    async () => (await tags.named(site.keyTrend === undefined ? [] : [site.keyTrend]))[0] ?? null,
  );
  return (
    <section class="panel" style={{ 'grid-column': `span ${props.span}` }} aria-label="Key trend">
      <Show
        when={site.keyTrend !== undefined}
        fallback={
          <Empty>
            <b>No key trend.</b> Name a tag under <span class="mono">site.keyTrend</span> in the configuration.
          </Empty>
        }
      >
        <Loaded of={tag} retry={() => void refetch()}>
          {(known) => <DayTrend tag={known()} />}
        </Loaded>
      </Show>
    </section>
  );
}

function DayTrend(props: { readonly tag: TagInfo }) {
  const { histories, clock } = useStation();
  const shown = createMemo(() => [props.tag]);
  const history = histories.use(shown, () => ({ spanMs: dayMs }), 500);
  const band = useBands(() => [props.tag.name]);
  const pens = createMemo(() => [
    { label: props.tag.name, track: history.track(props.tag.name), step: props.tag.kind === 'discrete' },
  ]);
  // a pixel of this chart is some minutes: it need not move each second
  const now = createMemo(() => Math.floor(clock.second() / 20_000) * 20_000);
  const version = createMemo(() => (now(), history.version()));
  return (
    <>
      <header class="panel-head">
        <h2>{props.tag.description}, 24 h</h2>
        <span class="end">
          {props.tag.name} · <Value tag={props.tag} />
        </span>
      </header>
      <Show when={history.error()} fallback={null}>
        {(text) => <Failed text={text()} retry={history.retry} />}
      </Show>
      <Trend
        label={`${props.tag.description} over 24 hours`}
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
