import { createEffect, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js';
import { needsAcknowledgement } from '../../../../src/core/alert.ts';
import type { SavingStatus } from '../../../../src/core/state.ts';
import { formatCounter, formatNumber } from '../pure/format.ts';
import { acknowledgeFailure, dismissFailure } from '../store/acknowledge.ts';
import { routeHash } from '../pure/route.ts';
import { useNextAbnormal } from '../pages/next-abnormal.ts';
import { useStation } from '../store/station.ts';
import { activeKeys, listenToKeys, useKeys, type KeyBinding } from '../ui/keys.ts';
import { Banner } from './banner.tsx';
import './frame.css';
import { Finder } from './finder.tsx';
import { Help } from './help.tsx';
import { menuEntries, Top } from './top.tsx';
import { Veil } from './veil.tsx';

/** What is on every page: navigation, vital signs, banner, stripes, keys; and the veil when data have stopped. */
export function Frame(props: { readonly children: JSX.Element; readonly onLogout: () => void }) {
  const station = useStation();
  const { connection, settings, lab, site, sound, go } = station;
  const [looking, setLooking] = createSignal(false);
  const [help, setHelp] = createSignal<readonly KeyBinding[]>();
  const [finding, setFinding] = createSignal(false);
  const nextAbnormal = useNextAbnormal();
  const stopped = (): boolean => connection.state() === 'stopped';
  createEffect(
    on(stopped, (now) => {
      if (!now) setLooking(false);
    }),
  );
  useKeys(() => [
    ...menuEntries(lab.feed() !== undefined).map((entry) => ({
      caption: `G ${entry.letter.toUpperCase()}`,
      text: `go to ${entry.text.toLowerCase()}`,
      on: [`g ${entry.letter}`],
      run: () => go(entry.route),
      quiet: true,
    })),
    {
      caption: '1–5',
      text: 'open area',
      on: ['1', '2', '3', '4', '5'],
      run: (key) => {
        const area = site.areas[Number(key) - 1];
        if (area !== undefined) go({ page: 'unit', area: area.id });
      },
      quiet: true,
    },
    { caption: 'N', text: 'next abnormal', on: ['n'], run: nextAbnormal, quiet: true },
    { caption: 'M', text: 'silence', on: ['m'], run: () => sound.silence(), quiet: true },
    { caption: '⇧D', text: 'theme', on: ['Shift+d'], run: settings.toggleTheme, quiet: true },
    { caption: '/', text: 'find tag', on: ['/'], run: () => setFinding(true) },
    { caption: '?', text: 'all keys', on: ['?'], run: () => setHelp(activeKeys()) },
  ]);
  onCleanup(listenToKeys(settings.letterKeys));
  createEffect(() => {
    const waiting = station.alerts.open().filter((alert) => needsAcknowledgement(alert.state)).length;
    document.title = `${stopped() ? 'DATA STOPPED · ' : waiting > 0 ? `${waiting} new · ` : ''}${site.name} · scadawatch`;
  });
  return (
    <div class="frame" classList={{ 'not-live': stopped() }}>
      <Top onKeys={() => setHelp(activeKeys())} onLogout={props.onLogout} />
      <Banner />
      <Stripes looking={looking()} onVeil={() => setLooking(false)} />
      {props.children}
      <Show when={connection.replay()}>
        <div class="watermark" aria-hidden="true">
          REPLAY
        </div>
      </Show>
      <footer class="key-bar" aria-label="Keys of this page">
        <For each={activeKeys().filter((key) => key.quiet !== true)}>
          {(key) => (
            <span>
              <kbd>{key.caption}</kbd>
              {key.text}
            </span>
          )}
        </For>
      </footer>
      <Show when={finding()}>
        <Finder onClose={() => setFinding(false)} />
      </Show>
      <Show when={help()}>{(keys) => <Help keys={keys()} onClose={() => setHelp(undefined)} onLogout={props.onLogout} />}</Show>
      <Show when={stopped() && !looking()}>
        <Veil onLook={() => setLooking(true)} />
      </Show>
    </div>
  );
}

/** Lines of stripes under the banner: the picture is old, the plant is simulated, an act failed, the link is back. */
function Stripes(props: { readonly looking: boolean; readonly onVeil: () => void }) {
  const { connection, lab, zone, health } = useStation();
  const unsaved = (): SavingStatus | undefined => {
    const saving = health.health()?.saving;
    return saving?.state === 'failing' ? saving : undefined;
  };
  const worked = (): string | undefined => {
    const open = health.health()?.maintenance ?? [];
    const [first] = open;
    if (first === undefined) return undefined;
    return open.length === 1
      ? `${first.place.kind} ${first.place.id} until ${zone().minute(first.to)}`
      : `${open.length} parts of the plant`;
  };
  return (
    <section class="stripes-room" aria-label="Notices">
      <Show when={props.looking}>
        <div class="stripe" role="status">
          <span>
            <b>LAST PICTURE {zone().time(connection.stoppedAt())}</b> · data stopped {formatCounter(connection.quietMs())} ·
            nothing here is live
          </span>
          <button type="button" class="link" onClick={() => props.onVeil()}>
            Back to the veil
          </button>
        </div>
      </Show>
      <Show when={connection.replay()}>
        {(replay) => (
          <div class="stripe">
            <span>
              <b>REPLAY</b> · {replay().source} · recorded, nothing here is live
              {replay().speed === 0 ? ' · the recording has ended' : ` · ${formatNumber(replay().speed)}×`}
            </span>
          </div>
        )}
      </Show>
      <Show when={lab.feed()}>
        <div class="stripe">
          <span>
            <b>EXERCISE</b> · simulated plant · no real device is connected
          </span>
        </div>
      </Show>
      <Show when={worked()}>
        {(text) => (
          <div class="stripe">
            <span>
              <b>MAINTENANCE</b> · {text()} · not annunciated,{' '}
              <a href={routeHash({ page: 'system', tab: 'maintenance' })}>out of service</a>
            </span>
          </div>
        )}
      </Show>
      <Show when={unsaved()}>
        {(saving) => (
          <div class="stripe" role="status">
            <span>
              <b>NOT SAVED</b> · {saving().pending} changes wait in memory · {saving().reason}
            </span>
          </div>
        )}
      </Show>
      <Show when={connection.back()}>
        {(back) => (
          <div class="stripe" role="status">
            <span>
              Back after {formatCounter(back().afterMs)}, {back().alarms === 1 ? '1 alarm' : `${back().alarms} alarms`} came
              meanwhile
            </span>
            <button type="button" class="link" onClick={connection.dismissBack}>
              Close
            </button>
          </div>
        )}
      </Show>
      <Show when={acknowledgeFailure()}>
        {(text) => (
          <div class="stripe" role="alert">
            <span>
              <b>Not acknowledged:</b> {text()}
            </span>
            <button type="button" class="link" onClick={dismissFailure}>
              Close
            </button>
          </div>
        )}
      </Show>
    </section>
  );
}
