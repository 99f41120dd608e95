import type { VerdictWord } from '../../../../../src/core/alert.ts';
import type { CaseSummary } from '../../../../api/index.ts';
import { verdictWords } from '../../pure/alerts/alert-words.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** `In progress, anna`; the verdict once it is done. */
export function workText({ triage, verdict, verdicts }: CaseSummary): string {
  if (triage === undefined || triage.state === 'new') return shared.label.triage.new;
  // alerts of earlier versions have verdicts without one on their incident
  const words = verdict === undefined ? (Object.keys(verdicts) as VerdictWord[]) : [verdict.word];
  const [word] = words;
  if (triage.state === 'done' && word !== undefined && words.length === 1) return verdictWords[word];
  const by = triage.assignee?.user ?? triage.assignee?.role ?? texts.label.untaken;
  return texts.note.work(shared.label.triage[triage.state], by);
}
