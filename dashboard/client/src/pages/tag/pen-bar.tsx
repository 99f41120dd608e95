import { createMemo, createSignal, For, Show } from 'solid-js';
import { penLimits } from '../../../../../src/core/trend-pens.ts';
import type { TagInfo } from '../../../../api/index.ts';
import { formatNumber } from '../../pure/format.ts';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { PenSample } from '../../ui/trend/legend.tsx';
import { Value } from '../../ui/value.tsx';
import { AddPenDialog, ScaleDialog } from './pen-dialogs.tsx';
import type { TrendState } from './trend-state.ts';
import { texts } from './text.ts';

/** The pens of the trend: line style, tag, present value; each can be scaled and removed. */
export function PenBar(props: { readonly trend: TrendState }) {
  const { tag, pens, panes, scaleOf, chosen, resetPens, removePen } = props.trend;
  const [adding, setAdding] = createSignal(false);
  const [scaled, setScaled] = createSignal<TagInfo>();
  const isFull = (): boolean => pens().length >= penLimits.perTrend;
  const styleOf = createMemo(() => new Map(panes().flatMap((pane) => pane.tags.map((one, style) => [one.name, style]))));
  useKeys(() => [
    {
      caption: 'P',
      text: texts.key.pen,
      on: ['p'],
      quiet: true,
      run: () => {
        if (!isFull()) setAdding(true);
      },
    },
  ]);
  const scaleText = (one: TagInfo): string => {
    const scale = scaleOf(one.name);
    if (scale === undefined) return '';
    const figure = (value: number): string => formatNumber(value, one.decimals);
    return texts.label.to(figure(scale[0]), figure(scale[1]));
  };
  return (
    <>
      <ul class="pen-bar" aria-label={texts.title.pens}>
        <For each={pens()}>
          {(one) => (
            <li class="pen-chip">
              <button
                type="button"
                class="link"
                title={texts.label.scaleOf(one.name, one.description)}
                onClick={() => setScaled(one)}
              >
                <PenSample style={styleOf().get(one.name) ?? 0} />
                {one.name}
              </button>
              <Value tag={one} />
              <Show when={scaleText(one)}>{(text) => <small>{text()}</small>}</Show>
              <Show when={one.name !== tag.name}>
                <button type="button" class="remove" title={texts.label.removePen(one.name)} onClick={() => removePen(one.name)}>
                  <span aria-hidden="true">×</span>
                  <span class="unseen">{texts.label.removePen(one.name)}</span>
                </button>
              </Show>
            </li>
          )}
        </For>
        <li>
          <Button
            key="P"
            disabled={isFull()}
            title={isFull() ? texts.sentence.mostPens(penLimits.perTrend) : undefined}
            onPress={() => setAdding(true)}
          >
            {texts.button.addPen}
          </Button>
        </li>
        <Show when={chosen()}>
          <li>
            <Button onPress={resetPens}>{texts.button.relatedPens}</Button>
          </li>
        </Show>
      </ul>
      <Show when={adding()}>
        <AddPenDialog trend={props.trend} onClose={() => setAdding(false)} />
      </Show>
      <Show when={scaled()}>{(one) => <ScaleDialog tag={one()} trend={props.trend} onClose={() => setScaled(undefined)} />}</Show>
    </>
  );
}
