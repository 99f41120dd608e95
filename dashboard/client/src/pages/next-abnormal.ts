import { displayOf } from '../pure/alert-words.ts';
import { useStation } from '../store/station.ts';

/** The alert that was shown last, whichever page asked for it. */
let last: string | undefined;

/** Goes from one open alert to the next, by urgency, round and round: to its area, or to the events for an alert of a device. */
export function useNextAbnormal(): () => void {
  const { alerts, go } = useStation();
  return () => {
    const open = alerts.open();
    const at = open.findIndex((alert) => alert.id === last);
    const next = open[(at + 1) % Math.max(1, open.length)];
    if (next === undefined) return;
    last = next.id;
    go(displayOf(next));
  };
}
