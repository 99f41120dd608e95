import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plants } from '../../simulators/plants/index.ts';
import { registry } from '../../src/app/registry.ts';
import type { Plugin } from '../../src/core/plugin.ts';

const categories: Readonly<Record<string, readonly Plugin<unknown>[]>> = {
  collectors: registry.collectors,
  detectors: registry.detectors,
  historians: registry.historians,
  notifiers: registry.notifiers,
  plants,
};

interface Described {
  readonly additionalProperties?: unknown;
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>;
}

it('learns from recordings by one detector at most, because their stored baseline does not name it', () => {
  expect(registry.detectors.filter(({ learnsFromRecordings }) => learnsFromRecordings === true).length).toBeLessThanOrEqual(1);
});

describe.each(Object.entries(categories))('every plug-in of %s', (_, plugins) => {
  it('has a type of its own', () => {
    expect(new Set(plugins.map(({ type }) => type)).size).toBe(plugins.length);
  });

  it.each(plugins.map((plugin) => [plugin.type, plugin] as const))(
    '%s says what it is and has a strict, described schema',
    (type, plugin) => {
      expect(type).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(plugin.summary.length).toBeGreaterThan(10);
      expect(plugin.summary).not.toContain('\n');
      const schema = z.toJSONSchema(plugin.schema, { io: 'input', unrepresentable: 'any' }) as Described;
      expect(schema.additionalProperties).toBe(false);
      const silent = Object.entries(schema.properties ?? {}).flatMap(([key, { description }]) =>
        description === undefined ? [key] : [],
      );
      expect(silent).toEqual([]);
    },
  );
});
