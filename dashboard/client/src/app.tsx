import { createResource, createSignal, lazy, Match, onCleanup, Show, Switch, type Resource } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { Door, SessionInfo } from '../../protocol.ts';
import { Frame } from './frame/frame.tsx';
import { DoorFrame } from './pages/door/door.tsx';
import { Login } from './pages/door/login.tsx';
import { Setup } from './pages/door/setup.tsx';
import { Overview } from './pages/overview/overview.tsx';
import type { Route } from './pure/route.ts';
import { act, ApiError, ask, whenUnauthenticated } from './store/api.ts';
import { createSettings } from './store/settings.ts';
import { createStation, StationProvider, useStation, type StationOptions } from './store/station.ts';
import { Button } from './ui/button.tsx';

/** Who is in front of the page decides what it is: no link, first start, login, or the plant. */
export function App() {
  const settings = createSettings();
  const token = takeSetupToken();
  const [door, { refetch }] = createResource(async () => await ask('GET /api/door', {}));
  const [session, setSession] = createSignal<SessionInfo>();
  const [signedOut, setSignedOut] = createSignal(false);
  const leave = (): void => {
    setSession(undefined);
    setSignedOut(true);
    void refetch();
  };
  whenUnauthenticated(() => {
    if (current() !== undefined) leave();
  });
  const current = (): SessionInfo | undefined => session() ?? (signedOut() ? undefined : knownDoor(door)?.session);
  const enter = (made: SessionInfo): void => {
    setSignedOut(false);
    setSession(made);
  };
  return (
    <Switch>
      <Match when={current()} keyed>
        {(signedIn) => <Plant session={signedIn} settings={settings} onSessionEnd={leave} />}
      </Match>
      <Match when={door.state === 'errored'}>
        <NoLink retry={() => void refetch()} />
      </Match>
      <Match when={knownDoor(door)}>
        {(known) => (
          <Show when={known().setup} fallback={<Login door={known()} signedOut={signedOut()} onSession={enter} />}>
            <Setup door={known()} token={token} settings={settings} onSession={enter} />
          </Show>
        )}
      </Match>
      <Match when={true}>
        <DoorFrame door={undefined} title="Looking for the server">
          <p class="dim">Loading</p>
        </DoorFrame>
      </Match>
    </Switch>
  );
}

/** `latest` of a failed resource throws: a server that is gone is a state, not an accident. */
const knownDoor = (door: Resource<Door>): Door | undefined => (door.state === 'errored' ? undefined : door.latest);

/** The one-time token of the printed link, taken out of the address so that it stays in no history. */
function takeSetupToken(): string | undefined {
  const found = /^#\/?setup[=/](.+)$/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get('setup') ?? undefined;
  if (found !== undefined) history.replaceState(null, '', location.pathname);
  return found;
}

function NoLink(props: { readonly retry: () => void }) {
  const timer = setInterval(() => props.retry(), 3000);
  onCleanup(() => clearInterval(timer));
  return (
    <DoorFrame door={undefined} title="No link to server">
      <p>The server does not answer. It may be starting, or stopped. Trying every 3 s.</p>
      <Button primary onPress={props.retry}>
        Try now
      </Button>
    </DoorFrame>
  );
}

type PlantProps = Pick<StationOptions, 'session' | 'settings' | 'onSessionEnd'>;

/** Loads the site of the server's run, and again when it is another run. */
function Plant(props: PlantProps) {
  const [site, { refetch }] = createResource(async () => await ask('GET /api/site', {}));
  const logout = (): void => {
    act('POST /api/logout', {}).then(props.onSessionEnd, props.onSessionEnd);
  };
  return (
    <Switch>
      <Match when={site.state === 'errored' && !isUnauthenticated(site.error)}>
        <NoLink retry={() => void refetch()} />
      </Match>
      <Match when={site.state === 'ready' && site()} keyed>
        {(known) => <Running {...props} run={known.run} site={known.site} onOutdated={() => void refetch()} logout={logout} />}
      </Match>
    </Switch>
  );
}

const isUnauthenticated = (thrown: unknown): boolean => thrown instanceof ApiError && thrown.code === 'unauthenticated';

function Running(props: StationOptions & { readonly logout: () => void }) {
  return (
    <StationProvider value={createStation(props)}>
      <Frame onLogout={props.logout}>
        <Page />
      </Frame>
    </StationProvider>
  );
}

// what the first second needs is in the first file; the rest comes when it is asked for
const pages: Readonly<Record<Route['page'], () => unknown>> = {
  plant: Overview,
  unit: lazy(async () => ({ default: (await import('./pages/unit/unit.tsx')).Unit })),
  tag: lazy(async () => ({ default: (await import('./pages/tag/tag.tsx')).TagPage })),
  trends: lazy(async () => ({ default: (await import('./pages/tag/tag.tsx')).TagPage })),
  alarms: lazy(async () => ({ default: (await import('./pages/alarms/alarms.tsx')).Alarms })),
  incidents: lazy(async () => ({ default: (await import('./pages/incident/incidents.tsx')).Incidents })),
  incident: lazy(async () => ({ default: (await import('./pages/incident/incident.tsx')).Incident })),
  lab: lazy(async () => ({ default: (await import('./pages/lab/lab.tsx')).Lab })),
  system: lazy(async () => ({ default: (await import('./pages/system/system.tsx')).System })),
};

/** A page is made anew when its place changes, not when a tab of it does. */
function Page() {
  const { route } = useStation();
  const place = (): string => {
    const at = route();
    if (at.page === 'unit') return `unit ${at.area}`;
    if (at.page === 'tag') return `tag ${at.tag}`;
    return at.page === 'incident' ? `incident ${at.id} ${at.alert}` : at.page;
  };
  return (
    <Show when={place()} keyed>
      {(_at) => <Dynamic component={pages[route().page] as () => Element} />}
    </Show>
  );
}
