import { expect, it } from 'vitest';
import { feedSchema, resolveFeeds } from './feeds.ts';

it('a feed has a path relative to the configuration, and bounds', () => {
  const [feed] = resolveFeeds([feedSchema.parse({ name: 'isac', path: 'feeds', maxAge: '90d' })], '/etc/plant/plant.yaml');
  expect(feed).toMatchObject({
    path: '/etc/plant/feeds',
    periodMs: 3_600_000,
    maxAgeMs: 90 * 86_400_000,
    mostBytes: 8_388_608,
    allowPrivate: false,
  });
});

it.each([
  [{}, 'path: either path or url is required'],
  [{ path: 'a', url: 'https://feeds.example' }, 'path: either path or url is required'],
  [{ url: 'http://feeds.example' }, 'url: anybody on the network between could replace the feed: use https'],
  [{ url: 'ftp://feeds.example' }, 'url: '],
  [{ path: 'a', period: '10s' }, 'period: at least 1m'],
  [{ path: 'a', sha256: 'abc' }, 'sha256: 64 hexadecimal digits'],
  [{ path: 'a', trust: true }, ': Unrecognized key'],
])('the settings %o are refused', (settings, problem) => {
  const { error } = feedSchema.safeParse({ name: 'isac', ...settings });
  expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([expect.stringContaining(problem)]);
});

it('a feed on this machine needs no TLS', () => {
  expect(feedSchema.safeParse({ name: 'isac', url: 'http://127.0.0.1:8000/feed.json' }).success).toBe(true);
});
