import { For, Match, Show, Switch } from 'solid-js';
import { formatAge, formatNumber, formatSigned } from '../pure/format.ts';
import { routeHash, type Route } from '../pure/route.ts';
import { useApp } from '../store/app-context.ts';
import { shared } from '../text.ts';
import { texts } from './text.ts';

interface Entry {
  readonly text: string;
  readonly route: Route;
  readonly pages: readonly Route['page'][];
  /** Letter after `G`. */
  readonly letter: string;
}

/** Entries of the menu; the lab only while a simulator feeds the monitor. */
export function menuEntries(lab: boolean): readonly Entry[] {
  return [
    { text: texts.label.pages.plant, route: { page: 'plant' }, pages: ['plant', 'unit'], letter: 'p' },
    { text: texts.label.pages.alarms, route: { page: 'alarms', tab: 'active' }, pages: ['alarms'], letter: 'a' },
    { text: texts.label.pages.incidents, route: { page: 'incidents' }, pages: ['incidents', 'incident'], letter: 'i' },
    { text: texts.label.pages.trends, route: { page: 'trends' }, pages: ['trends', 'tag'], letter: 't' },
    {
      text: texts.label.pages.security,
      route: { page: 'security', tab: 'queue' },
      pages: ['security'],
      letter: 'e',
    },
    { text: texts.label.pages.shift, route: { page: 'shift', tab: 'handover' }, pages: ['shift'], letter: 's' },
    ...(lab ? [{ text: texts.label.pages.lab, route: { page: 'lab', tab: 'run' }, pages: ['lab'], letter: 'l' } as const] : []),
    { text: texts.label.pages.system, route: { page: 'system', tab: 'health' }, pages: ['system'], letter: 'y' },
  ];
}

/** Navigation, vital signs, and the controls of the page itself. */
export function Top(props: { readonly onKeys: () => void; readonly onLogout: () => void }) {
  const { site, session, lab, route, settings } = useApp();
  return (
    <header class="top">
      <span class="name">
        <span class="product">scadawatch</span>
        <span class="site ellipsis" title={site.name}>
          {site.name}
        </span>
      </span>
      <nav class="menu" aria-label={texts.label.menu}>
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
            {texts.button.keys}
          </button>
          <button
            type="button"
            title={settings.theme() === 'light' ? shared.button.useTheme.dark : shared.button.useTheme.light}
            onClick={settings.toggleTheme}
          >
            {texts.button.theme}
          </button>
          <button type="button" onClick={() => props.onLogout()}>
            {texts.button.signOut}
          </button>
        </span>
      </div>
    </header>
  );
}

/** State of the connection, with its delay. */
export function Heartbeat() {
  const { connection, clock, zone } = useApp();
  const lag = (): string => `${formatNumber(Math.max(0, connection.lagMs()) / 1000, 1)} s`;
  const slow = (): string =>
    connection.lateMs() > 0
      ? texts.label.slowLate(formatAge(connection.lateMs() / Math.max(1, clock.speed())))
      : texts.label.slowLag(lag());
  return (
    <Switch>
      <Match when={connection.state() === 'live' && connection.replay()}>
        <span class="on-stripes stripes" role="status" aria-live="off">
          <b>{texts.label.replay}</b>
        </span>
      </Match>
      <Match when={connection.state() === 'live'}>
        <span role="status" aria-live="off">
          <i class="beat" classList={{ low: connection.beat() % 2 === 1 }} />
          <b>{texts.label.live}</b>
          <small>{Number.isFinite(connection.lagMs()) ? texts.note.lag(lag()) : texts.note.noSample}</small>
        </span>
      </Match>
      <Match when={connection.state() === 'slow'}>
        <span class="on-stripes stripes" role="status">
          <b>{slow()}</b>
        </span>
      </Match>
      <Match when={connection.state() === 'reconnecting'}>
        <span class="on-stripes stripes" role="status">
          <b>{texts.label.reconnecting}</b>
        </span>
      </Match>
      <Match when={connection.state() === 'stopped'}>
        <span class="on-stripes stripes" role="status">
          <b>{texts.label.noLinkSince(zone().time(connection.stoppedAt()))}</b>
        </span>
      </Match>
    </Switch>
  );
}

function SoundState() {
  const { sound, live } = useApp();
  return (
    <Switch>
      <Match when={!live()}>
        <span>{texts.label.soundNoData}</span>
      </Match>
      <Match when={sound.state() === 'off'}>
        <span class="plain">
          <button type="button" class="on-stripes stripes" onClick={() => void sound.enable()}>
            <span>{texts.label.soundOff}</span>
          </button>
        </span>
      </Match>
      <Match when={sound.state() === 'silenced'}>
        <span class="plain">
          <button type="button" onClick={sound.toggleSilence}>
            {texts.label.silenced(formatAge(sound.leftMs()))}
          </button>
        </span>
      </Match>
      <Match when={true}>
        <span>{texts.label.soundOn}</span>
      </Match>
    </Switch>
  );
}

const paceText = (speed: number | undefined): string | undefined =>
  speed === undefined || speed === 1 ? undefined : speed === 0 ? texts.note.paused : texts.note.speed(speed);

/** Time of the site. */
export function Clock() {
  const { clock, zone, lab } = useApp();
  const off = (): number => clock.wallOffset() / 1000;
  const date = (): string => `${zone().day(clock.second())}, ${zone().offset(clock.second())}`;
  const pace = (): string | undefined => paceText(lab.feed()?.speed);
  return (
    <span class="site-time">
      <time class="clock" title={date()}>
        {zone().time(clock.second())}
      </time>
      <small title={[date(), pace()].filter((text) => text !== undefined).join(', ')}>
        <span class="day">{date()}</span>
        <Show when={pace()}>{(text) => <span class="day">, {text()}</span>}</Show>
        <Show when={Math.abs(off()) > 2}>
          <span class="off">{texts.note.clockOff(`${formatSigned(off())} s`)}</span>
        </Show>
      </small>
    </span>
  );
}
