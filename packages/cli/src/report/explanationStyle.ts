/** The style of a page with an explanation: blue raises, orange lowers, which most people can tell apart. */
export const explanationStyle = `
:root { color-scheme: light dark; --page: #fbfaf8; --ink: #1d1b19; --quiet: #5f5a54; --line: #d6d1ca; --up: 30 100 200; --down: 214 96 10; }
@media (prefers-color-scheme: dark) { :root { --page: #171614; --ink: #f1eee9; --quiet: #b0a99f; --line: #45413b; --up: 100 165 255; --down: 245 140 60; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { margin: 0 0 1rem; font-size: 2rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 0.25rem; font-size: 1.1rem; }
p { margin: 0.25rem 0; }
.quiet { color: var(--quiet); font-size: 0.9rem; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; }
p.text { font-size: 1.15rem; line-height: 1.9; }
mark { color: inherit; border-radius: 0.2em; padding: 0.1em 0.15em; white-space: nowrap; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
mark.up { background: rgb(var(--up) / var(--shade)); }
mark.down { background: rgb(var(--down) / var(--shade)); }
.s1 { --shade: 0.1; } .s2 { --shade: 0.2; } .s3 { --shade: 0.3; } .s4 { --shade: 0.4; } .s5 { --shade: 0.5; }
sup { font-size: 0.65em; line-height: 0; margin-left: 0.15em; }
.unread { color: var(--quiet); text-decoration: line-through; text-decoration-thickness: 1px; }
del { text-decoration-color: rgb(var(--down)); text-decoration-thickness: 2px; }
ins { font-weight: 600; text-decoration-color: rgb(var(--up)); text-decoration-thickness: 2px; }
ul { margin: 0.5rem 0; padding-left: 1.2rem; }
li { margin: 0.4rem 0; }
svg { display: block; width: 100%; height: auto; fill: var(--quiet); font-size: 12px; }
@media (max-width: 32rem) { svg { font-size: 20px; } }
.grid, .bar line { stroke: var(--line); }
.line { fill: none; stroke: rgb(var(--up)); stroke-width: 2; stroke-linejoin: round; }
circle { fill: rgb(var(--up)); }
table { border-collapse: collapse; width: 100%; margin-top: 0.75rem; font-variant-numeric: tabular-nums; }
th, td { padding: 0.15rem 0.5rem; border-bottom: 1px solid var(--line); text-align: right; font-weight: 400; }
th:first-child { text-align: left; overflow-wrap: anywhere; }
thead th { color: var(--quiet); font-size: 0.85rem; }
.bar { width: 8rem; max-width: 30vw; margin-left: auto; }
rect.up { fill: rgb(var(--up)); } rect.down { fill: rgb(var(--down)); }
@media print { main { max-width: none; padding: 0; } tr, svg { break-inside: avoid; } rect, circle { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`;
