import { createResource, createSignal, For, Show } from 'solid-js';
import { type CalendarPeriod, calendarPeriods, zoneText } from '../../../../../src/core/calendar.ts';
import { failureText, query } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button, Choice } from '../../ui/button.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Loaded } from '../../ui/resource.tsx';
import { saveText } from '../../ui/save.ts';
import { PrintedTables } from './printed-tables.tsx';
import { texts } from './text.ts';

const periods = calendarPeriods.map((value) => ({ value, text: texts.label.periods[value] }));

/** Key figures of the alarms of a day, week or month. */
export function Report() {
  const { site, clock } = useApp();
  const zone = zoneText(site.timeZone);
  const [period, setPeriod] = createSignal<CalendarPeriod>('day');
  const [date, setDate] = createSignal<string>();
  const [position, setPosition] = createSignal('');
  const [failure, setFailure] = createSignal<string>();
  const today = (): string => zone.date(clock.second());
  const chosen = () => ({ period: period(), date: date(), position: position() === '' ? undefined : position() });
  const [report, { refetch }] = createResource(chosen, async (input) => await query('GET /api/report', input));
  const save = async (format: 'html' | 'csv'): Promise<void> => {
    try {
      const { text } = await query('GET /api/report/file', { ...chosen(), format });
      saveText(`alarm-report-${period()}-${date() ?? today()}.${format}`, text);
      setFailure(undefined);
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  return (
    <main class="page shift">
      <Panel label={texts.title.report}>
        <div class="filters">
          <Choice label={texts.label.period} options={periods} value={period()} onChoose={setPeriod} />
          <input
            class="field"
            type="date"
            aria-label={texts.label.date}
            value={date() ?? (Number.isNaN(clock.second()) ? '' : today())}
            onChange={(event) => setDate(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
          />
          <Show when={site.positions.length > 0}>
            <select class="field" aria-label={texts.label.position} onChange={(event) => setPosition(event.currentTarget.value)}>
              <option value="">{texts.label.wholePlant}</option>
              <For each={site.positions}>{({ name }) => <option value={name}>{name}</option>}</For>
            </select>
          </Show>
          <Button onPress={() => void save('html')}>{texts.button.saveHtml}</Button>
          <Button onPress={() => void save('csv')}>{texts.button.saveCsv}</Button>
          <Show when={failure()}>
            <b role="alert">{failure()}</b>
          </Show>
        </div>
        <Loaded of={report} retry={() => void refetch()} cells={8}>
          {(known) => <PrintedTables document={known()} />}
        </Loaded>
      </Panel>
    </main>
  );
}
