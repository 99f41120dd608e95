import { createResource, createSignal, lazy, Match, onCleanup, Show, Switch, type Resource } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { SignInInfo } from '../../api/index.ts';
import type { SessionInfo } from '../../protocol.ts';
import { Frame } from './frame/frame.tsx';
import { SignInFrame } from './pages/sign-in/frame.tsx';
import { Setup } from './pages/sign-in/setup.tsx';
import { SignIn } from './pages/sign-in/sign-in.tsx';
import { texts } from './pages/sign-in/text.ts';
import { shared } from './text.ts';
import { Overview } from './pages/overview/overview.tsx';
import { WallApp } from './pages/wall/wall-app.tsx';
import { parseRoute, type Route } from './pure/route.ts';
import { act, ApiError, query, whenUnauthenticated } from './store/api.ts';
import { EarlySocket } from './store/early-socket.ts';
import { createSettings, type Settings } from './store/settings.ts';
import { TagCatalogue } from './store/tags.ts';
import { takeReturnedSignIn } from './store/returned-sign-in.ts';
import { takeWallToken } from './store/wall-token.ts';
import { createAppContext, AppProvider, useApp, type AppOptions } from './store/app-context.ts';
import { Button } from './ui/button.tsx';

/** The page of a wall display, or that of people. */
export function App() {
  const settings = createSettings();
  const wall = takeWallToken();
  return wall === undefined ? (
    <PeopleApp settings={settings} />
  ) : (
    <WallApp token={wall}>
      {(session) => <Plant session={session} settings={settings} onSessionEnd={() => undefined} wall />}
    </WallApp>
  );
}

/** Loads the code of the first page while session and site are requested. A failure shows when the page is drawn. */
function preloadPage(): void {
  pages[parseRoute(location.hash).page].preload?.().catch(() => undefined);
}

/** Shows the connection failure, the set-up, the sign-in or the plant, depending on server and session. */
function PeopleApp(props: { readonly settings: Settings }) {
  const { settings } = props;
  const token = takeSetupToken();
  const returned = takeReturnedSignIn();
  preloadPage();
  const [info, { refetch }] = createResource(async () => await query('GET /api/door', {}));
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
  const current = (): SessionInfo | undefined => session() ?? (signedOut() ? undefined : infoOf(info)?.session);
  const enter = (made: SessionInfo): void => {
    setSignedOut(false);
    setSession(made);
  };
  const enrolled = ({ mustEnrol: _done, ...session }: SessionInfo): void => enter(session);
  return (
    <Switch>
      <Match when={current()} keyed>
        {(signedIn) => (
          <Show when={signedIn.mustEnrol} fallback={<Plant session={signedIn} settings={settings} onSessionEnd={leave} />}>
            <Enrol info={infoOf(info)} onDone={() => enrolled(signedIn)} onLeave={() => signOut(leave)} />
          </Show>
        )}
      </Match>
      <Match when={info.state === 'errored'}>
        <NoLink retry={() => void refetch()} />
      </Match>
      <Match when={infoOf(info)}>
        {(known) => (
          <Show
            when={known().setup}
            fallback={
              <SignIn info={known()} signedOut={signedOut()} returned={signedOut() ? undefined : returned} onSession={enter} />
            }
          >
            <Setup info={known()} token={token} settings={settings} onSession={enter} />
          </Show>
        )}
      </Match>
      <Match when={true}>
        <SignInFrame info={undefined} title={texts.title.connecting}>
          <p class="dim">{texts.label.loading}</p>
        </SignInFrame>
      </Match>
    </Switch>
  );
}

/** Undefined if the request failed: `latest` of a failed resource throws. */
const infoOf = (info: Resource<SignInInfo>): SignInInfo | undefined => (info.state === 'errored' ? undefined : info.latest);

/** Takes the one-time token of the printed link out of the address, so that it does not stay in the browser's history. */
function takeSetupToken(): string | undefined {
  const found = /^#\/?setup[=/](.+)$/.exec(location.hash)?.[1] ?? new URLSearchParams(location.search).get('setup') ?? undefined;
  if (found !== undefined) history.replaceState(null, '', location.pathname);
  return found;
}

