/**
 * Colours of the light theme as CSS variables. Gain and loss are blue and orange, which stay apart for colour-blind
 * readers; text keeps 4.5:1 on its ground, graphics 3:1.
 */
export const LIGHT = `--bg:#f7f8fa;--card:#fff;--ink:#101828;--soft:#475467;--line:#e4e7ec;--grid:#eaecf0;--gain:#1d4ed8;--loss:#c2410c;--own:#1d4ed8;--other:#667085;--even:#475467;--warn-bg:#fff4ed;--bad-bg:#fdecec;--bad:#b42318;--note-bg:#eff4ff;--candle-up:#98a2b3;--candle-down:#475467;--badge-bg:#7a2e0e;--badge:#fff;color-scheme:light`
/** The same variables for the dark theme. */
export const DARK = `--bg:#0b0f17;--card:#121826;--ink:#e6eaf2;--soft:#a3adc2;--line:#232c3d;--grid:#1e2636;--gain:#38bdf8;--loss:#fb923c;--own:#38bdf8;--other:#8b98b0;--even:#a3adc2;--warn-bg:#2b1e12;--bad-bg:#331718;--bad:#fda29b;--note-bg:#132036;--candle-up:#8b98b0;--candle-down:#56617a;--badge-bg:#fb923c;--badge:#1a0d02;color-scheme:dark`

const SHADES = ['gain', 'loss']
  .flatMap((tone) =>
    [1, 2, 3, 4, 5].map(
      (step) => `.months td.${tone}-${step}{background:color-mix(in srgb,var(--${tone}) ${step * 7}%,var(--card))}`,
    ),
  )
  .join('')

