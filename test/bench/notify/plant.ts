import { stringify } from 'yaml';
import type { NotifierSettings } from './receivers.ts';

/** Tags that are read beside the flood, and the period. Register i of the device holds `registerAt` of i. */
export const tagCount = 50;
export const scanMs = 250;
export const tagNames: readonly string[] = Array.from({ length: tagCount }, (_, i) => `T${i}`);

/** The configuration of the monitor, as YAML. */
export const configuration = (port: number, notifiers: readonly NotifierSettings[]): string =>
  stringify({
    site: { name: 'Bench' },
    areas: [{ id: 'bench', name: 'Bench', equipment: [{ id: 'TANK', name: 'Tank' }] }],
    scanClasses: { fast: `${scanMs}ms` },
    devices: { plc1: { type: 'modbus', host: '127.0.0.1', port, identity: false } },
    tags: Object.fromEntries(
      tagNames.map((name, register) => [
        name,
        {
          device: 'plc1',
          address: { table: 'holding', register },
          area: 'bench',
          equipment: 'TANK',
          scan: 'fast',
          description: 'Read beside the flood',
        },
      ]),
    ),
    notifiers: notifiers.map((settings) => ({ ...settings, canary: false })),
    dashboard: { port: 0 },
  });
