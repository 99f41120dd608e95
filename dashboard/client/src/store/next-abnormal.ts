import { displayOf } from '../pure/alerts/alert-words.ts';
import { useApp } from './app-context.ts';

/** The alert that was shown last, on any page. */
let last: string | undefined;

/** Opens the next open alert by urgency, then the first again: its area, or the events for an alert of a device. */
export function useNextAbnormal(): () => void {
  const { alerts, go } = useApp();
  return () => {
    const open = alerts.open();
    const at = open.findIndex((alert) => alert.id === last);
    const next = open[(at + 1) % Math.max(1, open.length)];
    if (next === undefined) return;
    last = next.id;
    go(displayOf(next));
  };
}
