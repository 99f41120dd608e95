import { readFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { matchedTags } from '../core/alarm-match.ts';
import { type AlarmRecord, alarmRecordLimits, type MatchedPlant } from '../core/alarm-record.ts';
import { ScadaError } from '../core/errors.ts';
import { readDocument } from './document.ts';
import { configError, type ConfigProblem, schemaProblems } from './problems.ts';
import type { MonitorConfig } from './resolve.ts';
import { parseAlarmCsv } from './alarm-csv.ts';
import { checkLength, recordProblems } from './alarm-problems.ts';
import { alarmRecordEntry, durationText } from './alarm-schema.ts';

const fileSchema = z.strictObject({
  alarms: z
    .array(alarmRecordEntry)
    .max(alarmRecordLimits.records)
    .describe('alarm records; each makes the findings that it matches alarms'),
});

/** Places of a configuration that a match may name. */
export const placesOf = ({
  site,
  tags,
  devices,
}: Pick<MonitorConfig, 'site' | 'tags' | 'devices'>): Omit<MatchedPlant, 'detectors'> => ({
  ...matchedTags(tags),
  equipment: site.areas.flatMap(({ equipment }) => equipment.map(({ id }) => id)),
  areas: site.areas.map(({ id }) => id),
  devices: devices.map(({ name }) => name),
});

/**
 * Reads a file of alarm records: CSV by its name, otherwise YAML.
 * @throws ScadaError `config` with line and column of each problem
 */
export async function readAlarmRecords(file: string, plant: MatchedPlant): Promise<readonly AlarmRecord[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ScadaError('config', 'CONFIG_UNREADABLE', `${file} cannot be read: ${(cause as Error).message}`, {
      hint: 'Check the path: it is the key `alarms.records` of the configuration, or the argument of the command.',
      cause,
    });
  }
  return /\.csv$/i.test(file) ? parseAlarmCsv(text, file, plant) : parseAlarmYaml(text, file, plant);
}

/** Reads alarm records from YAML. `file` is only used in messages. */
export function parseAlarmYaml(text: string, file: string, plant: MatchedPlant): readonly AlarmRecord[] {
  checkLength(text, file);
  const { value, locate } = readDocument(text, file);
  const parsed = fileSchema.safeParse(value);
  const records = parsed.data?.alarms ?? [];
  const problems: readonly ConfigProblem[] = parsed.success
    ? recordProblems(records, plant).map(({ index, keys, message }) => ({ path: ['alarms', index, ...keys], message }))
    : schemaProblems(parsed.error);
  if (problems.length > 0) throw configError(file, problems, locate);
  return records;
}

/** YAML of records that `parseAlarmYaml` reads. */
export function alarmYaml(records: readonly AlarmRecord[]): string {
  const alarms = records.map(({ match, respondWithinMs, ...texts }) => ({
    id: texts.id,
    match: Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined && value.length > 0)),
    priority: texts.priority,
    class: texts.class,
    cause: texts.cause,
    consequence: texts.consequence,
    response: texts.response,
    respondWithin: durationText(respondWithinMs),
    owner: texts.owner,
    ...(texts.returnWhen === undefined ? {} : { returnWhen: texts.returnWhen }),
    ...(texts.returnDelayMs === undefined ? {} : { returnDelay: durationText(texts.returnDelayMs) }),
  }));
  return stringify({ alarms }, { lineWidth: 120 });
}
