import { renderToString } from 'solid-js/web';
import type { Alert } from '../../../../src/core/alert.ts';
import type { Area } from '../../../../src/core/monitor.ts';
import { AreaTabs } from '../frame/sub.tsx';
import { UnitSide } from '../pages/unit/side.tsx';
import { zoneFormat } from '../pure/zone.ts';
import { alertsOfArea, byUrgency } from '../pure/urgency.ts';
import { type Station, StationProvider } from '../store/station.ts';

/** The side panel of an area and the tabs above it as HTML, for tests without a browser. */
export function areaHtml(open: readonly Alert[], area: Area, now: number): { readonly side: string; readonly tabs: string } {
  const alerts = open.toSorted(byUrgency);
  const station = {
    site: { name: 'Test', timeZone: 'UTC', areas: [area], positions: [] },
    alerts: { open: () => alerts },
    clock: { second: () => now, now: () => now },
    zone: () => zoneFormat('UTC'),
  } as unknown as Station;
  const html = (content: () => unknown): string =>
    renderToString(() => <StationProvider value={station}>{content() as Element}</StationProvider>);
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
