import type { Alert } from '../../../../../src/core/alert.ts';
import { formatEstimate } from '../../../../../src/core/format.ts';
import { selfDetector } from '../../../../../src/core/self-device.ts';
import { shownFinding } from '../../../../../src/core/shown-finding.ts';
import { shared } from '../../text.ts';

const dayMs = 86_400_000;

/**
 * The certainty of an alert in a sentence: how often normal operation causes an equally high score in the channel of the shown finding.
 */
export function howSure(alert: Pick<Alert, 'findings' | 'explanation'>): string {
  const { certainty, detector } = shownFinding(alert) ?? {};
  // a fault of the monitor is a fact, and no rule of the configuration
  if (detector === selfDetector) return '';
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
