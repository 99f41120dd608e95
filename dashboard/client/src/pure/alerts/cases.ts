import type { CaseSummary } from '../../../../api/index.ts';

/** Property by which the cases are grouped. */
export const caseGroupings = ['technique', 'asset', 'client'] as const;
export type CaseGrouping = (typeof caseGroupings)[number];

/** Choice of the cases of one technique, asset or client. */
export interface CaseFilter {
  readonly grouping: CaseGrouping;
  readonly name: string;
}

/** The cases of one technique, asset or client. */
export interface CaseGroup {
  readonly name: string;
  readonly alerts: number;
  readonly cases: number;
}

/** Names of a case in a grouping, each with its number of alerts. */
export function namesOf(one: CaseSummary, grouping: CaseGrouping): readonly { readonly name: string; readonly alerts: number }[] {
  switch (grouping) {
    case 'technique':
      return one.techniques.map(({ id, alerts }) => ({ name: id, alerts }));
    case 'asset':
      return one.assets;
    case 'client':
      return one.clients;
  }
}

/** Groups of the cases, the one with the most alerts first. */
export function groupsOf(cases: readonly CaseSummary[], grouping: CaseGrouping): readonly CaseGroup[] {
  const groups = new Map<string, CaseGroup>();
  for (const one of cases)
    for (const { name, alerts } of namesOf(one, grouping)) {
      const before = groups.get(name) ?? { name, alerts: 0, cases: 0 };
      groups.set(name, { name, alerts: before.alerts + alerts, cases: before.cases + 1 });
    }
  return [...groups.values()].sort((a, b) => b.alerts - a.alerts || a.name.localeCompare(b.name));
}

export const isDone = ({ triage }: CaseSummary): boolean => triage?.state === 'done';
const isSeen = ({ techniques }: CaseSummary): boolean => techniques.some(({ certainty }) => certainty === 'seen');
const rank = ({ priority }: CaseSummary): number => (priority === 'A' ? 4 : priority);

/**
 * Order of the queue: cases that are not done, then those of which an attack was seen on the network, then by priority, newest
 * first.
 */
export const byQueue = (a: CaseSummary, b: CaseSummary): number =>
  Number(isDone(a)) - Number(isDone(b)) || Number(isSeen(b)) - Number(isSeen(a)) || rank(a) - rank(b) || b.since - a.since;