/** Styles of the report; its colours are variables, so the SVG in it follows the theme without a script. */
export const STYLES = `:root{${LIGHT}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
@media screen{:root[data-theme=dark]{${DARK}}}
*{box-sizing:border-box}
html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
.skip{position:absolute;left:-9999px}.skip:focus{left:16px;top:12px;background:var(--card);color:var(--ink);padding:8px 14px;border-radius:8px;z-index:9;outline:2px solid var(--own)}
.page{max-width:1240px;margin:0 auto;padding:0 28px 72px;display:grid;grid-template-columns:168px minmax(0,1fr);column-gap:44px}
.top{grid-column:1/-1;padding:40px 0 28px;display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 24px;align-items:start}
.banner{grid-column:1/-1;background:var(--badge-bg);color:var(--badge);font-weight:600;text-align:center;padding:9px 16px;margin:0 -28px}
.eyebrow{margin:0;color:var(--soft);font-size:12.5px;letter-spacing:.07em;text-transform:uppercase}
h1{font-size:34px;line-height:1.15;letter-spacing:-.02em;margin:6px 0 6px;font-weight:650;overflow-wrap:anywhere}
.about,.window{margin:2px 0;color:var(--soft);max-width:72ch;overflow-wrap:anywhere}.about{color:var(--ink)}
.badge{display:inline-block;background:var(--badge-bg);color:var(--badge);font-size:11.5px;letter-spacing:.06em;text-transform:uppercase;font-weight:700;padding:2px 9px;border-radius:5px;margin-left:6px}
.params{list-style:none;display:flex;flex-wrap:wrap;gap:6px;margin:12px 0 0;padding:0}.params li{border:1px solid var(--line);background:var(--card);border-radius:6px;padding:1px 9px;font-size:13px;overflow-wrap:anywhere}.params span{color:var(--soft)}
.theme{font:inherit;font-size:13px;color:var(--soft);background:var(--card);border:1px solid var(--line);border-radius:8px;padding:7px 12px;cursor:pointer;min-height:34px}.theme:hover{color:var(--ink)}
:focus-visible{outline:2px solid var(--own);outline-offset:2px}
.tiles{grid-column:1/-1;display:grid;grid-template-columns:repeat(6,minmax(0,1fr));margin:28px 0 0;background:var(--card);border:1px solid var(--line);border-radius:14px;overflow:hidden}
.tiles>div{padding:18px 18px 15px;border-left:1px solid var(--line);margin-left:-1px}
.tiles dt{color:var(--soft);font-size:13px}.tiles dd{margin:0}.tiles b{display:block;font-size:23px;line-height:1.3;font-weight:640;letter-spacing:-.015em;white-space:nowrap}.tiles small{color:var(--soft);font-size:12px;line-height:1.35;display:block}
nav{position:sticky;top:24px;align-self:start;font-size:14px}nav ul{list-style:none;margin:0;padding:0;border-left:1px solid var(--line)}nav a{display:block;padding:6px 0 6px 14px;margin-left:-1px;border-left:2px solid transparent;color:var(--soft);text-decoration:none}nav a:hover{color:var(--ink);border-color:var(--own)}
main{min-width:0}
section{margin-bottom:52px;scroll-margin-top:20px}
h2{font-size:21px;letter-spacing:-.012em;margin:0 0 16px;font-weight:640}
h3{font-size:15px;margin:0 0 4px;font-weight:620}
section>h3{margin-top:26px;margin-bottom:8px}
.quiet,figcaption p{color:var(--soft);font-size:13.5px;margin:0 0 12px;max-width:100ch}
figure,.scroll,.groups>div,details,.facts.prose{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:0 0 16px}
figure{padding:18px 20px 14px;position:relative}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(260px,1fr));gap:0 16px}.grid.two{grid-template-columns:repeat(auto-fit,minmax(320px,1fr))}
.gain{color:var(--gain)}.loss{color:var(--loss)}.even{color:inherit}
i{font-style:normal;font-size:.7em;margin-right:.35em;vertical-align:.12em}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 10px;padding:0;font-size:13px;color:var(--soft)}
.key{display:inline-block;width:16px;height:3px;border-radius:2px;margin-right:7px;vertical-align:middle;background:var(--own)}.key.other{background:var(--other)}.key.buy{background:var(--gain)}.key.sell{background:var(--loss)}
.plot{position:relative;display:grid;grid-template-columns:52px minmax(0,1fr);grid-template-rows:var(--h) 24px;font-size:11.5px;color:var(--soft)}
.ys{position:relative}.ys span{position:absolute;right:9px;transform:translateY(-50%);white-space:nowrap}
.box{position:relative;cursor:default}.box svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible;display:block}
.xs{grid-column:2;position:relative}.xs span{position:absolute;top:7px;transform:translateX(-50%);white-space:nowrap}.xs .start{transform:none}.xs .end{transform:translateX(-100%)}
.plot path{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}
.plot .grid{stroke:var(--grid);stroke-width:1}.plot .base{stroke:var(--other);stroke-width:1;stroke-dasharray:3 3;opacity:.75}.plot .axis{stroke:var(--other);stroke-width:1}.plot .mark{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 4}
.plot .line{stroke-width:1.6;stroke:var(--own)}.plot .line.other{stroke:var(--other);stroke-width:1.2}.plot .line.loss{stroke:var(--loss);stroke-width:1.3}
.plot .area{fill:var(--own);opacity:.13}.plot .area.loss{fill:var(--loss);opacity:.17}
.plot .bar{fill:var(--other)}.plot .bar.gain{fill:var(--gain)}.plot .bar.loss{fill:var(--loss)}
.plot .dots{stroke-width:5;stroke-linecap:round;stroke:var(--even);opacity:.62}.plot .dots.gain{stroke:var(--gain)}.plot .dots.loss{stroke:var(--loss)}
.plot .wick{stroke-width:1;stroke:var(--candle-up)}.plot .wick.down{stroke:var(--candle-down)}.plot .body{fill:var(--candle-up)}.plot .body.down{fill:var(--candle-down)}
.plot .fill-mark.buy{fill:var(--gain)}.plot .fill-mark.sell{fill:var(--loss)}
.read{position:absolute;top:0;bottom:0;width:1px;background:var(--soft);pointer-events:none}.read span{position:absolute;top:-4px;left:8px;background:var(--ink);color:var(--card);padding:2px 8px;border-radius:5px;white-space:nowrap;font-size:12px}.read.flip span{left:auto;right:8px}
.switch{border:0;margin:0;padding:0;position:absolute;right:20px;top:16px;display:flex}.switch label{cursor:pointer}.switch input{position:absolute;opacity:0;width:1px;height:1px}.switch span{display:block;font-size:12.5px;padding:4px 12px;border:1px solid var(--line);color:var(--soft);min-height:28px}.switch label:first-of-type span{border-radius:7px 0 0 7px;border-right:0}.switch label:last-of-type span{border-radius:0 7px 7px 0}.switch input:checked+span{background:var(--ink);color:var(--card);border-color:var(--ink)}.switch input:focus-visible+span{outline:2px solid var(--own);outline-offset:2px}
figure .log{display:none}figure:has(input[value=log]:checked) .log{display:block}figure:has(input[value=log]:checked) .linear{display:none}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px}
caption{text-align:left;font-weight:620;font-size:15px;padding:14px 18px 6px}
th,td{padding:7px 14px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--grid);font-weight:400}
tbody tr:last-child>*{border-bottom:0}
thead th{color:var(--soft);font-size:12.5px;font-weight:500}
th:first-child,td:first-child{padding-left:18px}th.text,td.text{text-align:left}
td.text:last-child:not(:first-child){white-space:normal;min-width:18ch;overflow-wrap:anywhere}
.months{font-size:12.5px}.months th,.months td{padding:6px 7px;text-align:right;border-bottom:2px solid var(--card);border-right:2px solid var(--card)}.months th:first-child{text-align:left;padding-left:18px}.months tr>*:last-child{font-weight:640;padding-right:16px}.months thead tr>*{padding-top:12px}${SHADES}
.findings,.plain{margin:0;padding:0;list-style:none}
.findings li{display:flex;gap:16px;padding:14px 18px;background:var(--card);border:1px solid var(--line);border-left:4px solid var(--other);border-radius:10px;margin-bottom:9px}.findings p{margin:0;color:var(--soft);font-size:14px;max-width:86ch;overflow-wrap:anywhere}
.severity{flex:0 0 66px;font-size:12px;font-weight:640;padding-top:2px;color:var(--soft)}.findings .serious{border-left-color:var(--bad);background:var(--bad-bg)}.findings .serious .severity{color:var(--bad)}.findings .caution{border-left-color:var(--loss)}.findings .caution .severity{color:var(--loss)}
.serious p{color:var(--ink)}
.plain{padding-left:18px;list-style:disc;max-width:86ch}.plain li{margin:3px 0;overflow-wrap:anywhere}
.facts{margin:0}.facts>div{display:flex;justify-content:space-between;gap:18px;padding:5px 0;border-bottom:1px solid var(--grid)}.facts>div:last-child{border-bottom:0}.facts dt{color:var(--soft)}.facts dd{margin:0;text-align:right;overflow-wrap:anywhere;min-width:0}
.facts.dense{font-size:13.5px}.facts.prose{padding:8px 20px;margin-bottom:16px}.facts.prose>div{justify-content:flex-start;padding:9px 0}.facts.prose dt{flex:0 0 168px}.facts.prose dd{text-align:left;max-width:80ch}
.groups{display:grid;grid-template-columns:repeat(auto-fit,minmax(330px,1fr));gap:0 16px}.groups>div{padding:16px 20px 10px}
code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}pre{margin:0;padding:0 20px 16px;overflow-x:auto}
details{padding:0}summary{cursor:pointer;padding:13px 20px;font-weight:560}details .scroll{border:0;border-top:1px solid var(--line);border-radius:0;margin:0}details .quiet{padding:0 20px}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
footer{grid-column:1/-1;color:var(--soft);font-size:13px;border-top:1px solid var(--line);padding-top:18px}
@media (max-width:1020px){.page{grid-template-columns:minmax(0,1fr);padding:0 18px 48px}.banner{margin:0 -18px}nav{display:none}.tiles{grid-template-columns:repeat(3,minmax(0,1fr))}.tiles>div{border-top:1px solid var(--line);margin-top:-1px}}
@media (max-width:620px){body{font-size:14.5px}.top{padding-top:24px}h1{font-size:27px}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.tiles>div{padding:13px 14px 11px}.tiles b{font-size:20px}.wide{display:none}figure{padding:14px 12px 10px}.plot{grid-template-columns:42px minmax(0,1fr);font-size:11px}.ys span{right:6px}.xs .odd{display:none}th,td{padding:7px 9px}th:first-child,td:first-child{padding-left:14px}.findings li{flex-direction:column;gap:2px}.severity{flex:none}.facts.prose>div{flex-direction:column;gap:1px}.facts.prose dt{flex:none}.groups,.grid,.grid.two{grid-template-columns:minmax(0,1fr)}.switch{position:static;margin-bottom:10px}section{margin-bottom:38px}}
@media print{body{background:#fff;font-size:11px}.page{display:block;max-width:none;padding:0}nav,.theme,.skip,.switch{display:none}section{break-inside:auto}figure,.findings li,table{break-inside:avoid}.scroll{overflow:visible}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}`
