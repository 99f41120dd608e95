import type { Alert, AlertFinding } from '../../../../../src/core/alert.ts';
import { shared } from '../../text.ts';
import { formatDuration } from '../format.ts';

/**
 * The certainty of an alert in a sentence: how often normal operation causes an equally high score in the channel of the shown finding.
 * Findings are not independent, so their rarities are not multiplied. Uses the shown finding, otherwise the rarest.
 */
export function howSure({ findings, explanation }: Pick<Alert, 'findings' | 'explanation'>): string {
  const shown = findings.filter((finding) => finding.explanation.title === explanation.title);
  const { certainty } = rarest(shown.length > 0 ? shown : findings) ?? {};
  switch (certainty?.kind) {
    case undefined:
      return '';
    case 'stated':
      return shared.sentence.certainty.stated;
    case 'learning':
      return shared.sentence.certainty.learning;
    case 'calibrated': {
      const { onceInDays, learnedDays, beyond } = certainty;
      const sentence = beyond ? shared.sentence.certainty.rarer : shared.sentence.certainty.about;
      return sentence(roughly(onceInDays), roughly(learnedDays));
    }
  }
}

const rank = ({ certainty }: AlertFinding): number => (certainty?.kind === 'calibrated' ? certainty.onceInDays : 0);

const rarest = (findings: readonly AlertFinding[]): AlertFinding | undefined => findings.toSorted((a, b) => rank(b) - rank(a))[0];

/** A duration to two significant digits of its largest unit, which is all that an estimate supports: `42 d`, `5 h`. */
function roughly(days: number): string {
  const unitMs = days < 2 ? 3_600_000 : 86_400_000;
  const amount = Number(((days * 86_400_000) / unitMs).toPrecision(2));
  return formatDuration(Math.max(1, Math.round(amount)) * unitMs);
}
