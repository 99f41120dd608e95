import { useStation } from '../store/station.ts';

/** Goes from one open alert to the next, by urgency, round and round. */
export function useNextAbnormal(): () => void {
  const { alerts, go } = useStation();
  let last: string | undefined;
  return () => {
    const open = alerts.open();
    const at = open.findIndex((alert) => alert.id === last);
    const next = open[(at + 1) % Math.max(1, open.length)];
    if (next === undefined) return;
    last = next.id;
    go({ page: 'unit', area: next.area });
  };
}
