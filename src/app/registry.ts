import { collectors } from '../../collectors/index.ts';
import { dashboardSchema } from '../../dashboard/server/config.ts';
import { detectors } from '../../detectors/index.ts';
import type { PluginRegistry } from '../config/registry.ts';
import { historians } from '../historian/index.ts';
import { notifiers } from '../notifiers/index.ts';

/** All plug-ins. */
export const registry: PluginRegistry = { collectors, detectors, historians, notifiers, dashboard: dashboardSchema };
