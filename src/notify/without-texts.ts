import type { AlertChange } from '../core/alert.ts';

/**
 * A change without any text that a person, a device or an attacker can have written. A receiver that refuses an alert because of its
 * texts or its size (a filter, a limit) still learns that it was raised, how urgent it is, and where to read it.
 */
export function withoutTexts(full: AlertChange): AlertChange {
  const { note: _, ...change } = full;
  const { headline: _headline, shelf: _shelf, verdict: _verdict, incidentVerdict: _incident, ...alert } = change.alert;
  const title = `${alert.id}: details at the monitor only`;
  const sentence = `The receiver of this message has refused the texts of ${alert.id}. Read them in the alarm list of scadawatch.`;
  return {
    ...change,
    alert: {
      ...alert,
      title,
      equipment: '',
      tags: [],
      findings: [],
      explanation: { title, sentence, contributions: [], normalIf: '', techniques: [] },
      techniques: [],
      response: '',
    },
  };
}
