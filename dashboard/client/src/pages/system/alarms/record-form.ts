import type { AlarmMatch, AlarmRecord } from '../../../../../../src/core/alarm-record.ts';
import type { Alert } from '../../../../../../src/core/alert.ts';

export const matchLists = ['detectors', 'tags', 'equipment', 'areas', 'devices', 'kinds', 'techniques'] as const;

const noMatch: AlarmMatch = { detectors: [], kinds: [], tags: [], equipment: [], areas: [], devices: [], techniques: [] };

/** A record without content, for the form. */
export const emptyRecord: AlarmRecord = {
  id: '',
  match: noMatch,
  priority: 3,
  class: 'process',
  cause: '',
  consequence: '',
  response: '',
  respondWithinMs: 600_000,
  owner: '',
};

/** A record that matches the finding that an alert shows. A person states the rest. */
export function recordFor(alert: Alert): AlarmRecord {
  const { explanation, findings, tags, device } = alert;
  const shown = findings.find((finding) => finding.explanation.title === explanation.title) ?? findings[0];
  const [first] = explanation.contributions;
  const detectors = shown === undefined ? [] : [shown.detector];
  if (first === undefined) {
    const kind = shown?.channel?.split('/').at(-1);
    const kinds = kind === undefined || kind === device ? [] : [kind];
    return { ...emptyRecord, match: { ...noMatch, detectors, kinds, devices: device === undefined ? [] : [device] } };
  }
  const direction = first.share < 0 ? 'low' : 'high';
  return { ...emptyRecord, match: { ...noMatch, detectors, tags: [first.tag ?? tags[0]], direction } };
}

const words = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== '');

/** The record that a form states. */
export function readRecord(text: (name: string) => string): AlarmRecord {
  const direction = text('direction');
  const lists = Object.fromEntries(matchLists.map((name) => [name, words(text(name))])) as unknown as AlarmMatch;
  const priority = Number(text('priority'));
  return {
    id: text('id').trim(),
    match: direction === 'high' || direction === 'low' ? { ...lists, direction } : lists,
    priority: priority === 1 || priority === 2 ? priority : 3,
    class: text('class').trim(),
    cause: text('cause').trim(),
    consequence: text('consequence').trim(),
    // a form sends line ends as CRLF
    response: text('response').replaceAll('\r\n', '\n').trim(),
    respondWithinMs: Math.round(Number(text('minutes')) * 60_000),
    owner: text('owner').trim(),
    ...returnOf(text),
  };
}

/** The return condition that a form states, with its delay. A delay alone is sent too: the server refuses it. */
function returnOf(text: (name: string) => string): Pick<AlarmRecord, 'returnWhen' | 'returnDelayMs'> {
  const when = text('returnWhen').trim();
  const delayMs = Math.round(Number(text('returnMinutes')) * 60_000);
  return { ...(when === '' ? {} : { returnWhen: when }), ...(delayMs > 0 ? { returnDelayMs: delayMs } : {}) };
}

/** What a record matches, in one line. */
export function matchText({ match }: AlarmRecord): string {
  const lists = matchLists.filter((name) => match[name].length > 0).map((name) => `${name} ${match[name].join(', ')}`);
  return [...lists, ...(match.direction === undefined ? [] : [match.direction])].join('; ');
}

/** All texts of a record, for the search. */
export const recordText = (record: AlarmRecord): string =>
  [
    record.id,
    matchText(record),
    record.class,
    record.cause,
    record.consequence,
    record.response,
    record.owner,
    record.returnWhen ?? '',
  ]
    .join(' ')
    .toLowerCase();
