import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../core/plugin.ts';
import { EpochFile, type Placed, placesIn } from './epoch-file.ts';
import { type NumberRange, rangesText } from './undelivered.ts';

/** The last sent change of an alert stream. */
export interface Position extends Placed {
  readonly sequence: number;
  /** Numbers of collected updates that are not sent yet. Absent in files of earlier versions. */
  readonly updates?: readonly number[] | undefined;
  /** Changes that the receiver has refused. Absent in files of earlier versions. */
  readonly undelivered?: readonly NumberRange[] | undefined;
}

const fileName = 'told.json';

/** Most collected updates that a file can state. */
const mostUpdates = 1_000;

/** Positions of all notifiers of a data directory as text, a line each. The monitor may run. */
export function positionsText(dataDir: string): string {
  const dir = join(dataDir, 'notify');
  const lines = (existsSync(dir) ? readdirSync(dir) : []).toSorted().flatMap((name) => {
    const path = join(dir, name, fileName);
    const [position] = existsSync(path) ? placesIn(readFileSync(path, 'utf8'), parsed) : [];
    if (position === undefined) return [];
    const { sequence, undelivered = [] } = position;
    return [`${name}: sent up to ${sequence}, undelivered ${undelivered.length === 0 ? 'none' : rangesText(undelivered)}`];
  });
  return lines.length === 0 ? `no notifier has sent anything from ${dataDir}` : lines.join('\n');
}

/** The place of one notifier in the changes of alerts. @param dir of the notifier */
export const positionFile = (dir: string, name: string, logger: Logger): EpochFile<Position> =>
  new EpochFile({ path: join(dir, fileName), name, logger, parse: parsed });

function parsed({ epoch, sequence, updates, undelivered }: Position): Position | undefined {
  if (!Number.isInteger(sequence)) return undefined;
  const waiting = Array.isArray(updates) ? updates.filter((one) => Number.isInteger(one)).slice(0, mostUpdates) : [];
  const refused = Array.isArray(undelivered) ? undelivered.filter(isRange) : [];
  return {
    epoch,
    sequence,
    ...(waiting.length === 0 ? {} : { updates: waiting }),
    ...(refused.length === 0 ? {} : { undelivered: refused }),
  };
}

const isRange = (range: NumberRange): boolean =>
  Array.isArray(range) && range.length === 2 && range.every((number) => Number.isInteger(number)) && range[0] <= range[1];
