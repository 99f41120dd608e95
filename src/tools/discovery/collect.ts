import type { Discovered, FoundPoint } from '../../core/discovery.ts';
import { type Draft, type DraftTag, Names, plainName } from '../draft.ts';
import type { Settings } from './device.ts';

/** Result of a discovery. */
export interface Found {
  readonly points: readonly FoundPoint[];
  readonly losses: readonly string[];
  /** Settings that the device needs, as discovered. */
  readonly settings: Settings;
}

/** Collects the results of a discovery until it ends. */
export async function collect(all: AsyncIterable<Discovered>, progress: (done: number, text: string) => void): Promise<Found> {
  const points: FoundPoint[] = [];
  const losses: string[] = [];
  const settings: Record<string, unknown> = {};
  for await (const one of all) {
    switch (one.kind) {
      case 'point':
        points.push(one.point);
        break;
      case 'loss':
        losses.push(one.text);
        break;
      case 'settings':
        Object.assign(settings, one.settings);
        break;
      case 'progress':
        progress(one.done, one.text);
        break;
    }
  }
  return { points, losses, settings };
}

/** Device and options of a draft. */
export interface DraftOptions {
  readonly device: string;
  readonly type: string;
  /** Settings that a person has given. They take precedence over discovered settings. */
  readonly settings: Settings;
  readonly source: string;
  readonly scanMs: number;
}

/** Draft configuration of a discovery, with plain unique names and equipment that is unique in the site. */
export function draftOf(
  { points, losses, settings: found }: Found,
  { device, type, settings, source, scanMs }: DraftOptions,
): Draft {
  const names = new Names();
  const equipmentNames = new Names();
  const equipment = new Map<string, string>();
  const tags = points.map((point): DraftTag => {
    const area = point.area === undefined ? undefined : plainName(point.area);
    const { equipment: wanted } = point;
    const key = JSON.stringify([area, wanted]);
    if (wanted !== undefined && !equipment.has(key)) equipment.set(key, equipmentNames.take(wanted));
    return { ...point, name: names.take(point.name), device, scanMs, area, equipment: equipment.get(key) };
  });
  return { siteName: 'Discovered plant', source, devices: { [device]: { type, ...found, ...settings } }, tags, losses };
}
