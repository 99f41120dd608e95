import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { requirePeer } from '../support/peers.ts';

it('has rules for Prometheus that promtool accepts, and whose alerts begin as stated', (test) => {
  const promtool = requirePeer('promtool', test);
  for (const args of [
    ['check', 'config', '--syntax-only', 'prometheus.yaml'],
    ['check', 'rules', '--lint=all', '--lint-fatal', 'alerts.yaml'],
    ['test', 'rules', 'alerts.test.yaml'],
  ]) {
    const { status, stdout, stderr } = spawnSync(promtool.path, args, { cwd: 'examples/prometheus', encoding: 'utf8' });
    expect(`${args.join(' ')}: ${status === 0 ? 'ok' : stdout + stderr}`).toBe(`${args.join(' ')}: ok`);
  }
});
