import type { Explanation } from '../../src/core/finding.ts';
import { shorten } from '../../src/streaming/words.ts';
import type { Case } from './cases.ts';

/** Headlines of subjects; another subject stands for itself. */
const headlines: Readonly<Record<string, string>> = {
  'start-time': 'restarts again and again',
  clock: 'has the wrong time',
  'own-certificate': 'certificate needs renewal',
  'server-state': 'is not running',
  'address-space': 'has other nodes than before',
  endpoints: 'offers other security',
  certificate: 'has another certificate',
  clients: 'has an unknown client',
  namespaces: 'has other namespaces',
  'data-type': 'gives values of another type',
};

/** What would make it normal again, by what it is about. */
const normals: Readonly<Record<string, string>> = {
  'start-time': 'it stayed on, or somebody is working on it',
  clock: 'the clocks were kept in step, by NTP for one',
  'own-certificate': 'the certificate were renewed and trusted by the server',
};

/** What changed about a device, since when, how often. */
export function explainCase(device: string, { subject, text, since, events, techniques }: Case): Explanation {
  const title = `${device} ${headlines[subject] ?? `is not as it was: ${subject}`}`;
  const at = `${new Date(since).toISOString().slice(11, 19)} UTC`;
  const course = events > 1 ? `since ${at}, told ${events} times` : `at ${at}`;
  return {
    title: shorten(title),
    sentence: `${text} (${course}).`,
    contributions: [],
    normalIf: normals[subject] ?? 'the change were planned',
    techniques,
  };
}

export const explainCalm = (device: string): Explanation => ({
  title: shorten(`${device} is as it was`),
  sentence: `${device} is as it was when the monitor first saw it.`,
  contributions: [],
  normalIf: '',
  techniques: [],
});
