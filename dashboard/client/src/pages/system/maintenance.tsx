import { createSignal, For, Show } from 'solid-js';
import { maintenanceKinds, type MaintenanceWindow } from '../../../../../src/core/maintenance.ts';
import { limits } from '../../../../protocol.ts';
import { formatSpan } from '../../pure/format.ts';
import { act, ApiError } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Loading, Panel } from '../../ui/panel.tsx';

const lengths = [
  { minutes: 60, text: '1 hour' },
  { minutes: 240, text: '4 hours' },
  { minutes: 720, text: '12 hours' },
  { minutes: 1_440, text: '1 day' },
  { minutes: 10_080, text: '7 days' },
] as const;

/** What people work on: its alerts are out of service meanwhile, and nothing of it is learned. */
export function Maintenance() {
  const { health, zone, clock, may } = useStation();
  const [failure, setFailure] = createSignal<string>();
  const trying = async (work: Promise<unknown>): Promise<boolean> => {
    try {
      await work;
      setFailure(undefined);
      health.refresh();
      return true;
    } catch (thrown) {
      setFailure(thrown instanceof ApiError ? thrown.message : String(thrown));
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
      <td class="num">{formatSpan(Math.max(0, window.to - clock.second()))}</td>
      <td>{window.by}</td>
      <td class="wide" title={window.reason}>
        {window.reason}
      </td>
      <td>
        <Show when={may('maintain')}>
          <Button onPress={() => void trying(act('POST /api/maintenance/end', { id: window.id }))}>End now</Button>
        </Show>
      </td>
    </tr>
  );
  return (
    <Panel title="Maintenance" end="out of service: not annunciated, not learned">
      <Show when={may('maintain')}>
        <Begin trying={trying} />
      </Show>
      <Show when={failure()}>
        <b role="alert">{failure()}</b>
      </Show>
      <Show when={health.health()} fallback={<Loading cells={3} retry={health.refresh} />}>
        {(known) => (
          <Show when={known().maintenance.length > 0} fallback={<Empty>Nothing is under maintenance.</Empty>}>
            <div class="table-room" tabindex="0" role="region" aria-label="Maintenance">
              <table class="table">
                <thead>
                  <tr>
                    <th>What</th>
                    <th>Since</th>
                    <th>Until</th>
                    <th class="num">Left</th>
                    <th>By</th>
                    <th>Reason</th>
                    <th>
                      <span class="unseen">End</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  <For each={known().maintenance}>{row}</For>
                </tbody>
              </table>
            </div>
          </Show>
        )}
      </Show>
    </Panel>
  );
}

function Begin(props: { readonly trying: (work: Promise<unknown>) => Promise<boolean> }) {
  const { site, health } = useStation();
  let form!: HTMLFormElement;
  const places = () => [
    ...site.areas.map(({ id, name }) => ({ value: `area/${id}`, text: `Area ${name}` })),
    ...site.areas.flatMap(({ equipment }) =>
      equipment.map(({ id, name }) => ({ value: `equipment/${id}`, text: `${id}, ${name}` })),
    ),
    ...(health.health()?.devices ?? []).map(({ name }) => ({ value: `device/${name}`, text: `Device ${name}` })),
  ];
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const data = new FormData(form);
    const text = (name: string): string => {
      const value = data.get(name);
      return typeof value === 'string' ? value : '';
    };
    const place = text('place');
    const kind = maintenanceKinds.find((one) => place.startsWith(`${one}/`)) ?? 'area';
    const begin = {
      place: { kind, id: place.slice(kind.length + 1) },
      minutes: Number(text('minutes')),
      reason: text('reason'),
    };
    if (await props.trying(act('POST /api/maintenance/begin', begin))) form.reset();
  };
  return (
    <form class="user-form" ref={(element) => (form = element)} onSubmit={(event) => void submit(event)}>
      <label>
        What
        <select class="field" name="place">
          <For each={places()}>{(place) => <option value={place.value}>{place.text}</option>}</For>
        </select>
      </label>
      <label>
        For
        <select class="field" name="minutes">
          <For each={lengths}>{(length) => <option value={length.minutes}>{length.text}</option>}</For>
        </select>
      </label>
      <label>
        Reason, written into the audit
        <input class="field" name="reason" autocomplete="off" required maxlength={limits.noteLength} />
      </label>
      <button type="submit" class="button button-primary">
        Take out of service
      </button>
    </form>
  );
}
