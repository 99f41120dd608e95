import { createResource, type Accessor, type Resource } from 'solid-js';
import type { NormalBand } from '../../../../src/core/monitor.ts';
import type { AreaOverview, TagInfo } from '../../../api/index.ts';
import { limits } from '../../../protocol.ts';
import { query } from './api.ts';

/** Cache of tags, loaded by name or area when a view needs them and kept for one run of the server. */
export class TagCatalogue {
  readonly #byName = new Map<string, TagInfo>();
  readonly #areas = new Map<string, Promise<readonly TagInfo[]>>();
  #overview: Promise<ReadonlyMap<string, AreaOverview>> | undefined;
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

  /** All tags of an area, page by page. */
  async ofArea(area: string): Promise<readonly TagInfo[]> {
    const known = this.#areas.get(area);
    if (known !== undefined) return await known;
    const request = this.#queryArea(area);
    this.#areas.set(area, request);
    request.catch(() => this.#areas.delete(area));
    return await request;
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
      const { bands } = await query('GET /api/bands', { tags: missing });
      const answered = new Map(bands.map((band) => [band.tag, band]));
      for (const name of missing) this.#bands.set(name, { at: performance.now(), band: answered.get(name) });
    }
    return new Map(
      names.flatMap((name) => {
        const band = this.#bands.get(name)?.band;
        return band === undefined ? [] : [[name, band] as const];
      }),
    );
  }

  /** Drops everything after a restart of the server, because indices are no longer valid. */
  forget(): void {
    this.#byName.clear();
    this.#areas.clear();
    this.#overview = undefined;
    this.#bands.clear();
  }

  async #queryOverview(): Promise<ReadonlyMap<string, AreaOverview>> {
    const { areas } = await query('GET /api/overview', {});
    for (const { tags } of areas) for (const tag of tags) this.#byName.set(tag.name, tag);
    return new Map(areas.map((one) => [one.area, one]));
  }

  async #queryArea(area: string): Promise<readonly TagInfo[]> {
    const all: TagInfo[] = [];
    for (;;) {
      const { tags, total } = await query('GET /api/tags', { area, offset: all.length, limit: limits.tagsPerPage });
      for (const tag of tags) this.#byName.set(tag.name, tag);
      all.push(...tags);
      if (tags.length === 0 || all.length >= total) return all;
    }
  }
}

/** Tags by name as a resource of the current component. */
export function useNamedTags(catalogue: TagCatalogue, names: Accessor<readonly string[]>): Resource<readonly TagInfo[]> {
  const [tags] = createResource(
    () => names().join('\n'),
    async (key) => await catalogue.named(key.split('\n')),
  );
  return tags;
}
