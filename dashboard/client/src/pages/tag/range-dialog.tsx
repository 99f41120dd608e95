import { createSignal, Show } from 'solid-js';
import { localField, timeOfField } from '../../pure/trend/local-time.ts';
import { chosenView } from '../../pure/trend/time-window.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import type { TrendState } from './trend-state.ts';
import { texts } from './text.ts';

/** Chooses begin and end of the window, in the time zone of the page. */
export function RangeDialog(props: { readonly trend: TrendState; readonly onClose: () => void }) {
  const { clock, settings, site } = useApp();
  const zone = (): string => (settings.utc() ? 'UTC' : site.timeZone);
  const { from } = props.trend.window();
  const { end } = props.trend.view();
  const [begin, setBegin] = createSignal(localField(from, zone()));
  const [until, setUntil] = createSignal(end === undefined ? '' : localField(end, zone()));
  const view = () =>
    chosenView(timeOfField(begin(), zone()), until() === '' ? undefined : timeOfField(until(), zone()), clock.second());
  const refusal = (): string => {
    const found = view();
    return typeof found === 'string' ? texts.sentence.range[found] : '';
  };
  const show = (): void => {
    const found = view();
    if (typeof found === 'string') return;
    props.trend.setView(found);
    props.trend.setCursor(undefined);
  };
  return (
    <ActDialog
      title={texts.title.range}
      text={texts.button.showRange}
      disabled={refusal() !== ''}
      run={show}
      onClose={props.onClose}
      more={() => (
        <Show when={until() !== ''}>
          <Button onPress={() => setUntil('')}>{texts.button.untilNow}</Button>
        </Show>
      )}
    >
      <div class="figures">
        <label>
          {texts.label.begin(zone())}
          <input
            class="field"
            name="begin"
            type="datetime-local"
            value={begin()}
            onInput={(event) => setBegin(event.currentTarget.value)}
          />
        </label>
        <label>
          {texts.label.end(zone())}
          <input
            class="field"
            name="end"
            type="datetime-local"
            value={until()}
            onInput={(event) => setUntil(event.currentTarget.value)}
          />
        </label>
      </div>
      <p>{refusal() || texts.sentence.rangeHint}</p>
    </ActDialog>
  );
}
