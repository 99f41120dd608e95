import { createMemo, Show } from 'solid-js';
import type { Alert } from '../../../../../src/core/alert.ts';
import { formatSpan } from '../../pure/format.ts';
import { repeatsText } from '../../pure/alert-words.ts';
import { howSure } from '../../pure/how-sure.ts';
import { incidentEnd } from '../../pure/incidents.ts';
import { useStation } from '../../store/station.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';

/** The sentence, since when, and how many independent methods agree. */
export function IncidentHead(props: {
  readonly alert: Alert;
  readonly members: readonly Alert[];
  readonly open: boolean;
  readonly waiting: number;
  readonly onAcknowledge: (() => void) | undefined;
}) {
  const { zone, clock } = useStation();
  const detectors = createMemo(() => [
    ...new Set(props.members.flatMap((alert) => alert.findings.map((finding) => finding.detector))),
  ]);
  const since = createMemo(() => Math.min(...props.members.map((alert) => alert.since)));
  const ended = createMemo(() => incidentEnd(props.members));
  const repeats = createMemo(() => repeatsText(props.alert, (time) => zone().time(time)));
  return (
    <section class="panel incident-head" classList={{ closed: !props.open }} aria-label="Incident">
      <Badge priority={props.alert.priority} state={props.alert.state} size={36} />
      <div class="words">
        <h2>{props.alert.explanation.title}</h2>
        <p class="dim">
          {props.alert.explanation.sentence} Since {zone().moment(since(), clock.second())}
          <Show when={props.open} fallback={<>, closed {zone().moment(ended() ?? clock.second(), clock.second())}.</>}>
            {' '}
            ({formatSpan((ended() ?? clock.second()) - since())}).
          </Show>{' '}
          <Show when={repeats()}>{(text) => <>{text()}. </>}</Show>
          {detectors().length > 1
            ? `${detectors().length} independent detectors agree: ${detectors().join(', ')}.`
            : `One detector says so: ${detectors().join('')}.`}{' '}
          {howSure(props.alert)}
        </p>
      </div>
      <div class="acts">
        <Button primary key="A" disabled={props.onAcknowledge === undefined} onPress={() => props.onAcknowledge?.()}>
          {props.waiting > 1 ? `Acknowledge ${props.waiting}` : 'Acknowledge'}
        </Button>
      </div>
    </section>
  );
}
