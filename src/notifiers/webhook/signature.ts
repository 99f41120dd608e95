import { createHmac } from 'node:crypto';

/**
 * Proves that a body comes from who knows the secret, and when it was sent: `t=<unix seconds>,v1=<hex>`, the hex being
 * HMAC-SHA-256 (RFC 2104) of `<t>.<body>`. A receiver recomputes it over the raw body, compares in constant time and refuses what
 * is older than a few minutes.
 */
export function sign(secret: string, body: string, nowMs: number): string {
  const t = Math.floor(nowMs / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`;
}
