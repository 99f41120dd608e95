import { createMemo, createSignal, For, Show } from 'solid-js';
import { maintenanceKinds, type MaintenanceWindow } from '../../../../../src/core/maintenance.ts';
import { formatAge } from '../../pure/format.ts';
import { act, failureText } from '../../store/api.ts';
import { useApp } from '../../store/app-context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { ReasonField, SelectField } from '../../ui/fields.tsx';
import { Empty, Loading, Panel } from '../../ui/panel.tsx';
import { Table } from '../../ui/table.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

const lengths = [
  { value: 60, text: texts.label.lengths.hour },
  { value: 240, text: texts.label.lengths.fourHours },
  { value: 720, text: texts.label.lengths.twelveHours },
  { value: 1_440, text: texts.label.lengths.day },
  { value: 10_080, text: texts.label.lengths.week },
] as const;

/** Parts of the plant under maintenance: their alerts are out of service, and nothing is learned from them. */
export function Maintenance() {
  const { health, zone, clock, may } = useApp();
  const [failure, setFailure] = createSignal<string>();
  const trying = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      setFailure(undefined);
      health.refresh();
      return true;
    } catch (thrown) {
      setFailure(failureText(thrown));
      return false;
    }
  };
  const row = (window: MaintenanceWindow) => (
    <tr>
      <td>
        {window.place.kind} <b>{window.place.id}</b>
      </td>
      <td>{zone().moment(window.from, clock.second())}</td>
      <td>{zone().moment(window.to, clock.second())}</td>
      <td class="num">{formatAge(window.to - clock.second())}</td>
      <td>{window.by}</td>
      <td class="wide" title={window.reason}>
        {window.reason}
      </td>
      <td>
        <Show when={may('maintain')}>
          <Button onPress={() => void trying(act('POST /api/maintenance/end', { id: window.id }))}>
            {texts.button.endMaintenance}
          </Button>
        </Show>
      </td>
    </tr>
  );
  return (
    <Panel title={texts.title.maintenance} end={texts.note.maintenance}>
      <Show when={may('maintain')}>
        <Begin trying={trying} />
      </Show>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <Show when={health.health()} fallback={<Loading cells={3} retry={health.refresh} />}>
        {(known) => (
          <Show when={known().maintenance.length > 0} fallback={<Empty>{texts.sentence.noMaintenance}</Empty>}>
            <Table
              label={texts.title.maintenance}
              head={
                <>
                  <th>{texts.label.place}</th>
                  <th>{shared.column.since}</th>
                  <th>{texts.column.until}</th>
                  <th class="num">{texts.column.left}</th>
                  <th>{texts.column.by}</th>
                  <th>{shared.column.reason}</th>
                  <th>
                    <span class="unseen">{texts.column.end}</span>
                  </th>
                </>
              }
            >
              <For each={known().maintenance}>{row}</For>
            </Table>
          </Show>
        )}
      </Show>
    </Panel>
  );
}

/** The input of the form: a part of the plant to take out of service. */
interface MaintenanceInput {
  readonly place: { readonly kind: (typeof maintenanceKinds)[number]; readonly id: string };
  readonly text: string;
  readonly minutes: number;
  readonly reason: string;
}

function Begin(props: { readonly trying: (work: Promise<unknown>) => Promise<boolean> }) {
  const { site, health } = useApp();
  const [place, setPlace] = createSignal('');
  const [minutes, setMinutes] = createSignal<number>(lengths[0].value);
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
    const chosen = places().find(({ value }) => value === place());
    const kind = maintenanceKinds.find((one) => place().startsWith(`${one}/`));
    if (chosen === undefined || kind === undefined) return;
    const id = place().slice(kind.length + 1);
    setConfirming({ place: { kind, id }, text: chosen.text, minutes: minutes(), reason: reason() });
  };
  const begin = async (input: MaintenanceInput): Promise<void> => {
    setConfirming(undefined);
    const { text: _, ...body } = input;
    if (!(await props.trying(act('POST /api/maintenance/begin', body)))) return;
    setPlace('');
    setReason('');
  };
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
        <button type="submit" class="button button-primary">
          {texts.button.outOfService}
        </button>
      </form>
      <Show when={confirming()}>
        {(input) => (
          <Dialog title={texts.title.outOfService(input().text)} onClose={() => setConfirming(undefined)}>
            <p>{texts.sentence.maintenanceEffect(input().text, formatAge(input().minutes * 60_000))}</p>
            <p>{texts.note.reason(input().reason)}</p>
            <div class="acts">
              <Button primary onPress={() => void begin(input())}>
                {texts.title.outOfService(input().text)}
              </Button>
              <Button key="Esc" onPress={() => setConfirming(undefined)}>
                {shared.button.cancel}
              </Button>
            </div>
          </Dialog>
        )}
      </Show>
    </>
  );
}
