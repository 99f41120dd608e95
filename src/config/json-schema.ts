import { z } from 'zod';
import type { Plugin } from '../core/plugin.ts';
import type { PluginRegistry } from './registry.ts';
import { fileSchema } from './schema.ts';

type JsonSchema = Record<string, unknown>;

/** JSON schema of the configuration file for editors, with the settings of every registered plug-in. */
export function jsonSchema(registry: PluginRegistry): JsonSchema {
  const schema = z.toJSONSchema(fileSchema, { io: 'input' }) as JsonSchema & { properties: Record<string, JsonSchema> };
  const { properties } = schema;
  const description = { type: 'string', description: 'what it is, in plain words' };
  properties['devices'] = { ...properties['devices'], additionalProperties: oneOf(registry.collectors, { description }) };
  const [embedded] = registry.historians;
  properties['historian'] = { default: { type: embedded?.type }, ...properties['historian'], ...oneOf(registry.historians) };
  const { properties: ofNotifiers = {} } = (properties['notifiers']?.['items'] ?? {}) as { readonly properties?: JsonSchema };
  properties['notifiers'] = { ...properties['notifiers'], items: oneOf(registry.notifiers, ofNotifiers) };
  properties['detectors'] = {
    ...properties['detectors'],
    additionalProperties: false,
    properties: Object.fromEntries(
      registry.detectors.map((plugin) => [
        plugin.type,
        { anyOf: [{ const: false }, inputSchema(plugin)], description: plugin.summary },
      ]),
    ),
  };
  properties['dashboard'] = inputSchema({ schema: registry.dashboard });
  return schema;
}

function oneOf(plugins: readonly Plugin<unknown>[], common: JsonSchema = {}): JsonSchema {
  return {
    oneOf: plugins.map((plugin) => {
      const own = inputSchema(plugin);
      const properties = {
        ...common,
        type: { const: plugin.type, description: plugin.summary },
        ...(own['properties'] as JsonSchema),
      };
      const required = ['type', ...((own['required'] as string[] | undefined) ?? [])];
      return { ...own, properties, required };
    }),
  };
}

function inputSchema({ schema }: Pick<Plugin<unknown>, 'schema'>): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}
