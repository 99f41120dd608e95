/** Days before its end at which a certificate is reported; 0: it has expired. */
const stages = [0, 1, 7, 14, 30, 60] as const;

const dayMs = 86_400_000;

/** Stage of a certificate: at most 60, 30, 14, 7 or 1 days are left, or 0 after it has expired. Undefined before that. */
export function expiryStage(notAfter: number, now: number): number | undefined {
  const days = (notAfter - now) / dayMs;
  return stages.find((stage) => days <= stage);
}

/** `ends in 13 days (2027-03-01)`, for texts. */
export function whenItEnds(notAfter: number, now: number): string {
  const date = new Date(notAfter).toISOString().slice(0, 10);
  if (notAfter <= now) return `ended on ${date}`;
  const days = Math.floor((notAfter - now) / dayMs);
  return days === 0 ? `ends within a day (${date})` : `ends in ${days} ${days === 1 ? 'day' : 'days'} (${date})`;
}

/** True once the successor of a certificate should be created. */
export const renewalIsDue = (notAfter: number, now: number, renewDays: number): boolean => notAfter - now <= renewDays * dayMs;
