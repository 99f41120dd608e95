import { createSignal, Show } from 'solid-js';
import type { TagInfo } from '../../../../api/index.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TagSearch } from '../../ui/tag-search.tsx';
import { shared } from '../../text.ts';
import type { TrendState } from './trend-state.ts';
import { texts } from './text.ts';

interface Props {
  readonly trend: TrendState;
  readonly onClose: () => void;
}

/** Finds a tag and adds it as a pen. */
export function AddPenDialog(props: Props) {
  const shown = (): readonly string[] => props.trend.pens().map(({ name }) => name);
  const add = (tag: string): void => {
    props.trend.addPen(tag);
    props.onClose();
  };
  return (
    <Dialog title={texts.title.addPen} onClose={props.onClose}>
      <TagSearch
        label={texts.label.findPen}
        none={texts.sentence.noPenMatches}
        accepts={({ name, kind }) => kind !== 'text' && !shown().includes(name)}
        detail={(tag) => tag.unit}
        onChoose={add}
      />
      <div class="acts">
        <Button key="Esc" onPress={props.onClose}>
          {shared.button.cancel}
        </Button>
      </div>
    </Dialog>
  );
}

/** Sets the scale of a pen, which gets a pane of its own if no other pen has the same scale. */
export function ScaleDialog(props: Props & { readonly tag: TagInfo }) {
  const before = props.trend.scaleOf(props.tag.name);
  const { range } = props.tag;
  const [low, setLow] = createSignal(String(before?.[0] ?? range?.low ?? ''));
  const [high, setHigh] = createSignal(String(before?.[1] ?? range?.high ?? ''));
  const ends = (): readonly [number, number] => [Number.parseFloat(low()), Number.parseFloat(high())];
  const isValid = (): boolean => ends()[0] < ends()[1];
  return (
    <ActDialog
      title={texts.title.scale(props.tag.name)}
      text={texts.button.setScale}
      disabled={!isValid()}
      run={() => props.trend.setScale(props.tag.name, ends())}
      onClose={props.onClose}
      more={(perform) => (
        <Button disabled={before === undefined} onPress={() => perform(() => props.trend.setScale(props.tag.name, undefined))}>
          {texts.button.automaticScale}
        </Button>
      )}
    >
      <p>{props.tag.description}</p>
      <div class="figures">
        <label>
          {texts.label.scaleLow(props.tag.unit)}
          <input
            class="field"
            name="low"
            type="number"
            step="any"
            value={low()}
            onInput={(event) => setLow(event.currentTarget.value)}
          />
        </label>
        <label>
          {texts.label.scaleHigh(props.tag.unit)}
          <input
            class="field"
            name="high"
            type="number"
            step="any"
            value={high()}
            onInput={(event) => setHigh(event.currentTarget.value)}
          />
        </label>
      </div>
      <Show when={!isValid()}>
        <p>{texts.sentence.scaleInvalid}</p>
      </Show>
    </ActDialog>
  );
}
