import { z } from 'zod';

/** Name of the last entry of a backup. */
export const manifestName = 'manifest.json';
export const formatVersion = 1;
/** Longest valid manifest, bytes. */
export const longestManifest = 67_108_864;

/** True for a path within the data directory: relative, with forward slashes, without `..`. */
const isInside = (path: string): boolean =>
  path.length > 0 && !/[\\\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

export const manifestSchema = z.strictObject({
  format: z.literal('scadawatch-backup'),
  version: z.literal(formatVersion),
  /** ISO 8601 */
  createdAt: z.string(),
  /** Version of scadawatch that wrote it. */
  scadawatch: z.string(),
  /** True if a monitor was running: the current day of the embedded historian and the spool are not included. */
  whileRunning: z.boolean(),
  /** SHA-256 of the last loaded configuration, from the audit trail. */
  configuration: z.string().optional(),
  files: z.array(z.strictObject({ path: z.string().refine(isInside), size: z.int().min(0), sha256: z.string().length(64) })),
});

export type Manifest = z.infer<typeof manifestSchema>;
export { isInside };
