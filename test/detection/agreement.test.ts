import { describe, expect, it } from 'vitest';
import { ReplyRecorder, rewriteReplies } from '../../simulators/actors/replies.ts';
import { addressOf, hmi, TwoChannels } from '../support/two-channels.ts';

/** Fast changes: a level that rises, a pump that starts in the eighth second with a flow that follows. */
function running(plant: TwoChannels['plant']): void {
  plant.set('LEVEL', 3);
  plant.onStep = ({ time }) => {
    const second = time / 1_000;
    plant.set('LEVEL', 3 + 0.02 * second + 0.004 * Math.sin(7 * second));
    plant.set('PRESSURE', second >= 8 ? 1 : 0);
    plant.set('FLOW', second < 8 ? 0 : 5 * (1 - Math.exp((8 - second) / 1.5)) + 0.01 * Math.sin(11 * second));
  };
}
const falseLevel = rewriteReplies([
  { point: addressOf('LEVEL'), value: 2.71 },
  { point: addressOf('PRESSURE'), value: (truth) => 1 - truth },
]);
/** Begins of findings, s after a time. */
const begun = ({ changes }: TwoChannels, since: number): readonly number[] =>
  changes.flatMap(({ change, finding }) => (change === 'begin' ? [(finding.beganAt - since) / 1_000] : []));

/**
 * Polls are at 0.4 s of each second and readings at 0.7 s. An attack from 0 s on falsifies the reading at 0.7 s or the poll at 0.4 s first.
 * It is found with the third poll after that.
 */
const foundAfterS: unknown = expect.closeTo(3.4, 1);

// only Linux lets a client connect from another address of the loopback interface
describe.runIf(process.platform === 'linux')('a falsified connection on real sockets', () => {
  it('to an operator station is found within three polls, with client and tags, and ends with the attack', async () => {
    await using channels = await TwoChannels.open('station');
    running(channels.plant);
    await channels.step(20);
    expect(channels.changes).toEqual([]);
    const from = channels.clock.now();
    channels.proxy.change = falseLevel;
    await channels.step(4);
    expect(begun(channels, from)).toEqual([foundAfterS]);
    const { finding } = channels.changes[0] as (typeof channels.changes)[0];
    expect(finding).toMatchObject({ device: 'plc1', tags: ['LEVEL', 'RUN'], signal: true });
    expect(finding.explanation.title).toBe(`plc1 sends ${hmi} other values`);
    expect(finding.explanation.sentence).toMatch(/^plc1 sends 127\.0\.0\.20 2\.71 for LEVEL, but the monitor reads 3\.\d\d/);
    channels.proxy.change = undefined;
    await channels.step(10);
    expect(channels.changes.map(({ change }) => change)).toEqual(['begin', 'end']);
  });

  it('to an operator station is found when recorded replies are replayed', async () => {
    await using channels = await TwoChannels.open('station');
    const recorder = new ReplyRecorder();
    running(channels.plant);
    channels.proxy.change = recorder.change;
    await channels.step(14);
    expect(channels.changes).toEqual([]);
    const from = channels.clock.now();
    recorder.replay();
    await channels.step(4);
    expect(begun(channels, from)).toEqual([foundAfterS]);
    expect(channels.changes[0]?.finding.tags.toSorted()).toEqual(['FLOW', 'LEVEL', 'RUN']);
  });

  it('to the monitor is found as well', async () => {
    await using channels = await TwoChannels.open('monitor');
    running(channels.plant);
    await channels.step(14);
    expect(channels.changes).toEqual([]);
    const from = channels.clock.now();
    channels.proxy.change = rewriteReplies([{ point: addressOf('LEVEL'), value: 2.71 }]);
    await channels.step(4);
    expect(begun(channels, from)).toEqual([foundAfterS]);
    await channels.step(12);
    expect(channels.changes.at(-1)?.finding.explanation).toMatchObject({
      title: 'plc1 sends the monitor other values',
      sentence: expect.stringMatching(
        /^The monitor reads 2\.71 for LEVEL, but plc1 sends 127\.0\.0\.20 and 127\.0\.0\.66 3\.\d\d/,
      ),
    });
    expect(channels.changes[0]?.finding.tags).toEqual(['LEVEL']);
  });
});
