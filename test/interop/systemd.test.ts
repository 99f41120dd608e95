import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { requirePeer } from '../support/peers.ts';

const unit = fileURLToPath(new URL('../../examples/systemd/scadawatch.service', import.meta.url));

it('rates the exposure of the example unit at 3 or less of 10', (test) => {
  const { path } = requirePeer('systemd-analyze', test);
  const { status, stdout, stderr } = spawnSync(path, ['security', '--offline=true', '--no-pager', '--threshold=30', unit], {
    encoding: 'utf8',
  });
  expect(status, `${stdout}${stderr}`).toBe(0);
  expect(Number(/exposure level for scadawatch\.service: ([\d.]+)/.exec(stdout)?.[1])).toBeLessThanOrEqual(3);
});
