import { afterAll, vi } from 'vitest';

/** Undoes what a file has replaced in its process, for the next file of the same worker. */
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});
