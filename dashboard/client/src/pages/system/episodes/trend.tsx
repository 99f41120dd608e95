import { createMemo, createResource, For, Show } from 'solid-js';
import type { Episode } from '../../../../../../src/core/episodes.ts';
import { deviceOf } from '../../../../../../src/core/self-device.ts';
import type { TagInfo } from '../../../../../api/index.ts';
import { useApp } from '../../../store/app-context.ts';
import { Failed } from '../../../ui/panel.tsx';
import { Trend } from '../../../ui/trend/trend.tsx';
import { texts } from './text.ts';

/** Part of the shown time before and after an episode, as a share of it. */
const marginShare = 0.5;
const leastMarginMs = 600_000;
const mostTags = 3;

/** Equipment, device or area of an episode. */
export const placeOf = ({ area, equipment, device }: Episode): string =>
  deviceOf({ device }) ?? (equipment === '' ? area : equipment);

/** The most unusual tags of an episode from the history, with its time marked. */
export function EpisodeTrend(props: { readonly episode: Episode }) {
  const { tags } = useApp();
  const [named] = createResource(async () => await tags.named(props.episode.tags.slice(0, mostTags)));
  return (
    <section class="episode-trends" aria-label={texts.title.trend(placeOf(props.episode))}>
      <For each={named.state === 'ready' ? named() : []}>{(tag) => <TagOfEpisode tag={tag} episode={props.episode} />}</For>
    </section>
  );
}

function TagOfEpisode(props: { readonly tag: TagInfo; readonly episode: Episode }) {
  const { histories } = useApp();
  const margin = createMemo(() => Math.max(leastMarginMs, marginShare * (props.episode.to - props.episode.from)));
  const from = (): number => props.episode.from - margin();
  const to = (): number => props.episode.to + margin();
  const history = histories.use(
    () => [props.tag],
    () => ({ spanMs: to() - from(), end: to() }),
    900,
  );
  const track = createMemo(() => {
    history.version();
    return history.track(props.tag.name);
  });
  const isEmpty = (): boolean => !history.loading() && history.error() === undefined && (track()?.time.length ?? 0) === 0;
  return (
    <div>
      <h3>{`${props.tag.name} ${props.tag.description}`}</h3>
      <Show when={history.error()}>{(text) => <Failed text={text()} retry={history.retry} />}</Show>
      <Show when={isEmpty()}>
        <p class="dim">{texts.sentence.noHistory}</p>
      </Show>
      <Trend
        label={`${props.tag.name} ${props.tag.description}`}
        unit={props.tag.unit}
        decimals={props.tag.decimals}
        states={props.tag.states}
        pens={[{ label: props.tag.name, track: track(), step: props.tag.kind === 'discrete' }]}
        version={history.version()}
        from={from()}
        to={to()}
        layers={{ findings: [{ from: props.episode.from, to: props.episode.to }] }}
        ends
      />
    </div>
  );
}
