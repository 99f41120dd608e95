import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plantTypes } from '../../simulators/plants/index.ts';
import { administrator, LabProcess } from '../support/lab-process.ts';
import { requirePeer } from '../support/peers.ts';
import { sizes } from './browser.ts';
import { checkLayout } from './layout.ts';

const [large, small] = sizes;
const views = [
  { size: large, theme: 'dark' },
  { size: small, theme: 'light' },
] as const;

// a long suite: the pages of a plant take more than a minute. `pages` checks those of the waterworks in trouble
for (const type of plantTypes().filter((one) => one !== 'waterworks'))
  it(`draws every page of the ${type} without a cut word or a barrier, in both themes and sizes`, async (test) => {
    requirePeer('chromium', test);
    const dir = mkdtempSync(join(tmpdir(), 'scadawatch-plants-'));
    await using cleanup = new AsyncDisposableStack();
    cleanup.defer(() => rmSync(dir, { recursive: true, force: true }));
    const lab = cleanup.use(await LabProcess.start({ data: join(dir, 'data'), args: ['--plant', type] }));
    await lab.signIn();
    expect(await checkLayout({ url: lab.address, entrance: administrator, views })).toEqual([]);
  }, 600_000);
