import { createMemo, For, Show } from 'solid-js';
import type { TagInfo } from '../../../api/index.ts';
import { expectedOf } from '../pure/alerts/alert-words.ts';
import { shownValue } from '../pure/state/freshness.ts';
import { isRunning } from '../pure/state/running.ts';
import { useApp } from '../store/app-context.ts';
import { useLiveTag } from '../ui/value.tsx';
import { Cell, drawing, Words } from './cell.tsx';
import { texts } from './text.ts';

const pumps = [1, 2, 3, 4] as const;
const pumpSignals = ['RUN', 'TRIP', 'SPD', 'AMP', 'KW', 'VIB'] as const;

/** Tags that the drawing needs; without one of them the display is generated. */
export const pumpingStationTags: readonly string[] = [
  'CW.LT01',
  'CW.LT02',
  'PS.PT01',
  'PS.PT02',
  'PS.FT01',
  'PS.LEAD',
  ...pumps.flatMap((n) => pumpSignals.map((signal) => `PS.P${n}.${signal}`)),
];

/** Heights of the four pump branches, and positions along the flow. */
const rows = [70, 200, 330, 460] as const;
const tank = { x: 70, y: 110, width: 250, height: 300 } as const;
const suction = 440;
const pumpAt = 700;
const discharge = 950;
const main = 265;

interface Tags {
  readonly tags: ReadonlyMap<string, TagInfo>;
}

function need(tags: ReadonlyMap<string, TagInfo>, name: string): TagInfo {
  const tag = tags.get(name);
  if (tag === undefined) throw new Error(`the drawing needs the tag ${name}`);
  return tag;
}

/** Clearwell, four high-lift pumps, and the main to the network. */
export function PumpingStation(props: Tags) {
  const tag = (name: string): TagInfo => need(props.tags, name);
  return (
    <div class="mimic-frame">
      <div class="mimic">
        <svg viewBox={`0 0 ${drawing.width} ${drawing.height}`} aria-hidden="true">
          <path class="pipe" d={`M0 60H150V${tank.y}`} />
          <path class="arrow" d="M0 48 22 60 0 72Z" />
          <path class="pipe" d={`M195 ${tank.y + tank.height}V490H${suction}V${rows[0]}`} />
          <For each={rows}>{(y) => <path class="pipe" d={`M${suction} ${y}H${pumpAt}M${pumpAt} ${y}H${discharge}`} />}</For>
          <path class="pipe" d={`M${suction} ${rows[3]}V490M${discharge} ${rows[0]}V${rows[3]}M${discharge} ${main}H1380`} />
          <path class="arrow" d={`M1400 ${main} 1378 ${main - 12}V${main + 12}Z`} />
          <path class="wire" d={`M360 490V515M1040 ${main}V205M1190 ${main}V330`} />
          <circle class="tap" cx="360" cy="490" r="7" />
          <circle class="tap" cx="1040" cy={main} r="7" />
          <circle class="tap" cx="1190" cy={main} r="7" />
          <Clearwell level={tag('CW.LT01')} />
          <For each={pumps}>{(n, i) => <Pump tags={props.tags} n={n} y={rows[i()] ?? 0} />}</For>
        </svg>
        <Cell tag={tag('CW.LT01')} at={[195, 160]} align="centre" />
        <Cell tag={tag('CW.LT02')} at={[195, 350]} align="centre" />
        <Words at={[215, 445]}>{texts.label.clearwell(tag('CW.LT01').range?.low ?? 0, tag('CW.LT01').range?.high ?? 5)}</Words>
        <Words at={[26, 34]}>{texts.label.fromTreatment}</Words>
        <Cell tag={tag('PS.PT01')} at={[360, 534]} align="centre" label={`PS.PT01 ${texts.label.suction}`} />
        <For each={pumps}>{(n, i) => <PumpCells tags={props.tags} n={n} y={rows[i()] ?? 0} />}</For>
        <Cell tag={tag('PS.PT02')} at={[1010, 172]} label={`PS.PT02 ${texts.label.discharge}`} />
        <Cell tag={tag('PS.FT01')} at={[1170, 362]} label={`PS.FT01 ${texts.label.outflow}`} />
        <Words at={[1290, 232]}>{texts.label.toNetwork}</Words>
        <Cell tag={tag('PS.LEAD')} at={[1010, 480]} label={`PS.LEAD ${texts.label.leadPump}`} />
      </div>
    </div>
  );
}

/** Level to true scale, and the level that a finding expects. */
function Clearwell(props: { readonly level: TagInfo }) {
  const { alerts } = useApp();
  const live = useLiveTag(props.level);
  const share = (value: number): number => {
    const { low, high } = props.level.range ?? { low: 0, high: 5 };
    return Math.min(1, Math.max(0, (value - low) / (high - low)));
  };
  const height = (): number =>
    Number.isFinite(shownValue(live.sample())) ? share(shownValue(live.sample())) * (tank.height - 4) : 0;
  const expected = createMemo(() => expectedOf(alerts.open(), props.level.name));
  const bottom = tank.y + tank.height - 2;
  return (
    <>
      <rect class="vessel" x={tank.x} y={tank.y} width={tank.width} height={tank.height} />
      <rect class="liquid" x={tank.x + 2} y={bottom - height()} width={tank.width - 4} height={height()} />
      <Show when={expected()}>
        {(part) => {
          const y = () => bottom - share(part().expected) * (tank.height - 4);
          return <path class="expected" d={`M${tank.x + 2} ${y()}H${tank.x + tank.width - 2}`} />;
        }}
      </Show>
    </>
  );
}

function Pump(props: Tags & { readonly n: number; readonly y: number }) {
  const run = useLiveTag(need(props.tags, `PS.P${props.n}.RUN`));
  const tag = need(props.tags, `PS.P${props.n}.RUN`);
  const unknown = () => run.freshness() !== 'good' && run.freshness() !== 'uncertain';
  const on = () => !unknown() && isRunning(tag, run.sample().value);
  return (
    <>
      <circle class="drive" classList={{ on: on(), unknown: unknown() }} cx={pumpAt} cy={props.y} r="30" />
      <path
        class="vane"
        classList={{ on: on() }}
        d={`M${pumpAt - 15} ${props.y - 26} ${pumpAt + 30} ${props.y} ${pumpAt - 15} ${props.y + 26}`}
      />
    </>
  );
}

/** Name and state on the left of a pump, speed and load on its right. */
function PumpCells(props: Tags & { readonly n: number; readonly y: number }) {
  const of = (signal: string): TagInfo => need(props.tags, `PS.P${props.n}.${signal}`);
  const run = useLiveTag(of('RUN'));
  const trip = useLiveTag(of('TRIP'));
  const word = (): string => {
    const remark = run.remark();
    if (remark !== undefined && remark !== '?') return remark;
    if (trip.sample().value === 1) return texts.label.tripped;
    return isRunning(of('RUN'), run.sample().value) ? texts.label.running : texts.label.stopped;
  };
  const names = pumpSignals.map((signal) => `PS.P${props.n}.${signal}`);
  return (
    <>
      <Cell
        tag={of('AMP')}
        at={[662, props.y - 22]}
        align="right"
        also={names}
        hideValue
        label={
          <>
            <b>PS.P{props.n}</b> {word()}
          </>
        }
      />
      <Cell tag={of('SPD')} at={[738, props.y - 5]} align="above" label={texts.label.speed} more={[of('AMP'), of('KW')]} />
    </>
  );
}
