import { z } from 'zod';

/** A line of text without control characters, which CSV and pages cannot show. @param longest characters */
export const line = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u, 'one line without control characters');
