import { createResource, type Accessor, type Resource } from 'solid-js';
import type { Mimic } from '../../../../src/core/mimic.ts';
import type { NormalBand } from '../../../../src/core/monitor.ts';
import type { AreaOverview, TagInfo } from '../../../api/index.ts';
import { limits } from '../../../protocol.ts';
import type { Route } from '../pure/route.ts';
import { query } from './api.ts';

/** Panels of a page ask within a few frames of each other, ms. */
const gatherMs = 20;

/** Bands that are requested together. */
interface AskedBands {
  readonly names: Set<string>;
  readonly answer: Promise<void>;
}

/** Cache of tags and drawings, loaded by name or area when a view needs them and kept for one run of the server. */
export class TagCatalogue {
  readonly #byName = new Map<string, TagInfo>();
  readonly #areas = new Map<string, Promise<readonly TagInfo[]>>();
  readonly #mimics = new Map<string, Promise<Mimic | undefined>>();
  #overview: Promise<ReadonlyMap<string, AreaOverview>> | undefined;
  #asked: AskedBands | undefined;
  readonly #bands = new Map<string, { readonly at: number; readonly band: NormalBand | undefined }>();

  /** The existing ones among these tags, in the given order. */
  async named(names: readonly string[]): Promise<readonly TagInfo[]> {
    const missing = [...new Set(names)].filter((name) => name !== '' && !this.#byName.has(name));
    for (let at = 0; at < missing.length; at += limits.bandTags) {
      const { tags } = await query('GET /api/tags', { names: missing.slice(at, at + limits.bandTags) });
      for (const tag of tags) this.#byName.set(tag.name, tag);
    }
    return names.flatMap((name) => this.#byName.get(name) ?? []);
  }

  /** What the overview shows of an area: requested once for all areas. */
  async overviewOf(area: string): Promise<AreaOverview> {
    const request = (this.#overview ??= this.#queryOverview());
    request.catch(() => (this.#overview = undefined));
    return (await request).get(area) ?? { area, devices: [], tags: [] };
  }

  /** All tags of an area. */
  async ofArea(area: string): Promise<readonly TagInfo[]> {
    return await kept(this.#areas, area, async () => await this.#queryArea(area));
  }

  /** The drawing of an area; undefined if it has none. */
  async mimicOf(area: string): Promise<Mimic | undefined> {
    return await kept(this.#mimics, area, async () => (await query('GET /api/mimic', { area })).mimic);
  }

  /** Requests what a page shows first, before the page exists. Failures show when the page asks again. */
  prepare(route: Route): void {
    const all =
      route.page === 'unit'
        ? [this.ofArea(route.area), this.mimicOf(route.area)]
        : route.page === 'plant'
          ? [this.overviewOf('')]
          : [];
    for (const request of all) request.catch(() => undefined);
  }

  async search(text: string): Promise<readonly TagInfo[]> {
    const { tags } = await query('GET /api/tags', { search: text, limit: 12 });
    for (const tag of tags) this.#byName.set(tag.name, tag);
    return tags;
  }

  /** Normal bands by tag name, at most ten seconds old. */
  async bands(names: readonly string[]): Promise<ReadonlyMap<string, NormalBand>> {
    const fresh = performance.now() - 10_000;
    const missing = names.filter((name) => (this.#bands.get(name)?.at ?? Number.NEGATIVE_INFINITY) < fresh);
    if (missing.length > 0) {
      const asked = (this.#asked ??= this.#gatherBands());
      for (const name of missing) asked.names.add(name);
      await asked.answer;
    }
    return new Map(
      names.flatMap((name) => {
        const band = this.#bands.get(name)?.band;
        return band === undefined ? [] : [[name, band] as const];
      }),
    );
  }

  /** Asks for the bands of several panels at once. */
  #gatherBands(): AskedBands {
    const names = new Set<string>();
    const ask = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      this.#asked = undefined;
      const all = [...names];
      for (let at = 0; at < all.length; at += limits.bandTags) {
        const part = all.slice(at, at + limits.bandTags);
        const { bands } = await query('GET /api/bands', { tags: part });
        const answered = new Map(bands.map((band) => [band.tag, band]));
        for (const name of part) this.#bands.set(name, { at: performance.now(), band: answered.get(name) });
      }
    };
    return { names, answer: ask() };
  }

  async #queryOverview(): Promise<ReadonlyMap<string, AreaOverview>> {
    const { areas } = await query('GET /api/overview', {});
    for (const { tags } of areas) for (const tag of tags) this.#byName.set(tag.name, tag);
    return new Map(areas.map((one) => [one.area, one]));
  }

  async #queryArea(area: string): Promise<readonly TagInfo[]> {
    const page = async (offset: number) => await query('GET /api/tags', { area, offset, limit: limits.tagsPerPage });
    const { tags: first, total } = await page(0);
    const offsets: number[] = [];
    for (let at = limits.tagsPerPage; at < total; at += limits.tagsPerPage) offsets.push(at);
    const all = [...first, ...(await Promise.all(offsets.map(page))).flatMap(({ tags }) => tags)];
    for (const tag of all) this.#byName.set(tag.name, tag);
    return all;
  }
}

/** The answer to a request that was made before, unless it failed. */
async function kept<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const request = known.get(key) ?? ask();
  known.set(key, request);
  request.catch(() => known.delete(key));
  return await request;
}

/** Tags by name as a resource of the current component. */
export function useNamedTags(catalogue: TagCatalogue, names: Accessor<readonly string[]>): Resource<readonly TagInfo[]> {
  const [tags] = createResource(
    () => names().join('\n'),
    async (key) => await catalogue.named(key.split('\n')),
  );
  return tags;
}
