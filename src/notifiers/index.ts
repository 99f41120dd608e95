import type { NotifierPlugin } from '../core/notifier.ts';
import { syslog } from './syslog/index.ts';
import { webhook } from './webhook/index.ts';

/** All notifiers. */
export const notifiers: readonly NotifierPlugin[] = [webhook, syslog];
