import type { CaseSummary } from '../../../../api/index.ts';
import { shared } from '../../text.ts';
import { texts } from './text.ts';

/** `In progress, anna`; the verdicts once it is done. */
export function workText({ triage, verdicts }: CaseSummary): string {
  if (triage === undefined || triage.state === 'new') return shared.label.triage.new;
  const words = Object.keys(verdicts) as (keyof typeof verdicts)[];
  const [word] = words;
  if (triage.state === 'done' && word !== undefined && words.length === 1) return texts.label.verdicts[word];
  const by = triage.assignee?.user ?? triage.assignee?.role ?? texts.label.untaken;
  return texts.note.work(shared.label.triage[triage.state], by);
}
