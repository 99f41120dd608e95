import { formatCount } from '../../pure/format.ts';

/** Texts of the incident pages. */
export const texts = {
  title: {
    incident: 'Incident',
    contributions: 'Contributing tags',
    figures: 'Measured and expected values of the tags',
    measured: 'Measured and expected values',
    sequence: 'Sequence of events',
    alerts: 'Alerts of this incident',
    findings: 'Findings of this alert',
    attack: 'ATT&CK for ICS',
    responseAndTechniques: 'Response and techniques',
    verdict: 'Verdict',
    similar: 'Similar alerts',
    verdictOn: (alert: string) => `Verdict on ${alert}`,
  },
  column: {
    alerts: 'Alerts',
    first: 'First alert',
    peak: 'Peak',
    score: 'Score',
    worst: 'Most urgent alert',
  },
  label: {
    allIncidents: 'All incidents',
    note: 'Note, stored with the verdict',
    normalIf: 'It would be normal if',
    before19: (id: string) => `Before v19: ${id}`,
    trend: (description: string) => `${description}: measured line and expected band`,
  },
  button: {
    earlier: 'Show earlier events',
    giveVerdict: 'Give verdict',
    saveVerdict: 'Save verdict',
  },
  key: {
    neighbours: 'previous, next incident',
  },
  note: {
    notCause: 'contribution, not proven cause',
    firstOut: 'first-out at the top',
    measured: 'measured',
    raised: 'raised',
    countOf: (shown: number, all: number) => `${shown} of ${all}`,
    open: 'open',
    ended: 'ended',
    times: (state: string, times: number) => `${state}, ${formatCount(times, 'time')}`,
    moreFindings: (count: number, open: number) => `${formatCount(count, 'more finding')}, ${open} open`,
    repeated: (times: number, last: string) => `(${formatCount(times, 'time')}, last ${last})`,
    similarity: 'alike in at least 3 of 5 features',
    noVerdict: 'no verdict',
  },
  sentence: {
    none: 'No incidents in the last 7 days. An incident opens with the first alert.',
    unknown: (id: string) => `There is no incident ${id}. It may have been removed with old alerts.`,
    noContributions: 'This detector judges a single value, so no tags contribute to the finding.',
    aboutDevice: 'This alert is about a device, so there is no value to show.',
    unknownTag: (tag: string) => `Tag ${tag} is no longer in the configuration.`,
    sinceOpen: (moment: string, time: string) => `Since ${moment} (${time}).`,
    sinceClosed: (moment: string, end: string) => `Since ${moment}, closed ${end}.`,
    repeats: (text: string) => `${text}.`,
    detectors: (count: number, names: string) =>
      count === 1 ? `Found by one detector: ${names}.` : `Found by ${count} independent detectors: ${names}.`,
    noTechniques: 'No technique matches. A fault can cause the same behaviour.',
    noVerdict: 'No verdict yet.',
    noSimilar: 'No similar alert in the last 400 days.',
    verdictMeaning:
      'True: something was wrong. False: nothing was wrong. Expected: a planned activity caused it. The verdict counts in the alarm budget and is shown with similar alerts. It does not change the baseline.',
  },
} as const;
