import type { MonitorView } from '../../../src/core/monitor.ts';
import type { Tag } from '../../../src/core/tag.ts';
import { limits } from '../../protocol.ts';
import { ApiError } from '../api-error.ts';
import type { Input } from '../schemas.ts';
import type { Handlers } from '../router.ts';

type PlantRoute = 'GET /api/site' | 'GET /api/tags' | 'GET /api/bands';

/** Routes for site, tags and normal bands. */
export function plantRoutes(view: MonitorView, run: number): Pick<Handlers, PlantRoute> {
  return {
    'GET /api/site': () => ({ run, site: view.site, epoch: view.alerts.epoch }),

    'GET /api/tags': ({ input }) => {
      const { offset = 0, limit = limits.tagsPerPage } = input;
      const indices = candidates(view, input.names).filter((index) => fits(view.tags.at(index), input));
      const page = indices.slice(offset, offset + limit).map((index) => ({ ...view.tags.at(index), index }));
      return { run, total: indices.length, tags: page };
    },

    'GET /api/bands': ({ input }) => ({
      bands: input.tags.flatMap((tag) => {
        const band = view.band(indexOf(view, tag));
        return band === undefined ? [] : [{ tag, low: band.low, high: band.high }];
      }),
    }),
  };
}

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

function fits(tag: Tag, { search, area, equipment, device }: Input<'GET /api/tags'>): boolean {
  if (area !== undefined && tag.area !== area) return false;
  if (equipment !== undefined && tag.equipment !== equipment) return false;
  if (device !== undefined && tag.device !== device) return false;
  if (search === undefined) return true;
  const wanted = search.toLowerCase();
  return tag.name.toLowerCase().includes(wanted) || tag.description.toLowerCase().includes(wanted);
}
