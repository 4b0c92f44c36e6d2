/** The report's looks: one column on a phone, two for charts where there is room, dark where the reader wants it, ink on paper. */
export const style = `
:root{color-scheme:light dark;--text:#1d2329;--quiet:#57616b;--back:#fff;--panel:#f4f6f8;--line:#d5dbe1;--accent:#1f6feb;--bad:#c4320a;--good:#1a7f37;--warn:#8a5a00;--up:#1a7f3733;--down:#c4320a33}
@media (prefers-color-scheme:dark){:root{--text:#e4e8ec;--quiet:#9aa5b0;--back:#14181c;--panel:#1d2329;--line:#39424b;--accent:#6cb0ff;--bad:#ff8a65;--good:#5fd38a;--warn:#f0b849;--up:#5fd38a33;--down:#ff8a6533}}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main,header,footer{max-width:62rem;margin:0 auto;padding:0 1rem}
header{padding-top:1.5rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}
h3{font-size:1rem;margin:1.25rem 0 .25rem}
p,ul,ol{margin:.5rem 0}
.quiet,figcaption span,footer,caption{color:var(--quiet);font-size:.9rem}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0;margin:1rem 0 0;font-size:.9rem}
a{color:var(--accent)}
.verdict{font-size:1.1rem;padding:.75rem 1rem;border-left:.3rem solid var(--quiet);background:var(--panel)}
.verdict.good{border-color:var(--good)}.verdict.bad{border-color:var(--bad)}.verdict.unsure{border-color:var(--warn)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.5rem;padding:0;margin:1rem 0;list-style:none}
.tiles li{background:var(--panel);padding:.6rem .8rem;border-radius:.4rem}
.tiles b{display:block;font-size:1.5rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tiles span{display:block;color:var(--quiet);font-size:.85rem}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr));gap:1.5rem;margin:1rem 0}
figure{margin:0;min-width:0}
figure>svg{display:block;width:100%;max-width:30rem;height:auto;overflow:visible}
figcaption strong,figcaption span{display:block}
svg text{fill:currentColor}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums;margin:.5rem 0;min-width:min(100%,24rem)}
caption{text-align:left;padding:.25rem 0}
th,td{padding:.3rem .7rem .3rem 0;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);overflow-wrap:normal}
th[scope=row],thead th:first-child{text-align:left;overflow-wrap:anywhere;min-width:7rem}
th[scope=row]{font-weight:400}
td.words{text-align:left;min-width:12rem}
td.bad{color:var(--bad);font-weight:600}td.good{color:var(--good)}
summary{cursor:pointer;color:var(--quiet);font-size:.9rem}
.alarms{list-style:none;padding:0}
.alarms li{padding:.6rem 1rem;margin:.5rem 0;background:var(--panel);border-left:.3rem solid var(--bad)}
.alarms strong{display:block}
.texts{list-style:none;padding:0}
.texts li{padding:.75rem 0;border-bottom:1px solid var(--line)}
.texts p{margin:.25rem 0;white-space:pre-wrap}
.texts .pair{padding-left:1rem}
mark{color:inherit;border-radius:.2rem;padding:0 .1rem}
mark.up{background:var(--up);text-decoration:underline}
mark.down{background:var(--down);text-decoration:underline dotted}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.2rem 1rem;font-size:.9rem}
dt{color:var(--quiet)}dd{margin:0;min-width:0}
footer{padding-top:2rem;padding-bottom:2rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@media print{:root{color-scheme:light;--text:#000;--quiet:#444;--back:#fff;--panel:#fff;--line:#bbb;--accent:#1554b0;--bad:#a32000;--good:#0a5c22;--warn:#6b4600;--up:#d7f0dd;--down:#fbdcd2}
body{font-size:10.5pt}nav{display:none}figure,.tiles li,.alarms li,.texts li,tr{break-inside:avoid}h2,h3{break-after:avoid}.scroll{overflow:visible}}
`;
