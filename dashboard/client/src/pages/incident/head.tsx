import { createMemo } from 'solid-js';
import type { Alert, Triage } from '../../../../../src/core/alert.ts';
import { formatAge } from '../../pure/format.ts';
import { joinedText, repeatsText } from '../../pure/alerts/alert-words.ts';
import { howSure } from '../../pure/alerts/how-sure.ts';
import { headlineOf, incidentEnd, presentOutlooks, verdictText } from '../../pure/alerts/incidents.ts';
import { useApp } from '../../store/app-context.ts';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { shared } from '../../text.ts';
import { texts } from './text.ts';
import { triageText } from './work.tsx';

/** Head of an incident: explanation, duration, detectors, certainty. */
export function IncidentHead(props: {
  readonly alert: Alert;
  readonly members: readonly Alert[];
  readonly open: boolean;
  readonly waiting: number;
  readonly triage: Triage | undefined;
  readonly comments: number;
  readonly onWork: (() => void) | undefined;
  readonly onJudge: (() => void) | undefined;
  readonly onAcknowledge: (() => void) | undefined;
}) {
  const { zone, clock } = useApp();
  const detectors = createMemo(() => [
    ...new Set(props.members.flatMap((alert) => alert.findings.map((finding) => finding.detector))),
  ]);
  const since = createMemo(() => Math.min(...props.members.map((alert) => alert.since)));
  const headline = createMemo(() => headlineOf(props.members, props.alert));
  const outlooks = createMemo(() =>
    props.open
      ? presentOutlooks(props.members, clock.second()).map(({ text, at }) => texts.sentence.outlook(text, zone().time(at)))
      : [],
  );
  const work = createMemo(() => {
    const verdict = verdictText(props.members);
    return [
      triageText(props.triage),
      props.comments === 0 ? '' : texts.note.comments(props.comments),
      verdict === '' ? '' : texts.note.verdict(verdict),
    ];
  });
  const ended = createMemo(() => incidentEnd(props.members));
  const repeats = createMemo(() => repeatsText(props.alert, (time) => zone().time(time)));
  const span = (): string => {
    const moment = (time: number): string => zone().moment(time, clock.second());
    const end = ended() ?? clock.second();
    return props.open
      ? texts.sentence.sinceOpen(moment(since()), formatAge(end - since()))
      : texts.sentence.sinceClosed(moment(since()), moment(end));
  };
  return (
    <section class="panel incident-head" classList={{ closed: !props.open }} aria-label={texts.title.incident}>
      <Badge priority={props.alert.priority} state={props.alert.state} size={36} />
      <div class="words">
        <h2>{headline().title}</h2>
        <p class="dim">
          {[
            headline().sentence,
            span(),
            repeats() === '' ? '' : texts.sentence.repeats(repeats()),
            texts.sentence.detectors(detectors().length, detectors().join(', ')),
            howSure(props.alert),
            joinedText(props.alert) === '' ? '' : texts.sentence.joined(joinedText(props.alert)),
            ...outlooks(),
          ]
            .filter(Boolean)
            .join(' ')}
        </p>
      </div>
      <span class="dim">{work().filter(Boolean).join(', ')}</span>
      <div class="acts">
        <Button key="C" disabled={props.onWork === undefined} onPress={() => props.onWork?.()}>
          {shared.button.comment}
        </Button>
        <Button key="V" disabled={props.onJudge === undefined} onPress={() => props.onJudge?.()}>
          {texts.button.giveVerdict}
        </Button>
        <Button primary key="A" disabled={props.onAcknowledge === undefined} onPress={() => props.onAcknowledge?.()}>
          {shared.button.acknowledgeCount(props.waiting)}
        </Button>
      </div>
    </section>
  );
}
