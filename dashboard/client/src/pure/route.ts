/** Current page, from the part of the address after `#/`. */
export type Route =
  | { readonly page: 'plant' }
  | { readonly page: 'unit'; readonly area: string }
  | { readonly page: 'tag'; readonly tag: string }
  | { readonly page: 'alarms'; readonly tab: AlarmTab }
  | { readonly page: 'incidents' }
  /** With one of its alerts selected; the worst if none is given. */
  | { readonly page: 'incident'; readonly id: string; readonly alert?: string }
  | { readonly page: 'trends' }
  | { readonly page: 'security'; readonly tab: SecurityTab }
  | { readonly page: 'shift'; readonly tab: ShiftTab }
  /** With one of its scenarios selected; the running or the first one if none is given. */
  | { readonly page: 'lab'; readonly tab: LabTab; readonly scenario?: string }
  | { readonly page: 'system'; readonly tab: SystemTab };

export const alarmTabs = ['active', 'unacknowledged', 'history'] as const;
export type AlarmTab = (typeof alarmTabs)[number];
export const securityTabs = ['queue', 'matrix', 'coverage', 'feeds'] as const;
export type SecurityTab = (typeof securityTabs)[number];
export const shiftTabs = ['handover', 'report'] as const;
export type ShiftTab = (typeof shiftTabs)[number];
export const labTabs = ['run', 'instructor', 'debrief'] as const;
export type LabTab = (typeof labTabs)[number];
export const systemTabs = [
  'health',
  'devices',
  'assets',
  'detection',
  'unusual',
  'baseline',
  'alarms',
  'maintenance',
  'events',
  'audit',
  'account',
  'users',
] as const;
export type SystemTab = (typeof systemTabs)[number];

/** Parses an address. Anything unknown leads to the plant overview. */
export function parseRoute(hash: string): Route {
  const [page, argument, more] = hash.replace(/^#?\//, '').split('/').map(decode);
  switch (page) {
    case 'unit':
      return argument === undefined || argument === '' ? { page: 'plant' } : { page: 'unit', area: argument };
    case 'tag':
      return argument === undefined ? { page: 'trends' } : { page: 'tag', tag: argument };
    case 'alarms':
      return { page: 'alarms', tab: alarmTabs.find((tab) => tab === argument) ?? 'active' };
    // messages to other systems link to the singular
    case 'incident':
    case 'incidents':
      if (argument === undefined) return { page: 'incidents' };
      return { page: 'incident', id: argument, ...(more === undefined ? {} : { alert: more }) };
    case 'trends':
      return { page: 'trends' };
    case 'security':
      return { page: 'security', tab: securityTabs.find((tab) => tab === argument) ?? 'queue' };
    case 'shift':
      return { page: 'shift', tab: shiftTabs.find((tab) => tab === argument) ?? 'handover' };
    case 'lab':
      return {
        page: 'lab',
        tab: labTabs.find((tab) => tab === argument) ?? 'run',
        ...(argument === 'run' && more !== undefined && more !== '' ? { scenario: more } : {}),
      };
    case 'system':
      return { page: 'system', tab: systemTabs.find((tab) => tab === argument) ?? 'health' };
    default:
      return { page: 'plant' };
  }
}

/** The incident of an alert, with the alert selected. */
export const whyRoute = ({ id, incident }: { readonly id: string; readonly incident: string }): Route => ({
  page: 'incident',
  id: incident,
  alert: id,
});

export function routeHash(route: Route): string {
  const part = encodeURIComponent;
  switch (route.page) {
    case 'plant':
      return '#/plant';
    case 'unit':
      return `#/unit/${part(route.area)}`;
    case 'tag':
      return `#/tag/${part(route.tag)}`;
    case 'alarms':
      return `#/alarms/${route.tab}`;
    case 'incidents':
      return '#/incidents';
    case 'incident':
      return `#/incidents/${part(route.id)}${route.alert === undefined ? '' : `/${part(route.alert)}`}`;
    case 'trends':
      return '#/trends';
    case 'security':
      return `#/security/${route.tab}`;
    case 'shift':
      return `#/shift/${route.tab}`;
    case 'lab':
      if (route.scenario !== undefined) return `#/lab/run/${part(route.scenario)}`;
      return route.tab === 'run' ? '#/lab' : `#/lab/${route.tab}`;
    case 'system':
      return `#/system/${route.tab}`;
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
