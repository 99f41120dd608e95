import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('returns the memory of a heap that has shrunk', () => {
  const script = `
    import { giveBack } from ${JSON.stringify(new URL('./memory.ts', import.meta.url).href)};
    const megabytes = () => process.memoryUsage.rss() / 2 ** 20;
    let taken = Array.from({ length: 2e6 }, (_, i) => ({ i, list: [i] }));
    const most = megabytes();
    taken = undefined;
    giveBack();
    console.log(most - megabytes());`;
  const given = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  expect(Number(given)).toBeGreaterThan(100);
});
