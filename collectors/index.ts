import type { CollectorPlugin } from '../src/core/collector.ts';
import { capture } from './capture/index.ts';
import { modbus } from './modbus/index.ts';
import { opcua } from './opcua/index.ts';

/** Every protocol that the monitor can collect. */
export const collectors: readonly CollectorPlugin[] = [modbus, opcua, capture];
