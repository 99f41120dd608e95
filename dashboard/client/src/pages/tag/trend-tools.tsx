import { createSignal, For, Show } from 'solid-js';
import { defaultShelvingMs } from '../../../../../src/core/alert.ts';
import { comparisons, shiftView, type Comparison } from '../../pure/trend/comparison.ts';
import { failureText, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { useKeys } from '../../ui/keys.ts';
import { shared } from '../../text.ts';
import { AnnotateDialog } from './annotate-dialog.tsx';
import { ExportDialog } from './export-dialog.tsx';
import type { TrendState } from './trend-state.ts';
import { texts } from './text.ts';

/** Comparison, annotation, export and print of the trend. */
export function TrendTools(props: { readonly trend: TrendState; readonly plots: () => HTMLElement }) {
  const { clock, site } = useApp();
  const { comparison, compare, setView, cursor, window: shown } = props.trend;
  const [dialog, setDialog] = createSignal<'annotate' | 'export'>();
  const [note, setNote] = createSignal('');
  const close = (): unknown => setDialog();
  const choose = async (next: Comparison): Promise<void> => {
    setNote('');
    if (next === 'shift') {
      try {
        const { handovers } = await query('GET /api/handover', {});
        setView(shiftView(handovers[0]?.outgoing.at, clock.now(), site.shelvingMs ?? defaultShelvingMs));
      } catch (thrown) {
        setNote(`${texts.sentence.comparisonFailed} ${failureText(thrown)}`);
        return;
      }
    }
    compare(next);
  };
  // keys that are printed on buttons are not in the key bar too
  useKeys(() => [
    {
      caption: 'Y',
      text: texts.key.compareYesterday,
      on: ['y'],
      run: () => void choose(comparison() === 'yesterday' ? 'none' : 'yesterday'),
    },
    { caption: 'O', text: texts.key.annotate, on: ['o'], run: () => setDialog('annotate'), quiet: true },
    { caption: 'E', text: shared.key.export, on: ['e'], run: () => setDialog('export'), quiet: true },
  ]);
  /** The cursor, or the present time, which the visible window may not hold. */
  const annotated = (): number => cursor() ?? Math.min(clock.second(), shown().to);
  return (
    <div class="trend-tools">
      <label>
        {texts.label.compare}
        <select
          class="field"
          onChange={(event) => {
            const field = event.currentTarget;
            // a choice that failed shows the one in force again
            void choose(field.value as Comparison).then(() => (field.value = comparison()));
          }}
        >
          <For each={comparisons}>
            {(one) => (
              <option value={one} selected={comparison() === one}>
                {texts.label.comparison[one]}
              </option>
            )}
          </For>
        </select>
      </label>
      <Button key="O" onPress={() => setDialog('annotate')}>
        {texts.button.annotate}
      </Button>
      <Button key="E" onPress={() => setDialog('export')}>
        {texts.button.export}
      </Button>
      <Button onPress={() => window.print()}>{texts.button.print}</Button>
      <Show when={note()}>{(text) => <p role="alert">{text()}</p>}</Show>
      <Show when={dialog() === 'annotate'}>
        <AnnotateDialog at={annotated()} onClose={close} />
      </Show>
      <Show when={dialog() === 'export'}>
        <ExportDialog trend={props.trend} plots={props.plots} onClose={close} />
      </Show>
    </div>
  );
}
