import { afterEach, describe, expect, it, vi } from 'vitest';
import { findPeer, howToInstall, requirePeer } from './peers.ts';

class Skipped extends Error {}
const test = {
  skip: (why?: unknown): never => {
    throw new Skipped(String(why));
  },
};

describe('peers', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('skips a test whose peer is missing and names the package', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', 'false');
    expect(findPeer('mbpoll')).toBeUndefined();
    expect(() => requirePeer('mbpoll', test)).toThrow(new Skipped(howToInstall('mbpoll')));
  });

  it('fails instead of skipping where CI=true', () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('CI', 'true');
    expect(() => requirePeer('mbpoll', test)).toThrow(/apt-get install mbpoll/);
    expect(() => requirePeer('mbpoll', test)).not.toThrow(Skipped);
  });
});
