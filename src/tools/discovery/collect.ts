import type { Discovered, FoundPoint } from '../../core/discovery.ts';
import { type Draft, type DraftTag, Names, plainName } from '../draft.ts';
import type { Settings } from './device.ts';

/** All that a discovery has told. */
export interface Found {
  readonly points: readonly FoundPoint[];
  readonly losses: readonly string[];
  /** Settings that the device was found to need. */
  readonly settings: Settings;
}

/** Takes what a discovery tells, to its end. */
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

/** The device that was looked at, and how its tags are to be read. */
export interface DraftWishes {
  readonly device: string;
  readonly type: string;
  /** What a person has given: it stands before what was found. */
  readonly settings: Settings;
  readonly source: string;
  readonly scanMs: number;
}

/** What was found as a configuration: names plain and each once, equipment once in the site. */
export function draftOf(
  { points, losses, settings: found }: Found,
  { device, type, settings, source, scanMs }: DraftWishes,
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
