import { renderToString } from 'solid-js/web';
import type { Alert } from '../../../../src/core/alert.ts';
import type { Area } from '../../../../src/core/monitor.ts';
import { AreaTabs } from '../frame/sub.tsx';
import { UnitSide } from '../pages/unit/side.tsx';
import { zoneFormat } from '../pure/zone.ts';
import { alertsOfArea, byUrgency } from '../pure/alerts/urgency.ts';
import { type AppContext, AppProvider } from '../store/app-context.ts';

/** The side panel of an area and the tabs above it as HTML, for tests without a browser. */
export function areaHtml(open: readonly Alert[], area: Area, now: number): { readonly side: string; readonly tabs: string } {
  const alerts = open.toSorted(byUrgency);
  const app = {
    site: { name: 'Test', timeZone: 'UTC', areas: [area], positions: [] },
    alerts: { open: () => alerts },
    clock: { second: () => now, now: () => now },
    zone: () => zoneFormat('UTC'),
  } as unknown as AppContext;
  const html = (content: () => unknown): string =>
    renderToString(() => <AppProvider value={app}>{content() as Element}</AppProvider>);
  return {
    side: html(() => (
      <UnitSide
        alerts={alertsOfArea(alerts, area)}
        selected={undefined}
        onSelect={() => undefined}
        tags={[]}
        onAcknowledge={undefined}
        onTrend={undefined}
        onWhy={undefined}
      />
    )),
    tabs: html(() => <AreaTabs current={area.id} />),
  };
}
