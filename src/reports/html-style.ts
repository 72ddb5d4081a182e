/**
 * Style sheet of an HTML report. Dark colours apply only to screens, so that printed pages are light. The contrast of text is at
 * least 4.5 to 1 in both colour schemes.
 */
export const STYLE = `:root{color-scheme:light;--page:#f5f6f8;--card:#fff;--ink:#1b232d;--soft:#566170;--line:#dde1e7;--run:#3f6fa8;--rail:#e6e9ee;--good:#1b6b45;--good-ground:#e8f3ed;--bad:#a32a22;--bad-ground:#fbecea;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--page:#12161b;--card:#1a2027;--ink:#e4e8ed;--soft:#a2adba;--line:#313a45;--run:#79a7db;--rail:#29313b;--good:#76d0a2;--good-ground:#162a21;--bad:#ff9b92;--bad-ground:#341d1c}}
*{box-sizing:border-box}
html{background:var(--page);-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:54rem;margin:0 auto;padding:2.5rem 1.25rem 2rem}
code{font:.92em var(--mono)}
h1,h2,h3,p{margin:0}
h1{display:flex;gap:.7rem;align-items:flex-start;margin:.35rem 0 .45rem;font-size:1.75rem;font-weight:650;line-height:1.2;letter-spacing:-.015em}
h2{font-size:1.0625rem;font-weight:650;line-height:1.3}
h3{margin-top:.9rem;font-size:.875rem;font-weight:600;color:var(--soft)}
section{margin-top:1.25rem;padding:1.25rem 1.5rem 1.4rem;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.verdict{padding:1.4rem 1.5rem 1.5rem;border:1px solid var(--line);border-left:.4rem solid;border-radius:.6rem}
.verdict.passed{background:var(--good-ground);border-left-color:var(--good)}
.verdict.failed{background:var(--bad-ground);border-left-color:var(--bad)}
.command,.when{font-size:.875rem;color:var(--soft)}
.lead{font-size:1.0625rem}
.when{margin-top:.35rem}
.mark{flex:none;width:1.15em;height:1.15em;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.passed .mark{color:var(--good)}
.failed .mark{color:var(--bad)}
.skipped .mark{color:var(--soft)}
.error .message{margin-top:.5rem}
.error .code{margin-top:.9rem;font-size:.875rem;color:var(--soft)}
.error .code code{color:var(--ink)}
table{width:100%;margin-top:.2rem;border-collapse:collapse;font-variant-numeric:tabular-nums}
caption{padding:0 0 .6rem;font-size:.875rem;text-align:left;color:var(--soft)}
th,td{padding:.55rem .75rem .55rem 0;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th{padding-block:.4rem;font-size:.8125rem;font-weight:600;color:var(--soft);border-top:0}
tbody th{font-weight:600}
.note{font-size:.875rem;font-weight:400;color:var(--soft)}
.failed .note{color:var(--ink)}
details{margin-top:.25rem}
summary{cursor:pointer}
.note ul{margin:.3rem 0 0;padding-inline-start:1.1rem}
.outcome,.time,.span{white-space:nowrap}
.outcome span{display:flex;gap:.4rem;align-items:center}
.failed .outcome{font-weight:600}
.time{text-align:right}
.none,.empty{color:var(--soft)}
.steps .chart{width:42%;padding-left:.75rem}
.scale{display:flex;justify-content:space-between;font-weight:400}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.bar{display:block;width:100%;height:.7rem;margin-top:.42rem}
.rail{fill:var(--rail)}
.run{fill:var(--run)}
.bar.failed .run{fill:var(--bad)}
blockquote{margin:.6rem 0 1.1rem;padding-inline-start:1rem;border-inline-start:.2rem solid var(--line);font-size:1.125rem;line-height:1.6}
.empty{margin-top:.5rem}
.span{width:1%;padding-right:1.25rem;font-weight:400;color:var(--soft)}
dl{margin:.5rem 0 0}
dl div{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:0 1rem;padding:.45rem 0;border-top:1px solid var(--line)}
dl div:first-child{border-top:0}
dt{color:var(--soft)}
dd{margin:0;min-width:0}
footer{margin:1.25rem 1.5rem 0;font-size:.8125rem;color:var(--soft)}
@media screen and (max-width:36rem){main{padding:1rem .75rem 1.5rem}section,.verdict{padding:1rem 1rem 1.1rem}footer{margin-inline:1rem}h1{font-size:1.4rem}
.steps{font-size:.9375rem}th,td{padding-right:.6rem}.time{padding-right:0}
.steps tbody tr{position:relative}.steps tbody th,.steps tbody td{padding-bottom:1.55rem}.steps tbody .skipped>*{padding-bottom:.55rem}
.steps .chart{width:0;padding:0}.steps .scale{display:none}.steps .bar{position:absolute;inset:auto 0 .7rem;margin:0;height:.5rem}
dl div{display:block}dt{font-size:.875rem}.span{padding-right:.75rem}}
@media print{@page{margin:12mm}html{background:#fff;font-size:13px}body{print-color-adjust:exact;-webkit-print-color-adjust:exact}main{max-width:none;padding:0}
section{padding:0;border:0}section{margin-top:1.4rem}th,td{padding-block:.4rem}dl div{padding-block:.2rem}.verdict{padding:1rem 1.25rem}footer{margin-inline:0}tr,dl,.verdict,.error{break-inside:avoid}h2,h3,caption{break-after:avoid}thead{display:table-header-group}}
`;
