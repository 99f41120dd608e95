import { createSignal, Show } from 'solid-js';
import { defaultShelvingMs, type Alert } from '../../../../../src/core/alert.ts';
import { limits } from '../../../../protocol.ts';
import { formatAge } from '../../pure/format.ts';
import { act, failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField, SelectField } from '../../ui/fields.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Offered times, minutes. */
const offered = [15, 60, 240, 480, 720, 1_440, 10_080, limits.shelvingMinutes];

/** Dialog to shelve alerts for a time with a reason, or to end their shelving. */
export function ShelveDialog(props: { readonly alerts: readonly Alert[]; readonly onClose: () => void }) {
  const { site, may, zone, clock } = useApp();
  const shiftMinutes = (site.shelvingMs ?? defaultShelvingMs) / 60_000;
  const most = (): number => (may('shelve-longer') ? limits.shelvingMinutes : shiftMinutes);
  const times = offered.filter((minutes) => minutes <= most());
  const [minutes, setMinutes] = createSignal(times.find((one) => one === 60) ?? times[0] ?? most());
  const [once, setOnce] = createSignal(false);
  const [reason, setReason] = createSignal('');
  const [failure, setFailure] = createSignal<string>();
  const ids = (): string[] => props.alerts.map(({ id }) => id);
  const shelf = () => props.alerts.find((alert) => alert.shelf !== undefined)?.shelf;
  const send = async (work: Promise<{ readonly refused: readonly string[] }>): Promise<void> => {
    try {
      const { refused } = await work;
      if (refused.length === 0) props.onClose();
      else setFailure(texts.sentence.notShelved(refused.join(', ')));
    } catch (thrown) {
      setFailure(failureText(thrown));
    }
  };
  const shelve = (event: SubmitEvent): void => {
    event.preventDefault();
    const body = { ids: ids(), minutes: minutes(), reason: reason(), ...(once() ? { once: true as const } : {}) };
    void send(act('POST /api/alerts/shelve', body));
  };
  return (
    <Dialog title={texts.title.shelve(props.alerts.length)} onClose={props.onClose}>
      <p>{props.alerts[0]?.title}</p>
      <Show when={shelf()}>
        {(one) => (
          <p>
            {texts.sentence.shelvedBy(one().by.role, zone().moment(one().until, clock.second()))} {one().reason}
          </p>
        )}
      </Show>
      <form class="decide" onSubmit={shelve}>
        <SelectField
          label={shared.column.duration}
          name="minutes"
          options={(times.length === 0 ? [most()] : times).map((value) => ({ value, text: formatAge(value * 60_000) }))}
          value={minutes()}
          onChoose={setMinutes}
        />
        <label class="row">
          <input type="checkbox" name="once" checked={once()} onChange={(event) => setOnce(event.currentTarget.checked)} />
          {texts.label.once}
        </label>
        <ReasonField value={reason()} onInput={setReason} />
        <Show when={site.secondPerson === true && minutes() > shiftMinutes}>
          <p>{shared.sentence.secondPerson}</p>
        </Show>
        <p class="dim">{texts.sentence.shelvingEffect}</p>
        <Show when={failure()}>
          <b role="alert">{failure()}</b>
        </Show>
        <div class="acts">
          <button type="submit" class="button button-primary">
            {texts.button.shelve(props.alerts.length)}
          </button>
          <Show when={shelf()}>
            <Button onPress={() => void send(act('POST /api/alerts/unshelve', { ids: ids() }))}>{texts.button.unshelve}</Button>
          </Show>
          <Button key="Esc" onPress={props.onClose}>
            {shared.button.cancel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
