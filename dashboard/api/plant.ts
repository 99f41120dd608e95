import { z } from 'zod';
import type { MonitorView, Site } from '../../src/core/monitor.ts';
import type { Tag } from '../../src/core/tag.ts';
import { limits } from '../protocol.ts';
import { ApiError } from '../protocol/api-error.ts';
import { route } from './route.ts';
import { figure, list, nothing, queryCount, queryList, queryOffset, text } from './schemas/parts.ts';
import { site, tagInfo } from './schemas/plant.ts';

export type TagInfo = z.infer<typeof tagInfo>;

/** Number of tags in an answer to a request that states none. */
const usualTags = 1000;

const run = z.int().describe('random number of this run of the server');
const tagFilter = z.strictObject({
  names: queryList(limits.bandTags).optional(),
  search: text.optional(),
  area: text.optional(),
  equipment: text.optional(),
  device: text.optional(),
  offset: queryOffset,
  limit: queryCount(limits.tagsPerPage),
});

/** Routes for site, tags and normal bands. */
export const plantRoutes = {
  'GET /api/site': route({
    permission: 'view',
    summary: 'Returns the site with its areas and equipment.',
    input: nothing,
    answer: z.strictObject({ run, site, epoch: z.string().describe('epoch of the alert stream') }),
    handler: (_call, { view, run: now }) => ({ run: now, site: shownSite(view.site), epoch: view.alerts.epoch }),
  }),

  'GET /api/tags': route({
    permission: 'view',
    summary: 'Returns tags by name, or filtered by text and place, in table order.',
    input: tagFilter,
    answer: z.strictObject({ run, total: z.int(), tags: list(tagInfo) }),
    handler: ({ input }, { view, run: now }) => {
      const { offset = 0, limit = usualTags } = input;
      const indices = candidates(view, input.names).filter((index) => fits(view.tags.at(index), input));
      const page = indices.slice(offset, offset + limit).map((index) => ({ ...view.tags.at(index), index }));
      return { run: now, total: indices.length, tags: page };
    },
  }),

  'GET /api/bands': route({
    permission: 'view',
    summary: 'Returns normal bands. Tags without one are left out.',
    input: z.strictObject({ tags: queryList(limits.bandTags) }),
    answer: z.strictObject({ bands: list(z.strictObject({ tag: z.string(), low: figure, high: figure })) }),
    handler: ({ input }, { view }) => ({
      bands: input.tags.flatMap((tag) => {
        const band = view.band(indexOf(view, tag));
        return band === undefined ? [] : [{ tag, low: band.low, high: band.high }];
      }),
    }),
  }),
};

/** The site without settings of the configuration that its equipment also holds. */
const shownSite = (whole: Site): Site => ({
  ...whole,
  areas: whole.areas.map((area) => ({
    ...area,
    equipment: area.equipment.map(({ id, name, kind }) => ({ id, name, kind })),
  })),
});

/** @throws ApiError `not-found` */
export function indexOf(view: MonitorView, tag: string): number {
  const index = view.tags.indexOf(tag);
  if (index === undefined) throw new ApiError('not-found', `Tag ${tag} does not exist.`);
  return index;
}

function candidates(view: MonitorView, names: readonly string[] | undefined): number[] {
  if (names === undefined) return view.tags.tags.map((_tag, index) => index);
  return names.map((name) => indexOf(view, name)).toSorted((a, b) => a - b);
}

function fits(tag: Tag, { search, area, equipment, device }: z.infer<typeof tagFilter>): boolean {
  if (area !== undefined && tag.area !== area) return false;
  if (equipment !== undefined && tag.equipment !== equipment) return false;
  if (device !== undefined && tag.device !== device) return false;
  if (search === undefined) return true;
  const wanted = search.toLowerCase();
  return tag.name.toLowerCase().includes(wanted) || tag.description.toLowerCase().includes(wanted);
}