function NoLink(props: { readonly retry: () => void }) {
  const timer = setInterval(() => props.retry(), 3000);
  onCleanup(() => clearInterval(timer));
  return (
    <SignInFrame info={undefined} title={texts.title.noLink}>
      <p>{texts.sentence.serverGone}</p>
      <Button primary onPress={props.retry}>
        {shared.button.tryNow}
      </Button>
    </SignInFrame>
  );
}

type PlantProps = Pick<AppOptions, 'session' | 'settings' | 'onSessionEnd'> & { readonly wall?: boolean };

/** Signs out here, and at the identity provider if the session is from there. */
function signOut(leave: () => void): void {
  act('POST /api/logout', {}).then(({ leaveAt }) => {
    if (leaveAt === undefined) leave();
    else location.assign(leaveAt);
  }, leave);
}

/** Loads the site, and again after the server has restarted. */
function Plant(props: PlantProps) {
  let early: EarlySocket | undefined;
  onCleanup(() => early?.close());
  const [site, { refetch }] = createResource(async () => {
    const request = query('GET /api/site', {});
    const socket = new EarlySocket();
    early = socket;
    const tags = new TagCatalogue();
    // a wall display has other pages than its address states
    if (props.wall !== true) tags.prepare(parseRoute(location.hash));
    try {
      return { ...(await request), tags, early: socket };
    } catch (thrown) {
      socket.close();
      throw thrown;
    }
  });
  const logout = (): void => signOut(props.onSessionEnd);
  return (
    <Switch>
      <Match when={site.state === 'errored' && !isUnauthenticated(site.error)}>
        <NoLink retry={() => void refetch()} />
      </Match>
      <Match when={site.state === 'ready' && site()} keyed>
        {({ run, site: found, tags, early: socket }) => (
          <Running
            {...props}
            run={run}
            site={found}
            tags={tags}
            early={socket}
            onOutdated={() => void refetch()}
            logout={logout}
          />
        )}
      </Match>
    </Switch>
  );
}

const isUnauthenticated = (thrown: unknown): boolean => thrown instanceof ApiError && thrown.code === 'unauthenticated';

function Running(props: AppOptions & { readonly logout: () => void; readonly wall?: boolean }) {
  return (
    <AppProvider value={createAppContext(props)}>
      <Show
        when={props.wall === true}
        fallback={
          <Frame onLogout={props.logout}>
            <Page />
          </Frame>
        }
      >
        <Wall />
      </Show>
    </AppProvider>
  );
}

// the first file holds what the first second needs; other pages load on demand
const pages: Readonly<Record<Route['page'], (() => unknown) & { readonly preload?: () => Promise<unknown> }>> = {
  plant: Overview,
  unit: lazy(async () => ({ default: (await import('./pages/unit/unit.tsx')).Unit })),
  tag: lazy(async () => ({ default: (await import('./pages/tag/tag.tsx')).TagPage })),
  trends: lazy(async () => ({ default: (await import('./pages/tag/tag.tsx')).TagPage })),
  alarms: lazy(async () => ({ default: (await import('./pages/alarms/alarms.tsx')).Alarms })),
  incidents: lazy(async () => ({ default: (await import('./pages/incident/incidents.tsx')).Incidents })),
  incident: lazy(async () => ({ default: (await import('./pages/incident/incident.tsx')).Incident })),
  security: lazy(async () => ({ default: (await import('./pages/security/security.tsx')).Security })),
  shift: lazy(async () => ({ default: (await import('./pages/shift/shift.tsx')).Shift })),
  lab: lazy(async () => ({ default: (await import('./pages/lab/lab.tsx')).Lab })),
  system: lazy(async () => ({ default: (await import('./pages/system/system.tsx')).System })),
};

const Enrol = lazy(async () => ({ default: (await import('./pages/sign-in/enrol.tsx')).Enrol }));
const Wall = lazy(async () => ({ default: (await import('./pages/wall/wall.tsx')).Wall }));

/** Creates a page again when its place changes, not when its tab does. */
function Page() {
  const { route } = useApp();
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
