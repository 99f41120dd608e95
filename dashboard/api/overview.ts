import { z } from 'zod';
import type { Area, MonitorView } from '../../src/core/monitor.ts';
import { runningTags } from '../../src/core/running.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { limits } from '../protocol.ts';
import type { TagInfo } from './plant.ts';
import { route } from './route.ts';
import { list, nothing } from './schemas/parts.ts';
import { tagInfo } from './schemas/plant.ts';

const areaOverview = z.strictObject({
  area: z.string(),
  devices: list(z.string()).describe('names of the devices that its tags are read from'),
  tags: list(tagInfo).describe('its indicators with their set points, and the drives of its most frequent kind'),
});
export type AreaOverview = z.infer<typeof areaOverview>;

/** Share of the tags of one websocket that drives of the overview may take. */
const share = 0.75;
/** A measurement with several set points is shown without them, so that two are enough to see that. */
const mostSetpoints = 2;

const known = new WeakMap<TagTable, readonly AreaOverview[]>();

/** Route for the plant overview, which needs few of the tags. */
export const overviewRoutes = {
  'GET /api/overview': route({
    permission: 'view',
    summary: 'Returns the devices and tags that the plant overview shows of each area.',
    input: nothing,
    answer: z.strictObject({ areas: list(areaOverview) }),
    handler: (_call, { view }) => ({ areas: overviewOf(view) }),
  }),
};

/** Computed once: the tags of a run do not change. */
function overviewOf({ site, tags }: MonitorView): readonly AreaOverview[] {
  const cached = known.get(tags);
  if (cached !== undefined) return cached;
  const byArea = Map.groupBy(
    tags.tags.map((tag, index) => ({ ...tag, index })),
    ({ area }) => area,
  );
  const mostDrives = Math.floor((share * limits.watchedTags) / Math.max(1, site.areas.length));
  const areas = site.areas.map((area) => areaOf(area, byArea.get(area.id) ?? [], tags, mostDrives));
  known.set(tags, areas);
  return areas;
}

function areaOf(area: Area, own: readonly TagInfo[], all: TagTable, mostDrives: number): AreaOverview {
  const indicators = area.indicators.flatMap((name): TagInfo[] => {
    const index = all.indexOf(name);
    return index === undefined ? [] : [{ ...all.at(index), index }];
  });
  const setpoints = indicators.flatMap((tag) => own.filter((other) => mayBeSetpoint(other, tag)).slice(0, mostSetpoints));
  const drives = runningTags(area.equipment, own)[0]?.tags ?? [];
  // a number of some of them would be wrong
  const counted = drives.length > mostDrives ? [] : drives;
  return {
    area: area.id,
    devices: [...new Set(own.map(({ device }) => device))],
    tags: [...new Map([...indicators, ...setpoints, ...counted].map((tag) => [tag.name, tag])).values()],
  };
}

const mayBeSetpoint = (other: Tag, { equipment, unit }: Tag): boolean =>
  other.role === 'setpoint' && other.equipment === equipment && other.unit === unit;
