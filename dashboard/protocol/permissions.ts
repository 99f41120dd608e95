import type { Permission } from '../../src/core/access.ts';
import type { RouteName } from './http.ts';
import type { ClientMessage } from './socket.ts';

/** Required permission; `anybody` requires no session. A route or message that is not listed here does not exist. */
export type Needs = Permission | 'anybody';

export const routePermissions = {
  'GET /api/door': 'anybody',
  'POST /api/setup': 'anybody',
  'POST /api/login': 'anybody',
  'POST /api/logout': 'view',
  'GET /api/site': 'view',
  'GET /api/tags': 'view',
  'GET /api/bands': 'view',
  'GET /api/history': 'view',
  'GET /api/health': 'view',
  'GET /api/detection': 'view',
  'GET /api/unwatched': 'view',
  'GET /api/shadow': 'view',
  'GET /api/journal': 'view',
  'GET /api/alerts': 'view',
  'GET /api/alert': 'view',
  'GET /api/incident': 'view',
  'POST /api/alerts/acknowledge': 'acknowledge',
  'POST /api/alerts/judge': 'judge',
  'GET /api/alerts/similar': 'view',
  'GET /api/baseline': 'view',
  'POST /api/baseline/approve': 'decide-baseline',
  'POST /api/baseline/edit': 'decide-baseline',
  'POST /api/baseline/unlearn': 'decide-baseline',
  'POST /api/maintenance/begin': 'maintain',
  'POST /api/maintenance/end': 'maintain',
  'GET /api/audit': 'read-audit',
  'GET /api/lab': 'run-lab',
  'POST /api/lab/speed': 'run-lab',
  'POST /api/lab/start': 'run-lab',
  'POST /api/lab/stop': 'run-lab',
  'POST /api/lab/reset': 'run-lab',
  'GET /api/users': 'manage-users',
  'POST /api/users/add': 'manage-users',
  'POST /api/users/role': 'manage-users',
  'POST /api/users/passphrase': 'manage-users',
  'POST /api/users/disable': 'manage-users',
  'POST /api/users/enable': 'manage-users',
  'POST /api/users/remove': 'manage-users',
  'POST /api/users/end-session': 'manage-users',
  'GET /api/account': 'view',
  'POST /api/account/passphrase': 'view',
  'POST /api/account/end-session': 'view',
} as const satisfies Readonly<Record<RouteName, Needs>>;

export const messagePermissions: Readonly<Record<ClientMessage['type'], Permission>> = {
  watch: 'view',
  resume: 'view',
  'watch-lab': 'run-lab',
  active: 'view',
};
