import { z } from 'zod';
import { type AlarmRecord, alarmRecordLimits as most } from '../core/alarm-record.ts';
import { parseReturn, returnNotation, returnText } from '../core/return-condition.ts';
import { duration } from './duration.ts';
import { line } from './line.ts';

const steps = z
  .string()
  .trim()
  .min(1)
  .max(most.response)
  .regex(/^[^\p{Cc}]*(?:\n[^\p{Cc}]*)*$/u, 'lines without control characters');
const names = z.array(line(most.pattern).regex(/^\S+$/, 'a name or a pattern without spaces')).max(most.patterns).default([]);

const match = z
  .strictObject({
    detectors: names.describe('types of detectors; any if absent'),
    kinds: names.describe('last part of the channel name after `/`, such as `write` of `plc1/write`'),
    tags: names.describe('names of tags; `*` and `?` are wildcards'),
    equipment: names.describe('ids of equipment'),
    areas: names.describe('ids of areas'),
    devices: names.describe('names of devices'),
    techniques: names.describe('ATT&CK ids (v19) of techniques that were observed'),
    direction: z.enum(['high', 'low']).optional().describe('side of the expected value on which the tag is'),
  })
  .refine(
    (stated) => Object.values(stated).some((value) => Array.isArray(value) && value.length > 0),
    'state at least one of detectors, kinds, tags, equipment, areas, devices, techniques',
  );

const texts = {
  id: line(most.id).regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'letters, digits, dot, underscore and hyphen only'),
  priority: z.literal([1, 2, 3]).describe('1 is the most urgent'),
  class: line(most.class).default('process').describe('group of alarms that are managed alike'),
  cause: line(most.cause).describe('likely cause'),
  consequence: line(most.consequence).describe('consequence if nobody responds'),
  response: steps.describe('steps of the operator, one a line'),
  owner: line(most.owner).describe('person or position that maintains the record'),
};

const longest = `a time from 1s to ${most.respondWithinMs / 86_400_000}d`;
const withinMs = z.number().min(1_000, longest).max(most.respondWithinMs, longest);

const returnWhen = line(most.returnWhen)
  .transform((text, context) => {
    const all = parseReturn(text);
    if (all !== undefined) return returnText(all);
    context.addIssue({ code: 'custom', message: `not ${returnNotation}` });
    return z.NEVER;
  })
  .optional()
  .describe('condition that must hold before the alarm returns to normal, such as `PS.FT01 above 40 L/s` or `P1.RUN is 1`');
const longestDelay = `a time from 1s to ${most.returnDelayMs / 3_600_000}h`;
const delayMs = z.number().min(1_000, longestDelay).max(most.returnDelayMs, longestDelay);
const needsCondition = (record: { readonly returnWhen?: unknown }, delay: unknown): boolean =>
  record.returnWhen !== undefined || delay === undefined;
const delayAlone = 'a return delay needs `returnWhen`';

/** A record of the API. */
export const alarmRecordInput: z.ZodType<AlarmRecord> = z
  .strictObject({ ...texts, match, respondWithinMs: withinMs, returnWhen, returnDelayMs: delayMs.optional() })
  .refine((record) => needsCondition(record, record.returnDelayMs), { path: ['returnDelayMs'], message: delayAlone });

/** A record of a file, which states durations as the configuration does: `10m`. */
export const alarmRecordEntry = z
  .strictObject({
    ...texts,
    match,
    respondWithin: duration.pipe(withinMs).describe('time to respond, such as 10m'),
    returnWhen,
    returnDelay: duration.pipe(delayMs).optional().describe('time for which the condition must hold, such as 1m'),
  })
  .refine((record) => needsCondition(record, record.returnDelay), { path: ['returnDelay'], message: delayAlone })
  .transform(
    ({ respondWithin, returnDelay, ...rest }): AlarmRecord => ({
      ...rest,
      respondWithinMs: respondWithin,
      ...(returnDelay === undefined ? {} : { returnDelayMs: returnDelay }),
    }),
  );

/** The duration as a file states it, in the largest unit that divides it. */
export function durationText(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ] as const;
  const [size, unit] = units.find(([one]) => ms % one === 0) ?? [1, 'ms'];
  return `${ms / size}${unit}`;
}
