import { createSignal, Show } from 'solid-js';
import { defaultShelvingMs, type Alert } from '../../../../../src/core/alert.ts';
import { limits } from '../../../../protocol.ts';
import { formatAge } from '../../pure/format.ts';
import { act } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { ActDialog } from '../../ui/act-dialog.tsx';
import { Button } from '../../ui/button.tsx';
import { ReasonField, SelectField } from '../../ui/fields.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** Offered times, minutes. */
const offered = [15, 60, 240, 480, 720, 1_440, 10_080, limits.shelvingMinutes];

/** Dialog to shelve alerts for a time with a reason, or to end their shelving. */
export function ShelveDialog(props: { readonly alerts: readonly Alert[]; readonly onClose: () => void }) {
  const { site, zone, clock } = useApp();
  const shiftMinutes = (site.shelvingMs ?? defaultShelvingMs) / 60_000;
  const [minutes, setMinutes] = createSignal(60);
  const [once, setOnce] = createSignal(false);
  const [reason, setReason] = createSignal('');
  const ids = (): string[] => props.alerts.map(({ id }) => id);
  const shelf = () => props.alerts.find((alert) => alert.shelf !== undefined)?.shelf;
  /** The reason if some alerts could not be shelved. */
  const refusalOf = ({ refused }: { readonly refused: readonly string[] }): string | undefined =>
    refused.length === 0 ? undefined : texts.sentence.notShelved(refused.join(', '));
  const shelve = async (): Promise<string | undefined> => {
    const body = { ids: ids(), minutes: minutes(), reason: reason(), ...(once() ? { once: true as const } : {}) };
    const answer = await act('POST /api/alerts/shelve', body);
    return answer.waiting === true ? shared.sentence.waits : refusalOf(answer);
  };
  const unshelve = async (): Promise<string | undefined> => refusalOf(await act('POST /api/alerts/unshelve', { ids: ids() }));
  return (
    <ActDialog
      title={texts.title.shelve(props.alerts.length)}
      text={texts.button.shelve(props.alerts.length)}
      run={shelve}
      onClose={props.onClose}
      more={(perform, isBusy) => (
        <Show when={shelf()}>
          <Button disabled={isBusy()} onPress={() => perform(unshelve)}>
            {texts.button.unshelve}
          </Button>
        </Show>
      )}
    >
      <p>{props.alerts[0]?.title}</p>
      <Show when={shelf()}>
        {(one) => (
          <p>
            {texts.sentence.shelvedBy(one().by.role, zone().moment(one().until, clock.second()))} {one().reason}
          </p>
        )}
      </Show>
      <SelectField
        label={shared.column.duration}
        name="minutes"
        options={offered.map((value) => ({ value, text: formatAge(value * 60_000) }))}
        value={minutes()}
        onChoose={setMinutes}
      />
      <label class="row">
        <input type="checkbox" name="once" checked={once()} onChange={(event) => setOnce(event.currentTarget.checked)} />
        {texts.label.once}
      </label>
      <ReasonField value={reason()} onInput={setReason} />
      <Show when={minutes() > shiftMinutes}>
        <p>{shared.sentence.beyondShift}</p>
      </Show>
      <p class="dim">{texts.sentence.shelvingEffect}</p>
    </ActDialog>
  );
}
