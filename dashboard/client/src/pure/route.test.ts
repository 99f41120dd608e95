import { describe, expect, it } from 'vitest';
import { parseRoute, routeHash, type Route } from './route.ts';

describe('routes', () => {
  const routes: readonly Route[] = [
    { page: 'plant' },
    { page: 'unit', area: 'filters & co/2' },
    { page: 'tag', tag: 'PS.P1.AMP' },
    { page: 'alarms', tab: 'history' },
    { page: 'incidents' },
    { page: 'incident', id: 'INC-1' },
    { page: 'incident', id: 'INC-1', alert: 'ALT-7' },
    { page: 'trends' },
    { page: 'security', tab: 'matrix' },
    { page: 'shift', tab: 'report' },
    { page: 'lab', tab: 'run' },
    { page: 'lab', tab: 'run', scenario: 'pumps-stopped' },
    { page: 'lab', tab: 'debrief' },
    { page: 'system', tab: 'audit' },
  ];

  it('are parsed as written', () => {
    for (const route of routes) expect(parseRoute(routeHash(route))).toEqual(route);
  });

  it('of an incident work as messages of notifiers write them', () => {
    expect(parseRoute('#/incident/INC-1')).toEqual({ page: 'incident', id: 'INC-1' });
  });

  it('lead to the plant overview if they are unknown or invalid', () => {
    expect(parseRoute('')).toEqual({ page: 'plant' });
    expect(parseRoute('#/nonsense')).toEqual({ page: 'plant' });
    expect(parseRoute('#/unit/')).toEqual({ page: 'plant' });
    expect(parseRoute('#/unit/%E0%A4%A')).toEqual({ page: 'unit', area: '%E0%A4%A' });
    expect(parseRoute('#/alarms/nonsense')).toEqual({ page: 'alarms', tab: 'active' });
  });
});
