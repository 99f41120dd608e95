import type { Role } from '../../src/core/state.ts';
import type { RouteName } from './http.ts';
import type { ClientMessage } from './socket.ts';

/** Lowest role that may; `anybody` needs no session. A route or message that does not stand here does not exist. */
export type Needs = Role | 'anybody';

export const routePermissions = {
  'GET /api/door': 'anybody',
  'POST /api/setup': 'anybody',
  'POST /api/login': 'anybody',
  'POST /api/logout': 'viewer',
  'GET /api/site': 'viewer',
  'GET /api/tags': 'viewer',
  'GET /api/bands': 'viewer',
  'GET /api/history': 'viewer',
  'GET /api/health': 'viewer',
  'GET /api/detection': 'viewer',
  'GET /api/shadow': 'viewer',
  'GET /api/journal': 'viewer',
  'GET /api/alerts': 'viewer',
  'GET /api/alert': 'viewer',
  'GET /api/incident': 'viewer',
  'POST /api/alerts/acknowledge': 'operator',
  'POST /api/alerts/judge': 'operator',
  'GET /api/alerts/similar': 'viewer',
  'GET /api/baseline': 'viewer',
  'POST /api/baseline/approve': 'engineer',
  'POST /api/baseline/edit': 'engineer',
  'POST /api/baseline/unlearn': 'engineer',
  'POST /api/maintenance/begin': 'operator',
  'POST /api/maintenance/end': 'operator',
  'GET /api/audit': 'engineer',
  'GET /api/lab': 'engineer',
  'POST /api/lab/speed': 'engineer',
  'POST /api/lab/start': 'engineer',
  'POST /api/lab/stop': 'engineer',
  'POST /api/lab/reset': 'engineer',
  'GET /api/users': 'admin',
  'POST /api/users/add': 'admin',
  'POST /api/users/remove': 'admin',
} as const satisfies Readonly<Record<RouteName, Needs>>;

export const messagePermissions: Readonly<Record<ClientMessage['type'], Role>> = {
  watch: 'viewer',
  resume: 'viewer',
  'watch-lab': 'engineer',
  active: 'viewer',
};
