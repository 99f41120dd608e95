import type { Detector } from '../../../src/core/detector.ts';
import type { EngineDetector } from '../../../src/detection/engine/index.ts';

/** Reports of one call of `score`: channel, time and surprise, one after another. */
type Call = readonly number[];

/**
 * Detectors that several engines share, each with thresholds of its own: scoring is expensive, and the surprises are the same.
 * The first engine scores; the others receive the stored surprises for the same observation.
 */
export function shareDetectors(detectors: readonly EngineDetector[], engines: number): EngineDetector[][] {
  const shared = detectors.map((entry) => ({ entry, queues: Array.from({ length: engines - 1 }, (): Call[] => []) }));
  const leading = shared.map(({ entry, queues }) => ({ ...entry, detector: leader(entry.detector, queues) }));
  const following = Array.from({ length: engines - 1 }, (_, i) =>
    shared.map(({ entry, queues }) => ({ ...entry, detector: follower(entry.detector, queues[i] ?? []) })),
  );
  return [leading, ...following];
}

function leader(detector: Detector, queues: readonly Call[][]): Detector {
  return scoringBy(detector, (observation, report) => {
    const call: number[] = [];
    detector.score(observation, (channel, time, surprise) => {
      call.push(channel, time, surprise);
      report(channel, time, surprise);
    });
    for (const queue of queues) queue.push(call);
  });
}

function follower(detector: Detector, queue: Call[]): Detector {
  return scoringBy(detector, (_, report) => {
    const call = queue.shift() ?? [];
    for (let i = 0; i < call.length; i += 3) report(call[i] as number, call[i + 1] as number, call[i + 2] as number);
  });
}

const scoringBy = (detector: Detector, score: Detector['score']): Detector => ({
  channels: detector.channels,
  learn: (observation) => detector.learn(observation),
  score,
  explain: (channel) => detector.explain(channel),
  snapshot: () => detector.snapshot(),
  restore: (snapshot) => detector.restore(snapshot),
});
