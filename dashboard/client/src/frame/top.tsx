import { For, Match, Show, Switch } from 'solid-js';
import { formatCountdown, formatSigned, formatSpan } from '../pure/format.ts';
import { routeHash, type Route } from '../pure/route.ts';
import { useStation } from '../store/station.ts';

interface Entry {
  readonly text: string;
  readonly route: Route;
  readonly pages: readonly Route['page'][];
  /** Letter after `G`. */
  readonly letter: string;
}

/** The menu shows only pages that exist; the lab only while a simulator feeds the monitor. */
export function menuEntries(lab: boolean): readonly Entry[] {
  return [
    { text: 'Plant', route: { page: 'plant' }, pages: ['plant', 'unit'], letter: 'p' },
    { text: 'Alarms', route: { page: 'alarms', tab: 'active' }, pages: ['alarms'], letter: 'a' },
    { text: 'Incidents', route: { page: 'incidents' }, pages: ['incidents', 'incident'], letter: 'i' },
    { text: 'Trends', route: { page: 'trends' }, pages: ['trends', 'tag'], letter: 't' },
    ...(lab ? [{ text: 'Lab', route: { page: 'lab' }, pages: ['lab'], letter: 'l' } as const] : []),
    { text: 'System', route: { page: 'system', tab: 'health' }, pages: ['system'], letter: 'y' },
  ];
}

/** Navigation, vital signs, and what a person does with the page itself. */
export function Top(props: { readonly onKeys: () => void; readonly onLogout: () => void }) {
  const { site, session, lab, route, settings } = useStation();
  return (
    <header class="top">
      <span class="name">
        <span class="product">scadawatch</span>
        <span class="site">{site.name}</span>
      </span>
      <nav class="menu" aria-label="Main">
        <For each={menuEntries(lab.feed() !== undefined)}>
          {(entry) => (
            <a href={routeHash(entry.route)} aria-current={entry.pages.includes(route().page) ? 'page' : undefined}>
              {entry.text}
            </a>
          )}
        </For>
      </nav>
      <div class="vitals">
        <Heartbeat />
        <SoundState />
        <span>
          <b>{session.role[0]?.toUpperCase() + session.role.slice(1)}</b>
        </span>
        <Clock />
        <span class="plain">
          <button type="button" onClick={() => props.onKeys()}>
            Keys
          </button>
          <button
            type="button"
            title={settings.theme() === 'light' ? 'Change to the dark theme' : 'Change to the light theme'}
            onClick={settings.toggleTheme}
          >
            Theme
          </button>
          <button type="button" onClick={() => props.onLogout()}>
            Sign out
          </button>
        </span>
      </div>
    </header>
  );
}

function Heartbeat() {
  const { connection, clock, zone } = useStation();
  const lag = (): string => `${(Math.max(0, connection.lagMs()) / 1000).toFixed(1)} s`;
  const slow = (): string =>
    connection.lateMs() > 0
      ? `Slow, late by ${formatSpan(connection.lateMs() / Math.max(1, clock.speed()))}`
      : `Slow, lag ${lag()}`;
  return (
    <Switch>
      <Match when={connection.state() === 'live' && connection.replay()}>
        <span class="on-stripes stripes" role="status" aria-live="off">
          <b>Replay</b>
        </span>
      </Match>
      <Match when={connection.state() === 'live'}>
        <span role="status" aria-live="off">
          <i class="beat" classList={{ low: connection.beat() % 2 === 1 }} />
          <b>Live</b>
          <small>{Number.isFinite(connection.lagMs()) ? `lag ${lag()}` : 'no sample yet'}</small>
        </span>
      </Match>
      <Match when={connection.state() === 'slow'}>
        <span class="on-stripes stripes" role="status">
          <b>{slow()}</b>
        </span>
      </Match>
      <Match when={connection.state() === 'reconnecting'}>
        <span class="on-stripes stripes" role="status">
          <b>Reconnecting</b>
        </span>
      </Match>
      <Match when={connection.state() === 'stopped'}>
        <span class="on-stripes stripes" role="status">
          <b>No link since {zone().time(connection.stoppedAt())}</b>
        </span>
      </Match>
    </Switch>
  );
}

function SoundState() {
  const { sound, live } = useStation();
  return (
    <Switch>
      <Match when={!live()}>
        <span>Sound: no data</span>
      </Match>
      <Match when={sound.state() === 'off'}>
        <span class="plain">
          <button type="button" class="on-stripes stripes" onClick={() => void sound.enable()}>
            <span>Sound OFF: press to enable</span>
          </button>
        </span>
      </Match>
      <Match when={sound.state() === 'silenced'}>
        <span>Silenced {formatCountdown(sound.leftMs())} left</span>
      </Match>
      <Match when={true}>
        <span>Sound on</span>
      </Match>
    </Switch>
  );
}

const paceText = (speed: number | undefined): string | undefined =>
  speed === undefined || speed === 1 ? undefined : speed === 0 ? 'paused' : `${speed}× speed`;

function Clock() {
  const { clock, zone, lab } = useStation();
  const off = (): number => clock.wallOffset() / 1000;
  return (
    <span>
      <time class="clock" title={`${zone().day(clock.second())}, ${zone().offset(clock.second())}`}>
        {zone().time(clock.second())}
      </time>
      <small>
        <span class="day">
          {zone().day(clock.second())}, {zone().offset(clock.second())}
        </span>
        <Show when={paceText(lab.feed()?.speed)}>{(text) => <span class="day">, {text()}</span>}</Show>
        <Show when={Math.abs(off()) > 2}> · this computer {formatSigned(off())} s</Show>
      </small>
    </span>
  );
}
