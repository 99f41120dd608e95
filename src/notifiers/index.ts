import type { NotifierPlugin } from '../core/notifier.ts';
import { webhook } from './webhook/index.ts';

/** Every notifier that a configuration can name. */
export const notifiers: readonly NotifierPlugin[] = [webhook];
