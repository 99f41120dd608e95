import type { Explanation } from '../../src/core/finding.ts';
import { calendarTime } from '../../src/detector-kit/calendar.ts';
import { limited, shorten } from '../../src/detector-kit/words.ts';
import type { Case } from './cases.ts';

/** Headlines by subject; any other subject is its own headline. */
const headlines: Readonly<Record<string, string>> = {
  'start-time': 'restarts repeatedly',
  clock: 'clock is wrong',
  'own-certificate': 'certificate needs renewal',
  'server-state': 'is not running',
  'address-space': 'address space changed',
  endpoints: 'security endpoints changed',
  certificate: 'certificate changed',
  clients: 'has an unknown client',
  namespaces: 'namespaces changed',
  'data-type': 'data type changed',
};

/** Normal state by subject; completes "It would be normal if …". */
const normals: Readonly<Record<string, string>> = {
  'start-time': 'it stayed on, or somebody worked on it',
  clock: 'the clocks were synchronised, for example by NTP',
  'own-certificate': 'the certificate were renewed and trusted by the server',
};

/** Explains a change of a device: the change, its first time, the number of reports. */
export function explainCase(device: string, { subject, text, since, events, techniques }: Case): Explanation {
  const title = `${device} ${headlines[subject] ?? `changed: ${subject}`}`;
  const at = `${new Date(calendarTime(since)).toISOString().slice(11, 19)} UTC`;
  const course = events > 1 ? `since ${at}, ${events} reports` : `at ${at}`;
  return {
    title: shorten(title),
    sentence: limited(`${text} (${course}).`),
    contributions: [],
    normalIf: normals[subject] ?? 'the change were planned',
    techniques,
  };
}

export const explainNormal = (device: string): Explanation => ({
  title: shorten(`${device} is unchanged`),
  sentence: `${device} is unchanged since the first connection.`,
  contributions: [],
  normalIf: '',
  techniques: [],
});
