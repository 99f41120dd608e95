import { type CertificateState, expiryDays } from '../core/certificate.ts';
import type { SelfWatch } from './self-watch.ts';

/** Raises and ends the alarms about the certificate of the dashboard: one for its end, which becomes more urgent, and one for changed files. */
export function noteCertificate(watch: SelfWatch, { expiresAt, daysLeft, problem }: CertificateState): void {
  const end = new Date(expiresAt).toISOString().slice(0, 16).replace('T', ' ');
  for (const days of expiryDays)
    watch.set(`certificate-expires-${days}`, days === daysLeft, { detail: `Its end is ${end} UTC.` });
  watch.set('certificate-not-loaded', problem !== undefined, { detail: problem === undefined ? '' : `Reason: ${problem}.` });
}
