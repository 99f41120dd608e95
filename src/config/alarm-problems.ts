import { recordReturnProblem, unknownNames } from '../core/alarm-match.ts';
import { type AlarmRecord, alarmRecordLimits, type MatchedPlant } from '../core/alarm-record.ts';
import { ScadaError } from '../core/errors.ts';
import { withdrawnDetectors } from './withdrawn.ts';

/** A problem of a record of a list, with the keys of the field. */
export interface RecordProblem {
  readonly index: number;
  readonly keys: readonly string[];
  readonly message: string;
}

/** Names that the plant does not have, return conditions that it cannot meet, and ids that are given twice. */
export function recordProblems(records: readonly AlarmRecord[], plant: MatchedPlant): RecordProblem[] {
  const seen = new Set<string>();
  return records.flatMap(({ id, match, returnWhen }, index) => {
    const twice = seen.has(id) ? [{ index, keys: ['id'], message: `the record ${id} is given twice` }] : [];
    seen.add(id);
    const known = { ...plant, detectors: [...plant.detectors, ...withdrawnDetectors] };
    const unknown = unknownNames(match, known).map(({ list, name }) => ({
      index,
      keys: ['match', list],
      message: `${name} fits nothing in this plant`,
    }));
    const returns = recordReturnProblem(returnWhen, plant);
    return [...twice, ...unknown, ...(returns === undefined ? [] : [{ index, keys: ['returnWhen'], message: returns }])];
  });
}

/** @throws ScadaError CONFIG_INVALID for a file that is longer than the limit */
export function checkLength(text: string, file: string): void {
  if (text.length <= alarmRecordLimits.file) return;
  const message = `${file} has ${text.length} characters, more than ${alarmRecordLimits.file}`;
  throw new ScadaError('config', 'CONFIG_INVALID', message, { hint: 'Shorten it: use patterns to join records.' });
}
