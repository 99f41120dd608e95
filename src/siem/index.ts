import { cef } from './cef.ts';
import { ecs } from './ecs.ts';
import type { SecurityEvent } from './event.ts';
import { ocsf } from './ocsf.ts';

export { deliveryId, eventOf, type SecurityEvent, severityWordOf } from './event.ts';

/** Writes an event as one line in each format. */
export const formats: Readonly<Record<'cef' | 'ocsf' | 'ecs', (event: SecurityEvent) => string>> = { cef, ocsf, ecs };
