/** Days before the end of a certificate at which an alarm begins. */
export const expiryDays = [30, 7, 1] as const;
export type ExpiryDays = (typeof expiryDays)[number];

/** State of the certificate of the dashboard, for alarms. */
export interface CertificateState {
  /** End of the certificate in use, ms UTC of the machine's clock. */
  readonly expiresAt: number;
  /** The smallest of `expiryDays` that is reached; undefined before the first one. */
  readonly daysLeft: ExpiryDays | undefined;
  /** Reason why changed files are not in use; undefined if the files are. */
  readonly problem: string | undefined;
}
