import { createEffect, Show } from 'solid-js';
import type { AlertState, Priority } from '../../../../src/core/alert.ts';
import './badge.css';
import { shared } from '../text.ts';

/** Appearance and name of each of the nine states (display.md section 4). */
const looks: Readonly<
  Record<
    AlertState,
    { readonly fill: 'colour' | 'hollow' | 'grey'; readonly ring: boolean; readonly mark?: Mark; readonly words: string }
  >
> = {
  A: { fill: 'grey', ring: false, words: shared.note.badge.A },
  B: { fill: 'colour', ring: true, words: shared.note.badge.B },
  C: { fill: 'colour', ring: false, words: shared.note.badge.C },
  D: { fill: 'hollow', ring: true, words: shared.note.badge.D },
  E: { fill: 'colour', ring: true, mark: 'padlock', words: shared.note.badge.E },
  F: { fill: 'colour', ring: false, mark: 'padlock', words: shared.note.badge.F },
  G: { fill: 'grey', ring: false, mark: 'clock', words: shared.note.badge.G },
  H: { fill: 'grey', ring: false, mark: 'slash', words: shared.note.badge.H },
  I: { fill: 'grey', ring: false, mark: 'cross', words: shared.note.badge.I },
};
type Mark = 'padlock' | 'clock' | 'slash' | 'cross';

/** Outline and ring of each priority in a 24 × 24 box, and the height of its figure's foot. */
const shapes: Readonly<Record<Priority, { readonly shape: string; readonly ring: string; readonly foot: number }>> = {
  1: {
    shape: 'M3 2H21a1 1 0 0 1 1 1V21a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1Z',
    ring: 'M-1.5-1.5H25.5V25.5H-1.5Z',
    foot: 17,
  },
  2: { shape: 'M12 1.5 23 22H1Z', ring: 'M12-4.4 27.7 24.8H-3.7Z', foot: 19.5 },
  3: { shape: 'M1 2H23L12 22.5Z', ring: 'M-3.7-.8H27.7L12 28.4Z', foot: 14 },
  A: { shape: 'M12 .5 23.5 12 12 23.5 .5 12Z', ring: 'M12-3.7 27.7 12 12 27.7-3.7 12Z', foot: 17 },
};

const marks: Readonly<Record<Mark, () => unknown>> = {
  padlock: () => (
    <>
      <path class="mark" d="M15.5 17.5H23.5V24H15.5Z" />
      <path class="stroke" d="M17.3 17.5V15.5A2.2 2.2 0 0 1 21.7 15.5V17.5" />
    </>
  ),
  clock: () => (
    <>
      <circle class="mark" cx="20" cy="20" r="5" />
      <path class="mark" d="M20 17V20H22.5" />
    </>
  ),
  slash: () => <path class="stroke" d="M1 23 23 1" />,
  cross: () => <path class="stroke" d="M1 23 23 1M1 1 23 23" />,
};

/** "Priority 2, unacknowledged" */
export const badgeLabel = (priority: Priority, state: AlertState): string =>
  `${priority === 'A' ? shared.label.anomaly : shared.label.priority(priority)}, ${looks[state].words}`;

/** All flashing badges start from one instant, so that they are in phase. */
function inPhase(element: SVGSVGElement, flashing: () => boolean): void {
  createEffect(() => {
    if (!flashing()) return;
    for (const animation of element.getAnimations?.({ subtree: true }) ?? []) animation.startTime = 0;
  });
}

/** An alert's priority and state as shape, figure, fill, ring and mark: never colour alone. */
export function Badge(props: { readonly priority: Priority; readonly state: AlertState; readonly size?: 20 | 24 | 30 | 36 }) {
  const look = () => looks[props.state];
  const shape = () => shapes[props.priority];
  return (
    <svg
      ref={(element) => inPhase(element, () => look().ring)}
      class="badge"
      classList={{
        [`badge-${props.size ?? 24}`]: true,
        [`badge-p${props.priority}`]: look().fill === 'colour',
        'badge-hollow': look().fill === 'hollow',
        'badge-grey': look().fill === 'grey',
        'badge-ring': look().ring,
        'badge-flash': look().ring && look().fill === 'colour',
      }}
      viewBox="0 0 24 24"
      role="img"
      aria-label={badgeLabel(props.priority, props.state)}
    >
      <Show when={look().ring}>
        <path class="ring" d={shape().ring} />
      </Show>
      <path class="shape" d={shape().shape} />
      <text x="12" y={shape().foot} aria-hidden="true">
        {String(props.priority)}
      </text>
      <Show when={look().mark} keyed>
        {(mark) => marks[mark]() as Element}
      </Show>
    </svg>
  );
}
