import { z } from 'zod';
import type { DecidedEpisode } from '../../src/core/episode-decision.ts';
import type { CalibrationReview, EpisodeList } from '../../src/core/episodes.ts';
import type { Session } from '../accounts/sessions.ts';
import { limits } from '../protocol.ts';
import { ApiError, refusal } from '../protocol/api-error.ts';
import { actorOf } from './actor.ts';
import { requested, waits } from './approvals.ts';
import { route } from './route.ts';
import { decidedEpisode, episodeList, episodeListShape } from './schemas/episodes.ts';
import { acted, list, nothing } from './schemas/parts.ts';
import type { Services } from './services.ts';

/** Room for a file in which every character needs an escape in JSON. */
const fileBytes = 2 * limits.episodeFile + 1024;
/** Room for a decision with its reason about each episode. */
const decisionBytes = 256 * 1024;

/** Routes for the review of the calibration. The review itself writes the audit trail. */
export const episodeRoutes = {
  'GET /api/episodes': route({
    permission: 'view',
    summary: 'Returns the unusual episodes of the calibration data with the decisions about them.',
    input: nothing,
    answer: z.strictObject({ known: episodeList.optional() }),
    handler: (_call, { calibration }) => {
      const known = calibration?.list();
      return known === undefined ? {} : { known };
    },
  }),

  'POST /api/episodes': route({
    permission: 'decide-baseline',
    summary: 'Decides about episodes. Thresholds follow as a new version of the baseline.',
    input: z.strictObject({ decisions: list(decidedEpisode).check(z.minLength(1), z.maxLength(limits.episodesAtOnce)) }),
    bodyBytes: decisionBytes,
    answer: acted({ ...episodeListShape, waiting: waits }),
    handler: async ({ input: { decisions }, session }, services) => await decided(decisions, session, services),
  }),

  'GET /api/episodes/file': route({
    permission: 'view',
    summary: 'Returns the episodes as a YAML file that a second person can review.',
    input: nothing,
    answer: z.strictObject({ text: z.string() }),
    handler: async (_call, services) => ({ text: await refusing(() => known(services).file()) }),
  }),

  'POST /api/episodes/file': route({
    permission: 'decide-baseline',
    summary: 'Applies the decisions of such a file.',
    input: z.strictObject({ text: z.string().min(1).max(limits.episodeFile) }),
    bodyBytes: fileBytes,
    answer: acted({ ...episodeListShape, waiting: waits }),
    handler: async ({ input: { text }, session }, services) =>
      await decided(await refusing(() => known(services).read(text)), session, services),
  }),
};

/** Applies decisions, or asks a second person for them where that is configured. */
async function decided(
  decisions: readonly DecidedEpisode[],
  session: Session,
  services: Services,
): Promise<EpisodeList & { readonly waiting?: true }> {
  const calibration = known(services);
  const list = calibration.list();
  if (decisions.length > 0 && list !== undefined) {
    const reasons = [...new Set(decisions.flatMap(({ reason }) => reason ?? []))].join('; ').slice(0, limits.noteLength);
    const asked = reasons === '' ? 'no reason stated' : reasons;
    const waiting = await requested(services, { kind: 'episodes', decisions }, session, asked);
    if (waiting !== undefined) return { ...list, ...waiting };
  }
  return await refusing(() => calibration.decide(decisions, actorOf(session)));
}

function known({ calibration }: Services): CalibrationReview {
  if (calibration === undefined) throw new ApiError('not-found', 'There is no calibration to review. Run a calibration first.');
  return calibration;
}

async function refusing<Result>(act: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (thrown) {
    throw refusal(thrown);
  }
}
