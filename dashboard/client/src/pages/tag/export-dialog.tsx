import { createSignal, Show } from 'solid-js';
import { formatNumber } from '../../pure/format.ts';
import { trendFile } from '../../pure/trend/trend-rows.ts';
import { failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { csvOf, parquetOf, readTrend } from './trend-export.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { saveBlob, sha256Of } from '../../ui/save.ts';
import { trendPicture } from '../../ui/trend/picture.ts';
import { texts as frame } from '../../frame/text.ts';
import { shared } from '../../text.ts';
import type { TrendState } from './trend-state.ts';
import { texts } from './text.ts';

type Format = 'csv' | 'parquet' | 'png';

/** Saves the pens of the visible window as a table or a picture, and states the hash of the file. */
export function ExportDialog(props: {
  readonly trend: TrendState;
  readonly plots: () => HTMLElement;
  readonly onClose: () => void;
}) {
  const { histories, clock, zone, site, lab } = useApp();
  const { tag, pens, window } = props.trend;
  const [state, setState] = createSignal('');
  const [isBusy, setBusy] = createSignal(false);
  /** The part of the window that has passed. */
  const span = () => ({ from: window().from, to: Math.min(window().to, clock.second()) });
  const moments = (): string => {
    const moment = (time: number): string => `${zone().day(time)} ${zone().time(time)}`;
    return texts.label.exportSpan(moment(span().from), moment(span().to), zone().offset(span().to));
  };
  const make = async (format: Format): Promise<{ readonly content: Blob; readonly note: string }> => {
    if (format === 'png') {
      const lines = [
        `${site.name}: ${pens()
          .map(({ name, description }) => `${name} ${description}`)
          .join(', ')}`,
        moments(),
        ...(lab.feed() === undefined ? [] : [`${frame.note.exercise}: ${frame.note.simulated}`]),
      ];
      return { content: await trendPicture(props.plots(), lines), note: '' };
    }
    const { rows, samples } = await readTrend(histories, pens(), span());
    const content = format === 'csv' ? new Blob([csvOf(rows)], { type: 'text/csv' }) : new Blob([await parquetOf(rows)]);
    return { content, note: texts.sentence.exportedRows(formatNumber(rows.length), samples) };
  };
  const save = async (format: Format): Promise<void> => {
    setBusy(true);
    setState(texts.sentence.exporting);
    try {
      const { from, to } = span();
      const { content, note } = await make(format);
      const name = trendFile(tag.name, from, to, format);
      saveBlob(name, content);
      setState([texts.sentence.exported(name, await sha256Of(content)), note].join(' '));
    } catch (thrown) {
      setState(`${texts.sentence.exportFailed} ${failureText(thrown)}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={texts.title.export} onClose={props.onClose}>
      <p>
        {pens()
          .map(({ name }) => name)
          .join(', ')}
      </p>
      <p>{moments()}</p>
      <p>{texts.sentence.exportHint}</p>
      <Show when={!props.trend.isComplete()}>
        <p>{texts.sentence.picturePending}</p>
      </Show>
      <p class="export-state" role="status">
        {state()}
      </p>
      <div class="acts">
        <Button disabled={isBusy()} onPress={() => void save('csv')}>
          {texts.button.csv}
        </Button>
        <Button disabled={isBusy()} onPress={() => void save('parquet')}>
          {texts.button.parquet}
        </Button>
        <Button disabled={isBusy() || !props.trend.isComplete()} onPress={() => void save('png')}>
          {texts.button.png}
        </Button>
        <Show when={!isBusy()}>
          <Button key="Esc" onPress={props.onClose}>
            {shared.button.close}
          </Button>
        </Show>
      </div>
    </Dialog>
  );
}
