/** The only style sheet of the report. Follows the theme preference of the reader, and is light in print. */
export const style = `
:root { color-scheme: light dark; --bg: #f5f6f7; --panel: #ffffff; --text: #1b1f23; --weak: #50595f; --line: #bcc3c9;
  --ground: #eef0f1; --score: #69737c; --alarm: #6f3fb5; --label: #8a5a00; --taught: #0a63a8; --band: #c9ced3; --span: #ddd3ec; }
@media (prefers-color-scheme: dark) { :root { --bg: #171b1e; --panel: #20262a; --text: #e6e9eb; --weak: #aab4bb; --line: #48535b;
  --ground: #12161a; --score: #93a0a9; --alarm: #b18ae8; --label: #e0a53c; --taught: #6fb1ea; --band: #333d44; --span: #3b2e52; } }
@media print { :root { color-scheme: light; --bg: #fff; --panel: #fff; --text: #000; --weak: #444; --line: #999; --ground: #f4f4f4;
  --score: #69737c; --alarm: #6f3fb5; --label: #8a5a00; --taught: #0a63a8; --band: #c9ced3; --span: #ddd3ec; }
  * { print-color-adjust: exact; } section, article, figure { break-inside: avoid; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1100px; background: var(--bg); color: var(--text);
  font: 16px/1.45 "Segoe UI", "Noto Sans", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 26px; } h2 { font-size: 20px; margin: 0 0 12px; } h3 { font-size: 17px; margin: 0 0 4px; } * + h3 { margin-top: 16px; }
section, article { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: 16px; margin: 16px 0; }
article { margin: 12px 0 0; }
p { margin: 4px 0; } .weak, figcaption, th { color: var(--weak); } .lead { font-size: 18px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 0; } dt { color: var(--weak); } dd { margin: 0; }
table { border-collapse: collapse; } th, td { text-align: left; padding: 4px 16px 4px 0; border-bottom: 1px solid var(--line);
  font-weight: 400; vertical-align: top; } thead th { border-bottom: 2px solid var(--line); } td.n, th.n { text-align: right; } td.n { white-space: nowrap; } a { color: inherit; }
.wide { overflow-x: auto; }
figure { margin: 8px 0; } svg { display: block; width: 100%; height: auto; } svg.days { height: 90px; }
figcaption { display: flex; justify-content: space-between; flex-wrap: wrap; gap: 12px; font-size: 14px; }
.key { margin-right: 12px; } .key i { display: inline-block; width: 14px; height: 10px; margin-right: 4px; }
i.score { background: var(--score); } i.threshold { height: 2px; background: var(--text); vertical-align: middle; }
i.alarm { background: var(--alarm); } i.label { background: var(--label); } i.taught { background: var(--taught); }
.ground { fill: var(--ground); } .score { fill: var(--score); } .threshold { stroke: var(--text); stroke-width: 1.5; stroke-dasharray: 6 4; }
.alarm { fill: var(--alarm); } .label { fill: var(--label); } .taught { fill: var(--taught); }
.band { fill: var(--band); } .span { fill: var(--span); } .pen { fill: none; stroke: var(--text); stroke-width: 1.5; }
.traces { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 12px; }
`;
