import type { Alert, AlertFinding } from '../../../../../src/core/alert.ts';
import { formatEstimate } from '../../../../../src/core/format.ts';
import { shared } from '../../text.ts';

const dayMs = 86_400_000;

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
      return sentence(formatEstimate(onceInDays * dayMs), formatEstimate(learnedDays * dayMs));
    }
  }
}

const rank = ({ certainty }: AlertFinding): number => (certainty?.kind === 'calibrated' ? certainty.onceInDays : 0);

const rarest = (findings: readonly AlertFinding[]): AlertFinding | undefined => findings.toSorted((a, b) => rank(b) - rank(a))[0];
