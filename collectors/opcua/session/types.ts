import { observeEvent } from '../../../src/core/observation.ts';
import type { Push, SessionParts } from '../session-parts.ts';

/** Reports tags whose values have a new built-in type: the server's program or the server itself may have been replaced. */
export async function reportTypeChanges(
  { context, hold, tags, target }: SessionParts,
  push: Push,
  signal: AbortSignal,
): Promise<void> {
  for (const { position, before, after } of hold.takeTypeChanges()) {
    const { name } = target.tags.at(tags[position] as number);
    const text = `values of ${name} come as ${after}, until now they were ${before}`;
    const common = { type: 'posture', time: context.clock.now(), device: target.device, subject: 'data-type' } as const;
    await push(observeEvent({ ...common, before, after, text, weight: 'warning' }), signal);
  }
}
