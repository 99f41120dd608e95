import { createContext, createEffect, createSignal, on, onCleanup, useContext, type Accessor } from 'solid-js';
import { isAllowed, type Permission } from '../../../../src/core/access.ts';
import { needsAcknowledgement } from '../../../../src/core/alert.ts';
import type { Site } from '../../../../src/core/monitor.ts';
import type { SessionInfo } from '../../../protocol.ts';
import { parseRoute, routeHash, type Route } from '../pure/route.ts';
import { mostUrgentAlarm } from '../pure/alerts/urgency.ts';
import { zoneFormat, type ZoneFormat } from '../pure/zone.ts';
import { createAlerts, type Alerts } from './alerts.ts';
import { createAnnotations, type Annotations } from './annotations.ts';
import { createConnection, type Connection } from './connection.ts';
import type { EarlySocket } from './early-socket.ts';
import { createHealth, type HealthStore } from './health.ts';
import { Histories } from './histories.ts';
import { createLab, type LabStore } from './lab.ts';
import { LiveValues } from './live-values.ts';
import type { Settings } from './settings.ts';
import { createSiteClock, type SiteClock } from './site-clock.ts';
import { createSound, type Sound } from './sound.ts';
import type { TagCatalogue } from './tags.ts';

/** Stores and services of the pages of a signed-in user. */
export interface AppContext {
  readonly site: Site;
  readonly session: SessionInfo;
  readonly settings: Settings;
  readonly clock: SiteClock;
  readonly zone: Accessor<ZoneFormat>;
  readonly values: LiveValues;
  readonly tags: TagCatalogue;
  readonly alerts: Alerts;
  readonly annotations: Annotations;
  readonly histories: Histories;
  readonly health: HealthStore;
  readonly lab: LabStore;
  readonly sound: Sound;
  readonly connection: Connection;
  readonly route: Accessor<Route>;
  readonly go: (route: Route) => void;
  /** Shows the page before this one; the plant if that was none of the dashboard, because no key may leave the alarms. */
  readonly back: () => void;
  readonly may: (permission: Permission) => boolean;
  /** False while the picture is not live; actions are then disabled. */
  readonly live: Accessor<boolean>;
}

const AppContextValue = createContext<AppContext>();
export const AppProvider = AppContextValue.Provider;

export function useApp(): AppContext {
  const app = useContext(AppContextValue);
  if (app === undefined) throw new Error('no AppProvider around this component');
  return app;
}

export interface AppOptions {
  readonly run: number;
  readonly site: Site;
  readonly session: SessionInfo;
  readonly settings: Settings;
  readonly tags: TagCatalogue;
  /** The server was restarted or the page is outdated: everything must be loaded again. */
  readonly onOutdated: () => void;
  readonly onSessionEnd: () => void;
  readonly early?: EarlySocket | undefined;
}

/** The part of the navigation API that says if an entry of this dashboard is before the present one. */
interface Navigation {
  readonly canGoBack?: boolean;
}

/** Creates and connects the stores for one run of the server. Must be called inside a reactive owner. */
export function createAppContext(options: AppOptions): AppContext {
  const { site, session, settings } = options;
  const clock = createSiteClock();
  const alerts = createAlerts(() => clock.now());
  const isLive = (): boolean => connection.state() === 'live' || connection.state() === 'slow';
  const sound = createSound(() => (isLive() ? mostUrgentAlarm(alerts.open()) : undefined));
  const lab = createLab((on) => connection.watchLab(on));
  const values = new LiveValues((tags) => connection.watchTags(tags));
  const connection = createConnection({ ...options, clock, alerts, lab, values, sound });
  const [route, setRoute] = createSignal(parseRoute(location.hash), { equals: false });
  let steps = 0;
  const go = (next: Route): void => {
    steps++;
    location.hash = routeHash(next);
  };
  const back = (): void => {
    // a browser without the navigation API knows only what this page has done
    const { canGoBack = steps > 0 } = (window as { readonly navigation?: Navigation }).navigation ?? {};
    steps = Math.max(0, steps - 1);
    if (canGoBack) history.back();
    else location.hash = routeHash({ page: 'plant' });
  };
  const follow = (): unknown => setRoute(parseRoute(location.hash));
  addEventListener('hashchange', follow);
  onCleanup(() => removeEventListener('hashchange', follow));

  alerts.onRaised((alert) => {
    if (needsAcknowledgement(alert.state)) sound.alarm(alert.priority);
  });
  createEffect(
    on(alerts.known, (known) => {
      if (known) alerts.fillCleared(clock.now()).catch(() => undefined);
    }),
  );
  return {
    site,
    session,
    settings,
    clock,
    zone: () => zoneFormat(settings.utc() ? 'UTC' : site.timeZone),
    values,
    tags: options.tags,
    alerts,
    annotations: createAnnotations(clock),
    histories: new Histories(values, clock),
    health: createHealth(),
    lab,
    sound,
    connection,
    route,
    go,
    back,
    may: (permission) => isAllowed(session.role, permission),
    live: isLive,
  };
}
