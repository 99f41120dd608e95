import { createMemo, createSignal, Show } from 'solid-js';
import { calendarPeriods, type CalendarPeriod } from '../../../../../../src/core/calendar.ts';
import { maintenanceKinds } from '../../../../../../src/core/maintenance.ts';
import { formatAge } from '../../../pure/format.ts';
import { act } from '../../../store/api.ts';
import { useApp } from '../../../store/app-context.ts';
import { ActDialog } from '../../../ui/act-dialog.tsx';
import { ReasonField, SelectField } from '../../../ui/fields.tsx';
import { shared } from '../../../text.ts';
import { texts } from './text.ts';

/** Offered durations, minutes. */
const lengths = [60, 120, 240, 720, 1_440, 10_080].map((value) => ({ value, text: formatAge(value * 60_000) }));

type Repeat = CalendarPeriod | 'once';
const repeats = (['once', ...calendarPeriods] as const).map((value) => ({ value, text: texts.label.repeats[value] }));

/** The input of the form: a part of the plant to take out of service, now or by the clock. */
interface MaintenanceInput {
  readonly place: { readonly kind: (typeof maintenanceKinds)[number]; readonly id: string };
  readonly text: string;
  readonly minutes: number;
  /** Local time of the site; empty for now. */
  readonly from: string;
  readonly repeat: Repeat;
  readonly reason: string;
}

const isPlan = ({ from, repeat }: Pick<MaintenanceInput, 'from' | 'repeat'>): boolean => from !== '' || repeat !== 'once';

/** Performs the act. Returns true if it waits for a second person. */
async function send({ place, minutes, from, repeat, reason }: MaintenanceInput): Promise<boolean> {
  if (!isPlan({ from, repeat })) return (await act('POST /api/maintenance/begin', { place, minutes, reason })).waiting === true;
  const begin = from === '' ? {} : { from };
  const again = repeat === 'once' ? {} : { repeat };
  return (await act('POST /api/maintenance/plan', { place, minutes, reason, ...begin, ...again })).waiting === true;
}

/** Form that takes a part of the plant out of service, or plans it, after a question. */
export function BeginForm() {
  const { site, health } = useApp();
  const [place, setPlace] = createSignal('');
  const [minutes, setMinutes] = createSignal(60);
  const [from, setFrom] = createSignal('');
  const [repeat, setRepeat] = createSignal<Repeat>('once');
  const [reason, setReason] = createSignal('');
  const [confirming, setConfirming] = createSignal<MaintenanceInput>();
  // by name: the list is replaced each second, which must not change the selection
  const devices = createMemo(() => (health.health()?.devices ?? []).map(({ name }) => name).join('\n'));
  const places = createMemo(() => [
    ...site.areas.map(({ id, name }) => ({ value: `area/${id}`, text: texts.label.placeArea(name) })),
    ...site.areas.flatMap(({ equipment }) =>
      equipment.map(({ id, name }) => ({ value: `equipment/${id}`, text: texts.label.placeEquipment(id, name) })),
    ),
    ...devices()
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => ({ value: `device/${name}`, text: texts.label.placeDevice(name) })),
  ]);
  const confirm = (event: SubmitEvent): void => {
    event.preventDefault();
    // the dialog returns the focus to it: from a field, the keys of the page would not work
    event.submitter?.focus();
    const chosen = places().find(({ value }) => value === place());
    const kind = maintenanceKinds.find((one) => place().startsWith(`${one}/`));
    if (chosen === undefined || kind === undefined) return;
    const id = place().slice(kind.length + 1);
    const input = { minutes: minutes(), from: from(), repeat: repeat(), reason: reason() };
    setConfirming({ ...input, place: { kind, id }, text: chosen.text });
  };
  const begin = async (input: MaintenanceInput): Promise<string | undefined> => {
    const waits = await send(input);
    health.refresh();
    setPlace('');
    setFrom('');
    setRepeat('once');
    setReason('');
    return waits ? shared.sentence.waits : undefined;
  };
  const title = (input: MaintenanceInput): string =>
    isPlan(input) ? texts.title.plan(input.text) : texts.title.outOfService(input.text);
  return (
    <>
      <form class="user-form" onSubmit={confirm}>
        <SelectField
          label={texts.label.place}
          name="place"
          options={places()}
          value={place()}
          onChoose={setPlace}
          choose={texts.label.choosePlace}
        />
        <SelectField label={shared.column.duration} name="minutes" options={lengths} value={minutes()} onChoose={setMinutes} />
        <ReasonField value={reason()} onInput={setReason} />
        <label>
          {texts.label.begin}
          <input
            class="field"
            type="datetime-local"
            name="from"
            value={from()}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <SelectField label={texts.label.repeat} name="repeat" options={repeats} value={repeat()} onChoose={setRepeat} />
        <button type="submit" class="button button-primary">
          {isPlan({ from: from(), repeat: repeat() }) ? texts.button.plan : texts.button.outOfService}
        </button>
      </form>
      <Show when={confirming()}>
        {(input) => (
          <ActDialog
            title={title(input())}
            text={title(input())}
            run={() => begin(input())}
            onClose={() => setConfirming(undefined)}
          >
            <p>{texts.sentence.effect(input().text, formatAge(input().minutes * 60_000))}</p>
            <Show when={isPlan(input())}>
              <p>
                {texts.note.begin(
                  input().from.replace('T', ' ') || texts.label.now,
                  texts.label.repeats[input().repeat].toLowerCase(),
                )}
              </p>
            </Show>
            <p>{texts.note.reason(input().reason)}</p>
          </ActDialog>
        )}
      </Show>
    </>
  );
}
