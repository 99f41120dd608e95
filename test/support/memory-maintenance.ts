import type { MaintenancePlan, MaintenanceWindow } from '../../src/core/maintenance.ts';
import type { MaintenanceStore } from '../../src/core/state.ts';

/** Windows and plans of maintenance in memory. */
export function memoryMaintenanceStore(): MaintenanceStore {
  const windows: MaintenanceWindow[] = [];
  const plans = new Map<string, MaintenancePlan>();
  return {
    add: (window) => void windows.push(window),
    end: (id, at) => {
      const index = windows.findIndex((window) => window.id === id);
      windows.splice(index, 1, { ...(windows[index] as MaintenanceWindow), to: at });
    },
    during: (from, to) => windows.filter((window) => window.to > from && window.from < to).toSorted((a, b) => a.to - b.to),
    plans: () => [...plans.values()],
    savePlan: (plan) => void plans.set(plan.id, plan),
    removePlan: (id) => void plans.delete(id),
  };
}
