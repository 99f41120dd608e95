import { createMemo, createSignal, For, Show } from 'solid-js';
import { maintenanceKinds, type MaintenanceWindow } from '../../../../../src/core/maintenance.ts';
import { limits } from '../../../../protocol.ts';
import { formatSpan } from '../../pure/format.ts';
import { act, ApiError } from '../../store/api.ts';
import { useStation } from '../../store/station.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
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

/** A part of the plant that can be taken out of service, as the form asks for it. */
interface Wish {
  readonly place: { readonly kind: (typeof maintenanceKinds)[number]; readonly id: string };
  readonly text: string;
  readonly minutes: number;
  readonly reason: string;
}

function Begin(props: { readonly trying: (work: Promise<unknown>) => Promise<boolean> }) {
  const { site, health } = useStation();
  const [place, setPlace] = createSignal('');
  const [minutes, setMinutes] = createSignal<number>(lengths[0].minutes);
  const [reason, setReason] = createSignal('');
  const [asking, setAsking] = createSignal<Wish>();
  // by name: the list is read anew each second, and what is chosen must not move with it
  const devices = createMemo(() => (health.health()?.devices ?? []).map(({ name }) => name).join('\n'));
  const places = createMemo(() => [
    ...site.areas.map(({ id, name }) => ({ value: `area/${id}`, text: `Area ${name}` })),
    ...site.areas.flatMap(({ equipment }) =>
      equipment.map(({ id, name }) => ({ value: `equipment/${id}`, text: `${id}, ${name}` })),
    ),
    ...devices()
      .split('\n')
      .filter((name) => name !== '')
      .map((name) => ({ value: `device/${name}`, text: `Device ${name}` })),
  ]);
  const ask = (event: SubmitEvent): void => {
    event.preventDefault();
    const chosen = places().find(({ value }) => value === place());
    const kind = maintenanceKinds.find((one) => place().startsWith(`${one}/`));
    if (chosen === undefined || kind === undefined) return;
    const id = place().slice(kind.length + 1);
    setAsking({ place: { kind, id }, text: chosen.text, minutes: minutes(), reason: reason() });
  };
  const begin = async (wish: Wish): Promise<void> => {
    setAsking(undefined);
    const { text: _, ...body } = wish;
    if (!(await props.trying(act('POST /api/maintenance/begin', body)))) return;
    setPlace('');
    setReason('');
  };
  return (
    <>
      <form class="user-form" onSubmit={ask}>
        <label>
          What
          <select class="field" name="place" required value={place()} onChange={(event) => setPlace(event.currentTarget.value)}>
            <option value="">Choose a part of the plant</option>
            <For each={places()}>
              {({ value, text }) => (
                <option value={value} selected={value === place()}>
                  {text}
                </option>
              )}
            </For>
          </select>
        </label>
        <label>
          For
          <select
            class="field"
            name="minutes"
            value={minutes()}
            onChange={(event) => setMinutes(Number(event.currentTarget.value))}
          >
            <For each={lengths}>{(length) => <option value={length.minutes}>{length.text}</option>}</For>
          </select>
        </label>
        <label>
          Reason, written into the audit
          <input
            class="field"
            name="reason"
            autocomplete="off"
            required
            maxlength={limits.noteLength}
            value={reason()}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button button-primary">
          Take out of service
        </button>
      </form>
      <Show when={asking()}>
        {(wish) => (
          <Dialog title={`Take ${wish().text} out of service`} onClose={() => setAsking(undefined)}>
            <p>
              Alerts of <b>{wish().text}</b> are not annunciated for{' '}
              <b>{lengths.find((length) => length.minutes === wish().minutes)?.text}</b>, and nothing of it is learned.
            </p>
            <p>Reason: {wish().reason}</p>
            <div class="acts">
              <Button primary onPress={() => void begin(wish())}>
                Take {wish().text} out of service
              </Button>
              <Button key="Esc" onPress={() => setAsking(undefined)}>
                Cancel
              </Button>
            </div>
          </Dialog>
        )}
      </Show>
    </>
  );
}
