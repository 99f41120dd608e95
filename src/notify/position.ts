import { join } from 'node:path';
import type { Logger } from '../core/plugin.ts';
import { EpochFile, type Placed } from './epoch-file.ts';
import type { NumberRange } from './undelivered.ts';

/** The last sent change of an alert stream. */
export interface Position extends Placed {
  readonly sequence: number;
  /** Numbers of collected updates that are not sent yet. Absent in files of earlier versions. */
  readonly updates?: readonly number[] | undefined;
  /** Changes that the receiver has refused. Absent in files of earlier versions. */
  readonly undelivered?: readonly NumberRange[] | undefined;
}

/** Name of the file in the folder of a notifier. */
export const positionName = 'told.json';

/** Most collected updates that a file can state. */
const mostUpdates = 1_000;

/** The place of one notifier in the changes of alerts. @param dir of the notifier */
export const positionFile = (dir: string, name: string, logger: Logger): EpochFile<Position> =>
  new EpochFile({ path: join(dir, positionName), name, logger, parse: parsedPosition });

export function parsedPosition({ epoch, sequence, updates, undelivered }: Position): Position | undefined {
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
