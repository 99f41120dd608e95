import type { Permission } from '../../src/core/access.ts';
import type { ClientMessage } from './socket.ts';

/** Required permission of each message. A message that is not listed here does not exist. */
export const messagePermissions: Readonly<Record<ClientMessage['type'], Permission>> = {
  watch: 'view',
  resume: 'view',
  'watch-lab': 'run-lab',
  active: 'view',
};
