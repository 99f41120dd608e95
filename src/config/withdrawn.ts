/**
 * Detectors of earlier versions. Their entries in a configuration and in alarm records are accepted and have no effect, so that an upgrade starts:
 * `range`, `frozen` and `relations` judge against a recent level since then, and find what these found.
 */
export const withdrawnDetectors: readonly string[] = [
  'noise',
  'oscillation',
  'quantisation',
  'rate',
  'shift',
  'spike',
  'transitions',
];
