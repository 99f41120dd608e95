import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { placesIn } from './epoch-file.ts';
import { parsedPosition, positionName } from './position.ts';
import { rangesText } from './undelivered.ts';

/** Positions of all notifiers of a data directory as text, a line each. The monitor may run. */
export function positionsText(dataDir: string): string {
  const dir = join(dataDir, 'notify');
  const lines = (existsSync(dir) ? readdirSync(dir) : []).toSorted().flatMap((name) => {
    const path = join(dir, name, positionName);
    const [position] = existsSync(path) ? placesIn(readFileSync(path, 'utf8'), parsedPosition) : [];
    if (position === undefined) return [];
    const { sequence, undelivered = [] } = position;
    return [`${name}: sent up to ${sequence}, undelivered ${undelivered.length === 0 ? 'none' : rangesText(undelivered)}`];
  });
  return lines.length === 0 ? `no notifier has sent anything from ${dataDir}` : lines.join('\n');
}
