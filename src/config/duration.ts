import { z } from 'zod';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };
const pattern = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d)$/;

/** A duration in the notation of the configuration (`500ms`, `2s`, `10m`, `3d`), parsed to milliseconds. */
export const duration = z
  .string()
  .regex(pattern, 'a length of time such as 500ms, 2s, 10m, 1h or 3d')
  .transform((text) => {
    const [, amount, unit] = pattern.exec(text) ?? [];
    return Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN);
  });
