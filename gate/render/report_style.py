"""The look of the HTML report: light and dark, wide and narrow, screen and paper."""

STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --page: #f6f8fa; --card: #ffffff;
  --good: #116329; --good-bg: #dafbe1; --bad: #a40e26; --bad-bg: #ffebe9;
  --unsure: #7d4e00; --unsure-bg: #fff8c5; --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --soft: #9da7b3; --line: #30363d; --page: #0d1117; --card: #161b22;
    --good: #56d364; --good-bg: #12261e; --bad: #ff8182; --bad-bg: #2d1417;
    --unsure: #e3b341; --unsure-bg: #272115; --link: #79c0ff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  overflow-wrap: anywhere;
}
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
a { color: var(--link); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .35rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .7rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .35rem 0; }
code { font: .9em/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.verdict { border-radius: .75rem; padding: 1.3rem 1.4rem; border: 1px solid; background: var(--card); }
.verdict .word { font-size: .8rem; font-weight: 700; letter-spacing: .09em; text-transform: uppercase; }
.allow { color: var(--good); background: var(--good-bg); border-color: currentColor; }
.block { color: var(--bad); background: var(--bad-bg); border-color: currentColor; }
.undecided { color: var(--unsure); background: var(--unsure-bg); border-color: currentColor; }
.verdict h1, .verdict p { color: var(--ink); }
.notice { border-left: .3rem solid var(--unsure); background: var(--unsure-bg); padding: .6rem .9rem; margin: .8rem 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1.1rem; margin: 0 0 .7rem; }
ol.steps { list-style: none; counter-reset: step; margin: 0; padding: 0; }
ol.steps > li { counter-increment: step; position: relative; padding-left: 3.2rem; }
ol.steps > li::before {
  content: counter(step); position: absolute; left: 1rem; top: .95rem; width: 1.5rem; height: 1.5rem;
  border-radius: 50%; background: var(--ink); color: var(--card); font-size: .85rem; font-weight: 700;
  display: grid; place-items: center;
}
.what { font-weight: 600; }
.why, .soft { color: var(--soft); }
.who { display: inline-block; margin-top: .25rem; }
.who b { font-weight: 600; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; margin: 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
th, td { text-align: left; vertical-align: top; padding: .55rem .75rem; border-top: 1px solid var(--line); }
td:first-child { min-width: 9rem; }
thead th { border-top: 0; white-space: nowrap; font-size: .85rem; color: var(--soft); font-weight: 600; }
.void { display: block; color: var(--soft); font-size: .87rem; }
.control { border-left: .3rem solid var(--line); }
.control.pass { border-left-color: var(--good); }
.control.fail { border-left-color: var(--bad); }
.control.unknown, .control.warning, .control.set-aside { border-left-color: var(--unsure); }
.control header { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline; }
.control ul { margin: .4rem 0 0; padding-left: 1.2rem; }
.chip { font-size: .78rem; font-weight: 700; border-radius: 1rem; padding: .05rem .6rem; border: 1px solid var(--line); color: var(--soft); }
.pass .chip { color: var(--good); background: var(--good-bg); border-color: transparent; }
.fail .chip { color: var(--bad); background: var(--bad-bg); border-color: transparent; }
.unknown .chip, .warning .chip, .set-aside .chip { color: var(--unsure); background: var(--unsure-bg); border-color: transparent; }
footer { margin-top: 2.5rem; color: var(--soft); font-size: .87rem; }
@media (max-width: 36rem) {
  main { padding: .8rem .7rem 3rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; }
  dl.facts dd { margin-bottom: .5rem; }
  h1 { font-size: 1.3rem; }
  table, thead, tbody, tr, td { display: block; }
  table { border: 0; background: none; }
  thead { display: none; }
  tr { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin-bottom: .6rem; padding: .4rem .2rem; }
  td { border: 0; padding: .15rem .75rem; }
  td:first-child { min-width: 0; }
  td:empty { display: none; }
  td[data-label]:not([data-label=""])::before { content: attr(data-label) ": "; color: var(--soft); font-size: .87rem; }
}
@page { margin: 14mm; }
@media print {
  :root {
    --ink: #000; --soft: #444; --line: #bbb; --page: #fff; --card: #fff; --link: #000;
    --good: #0b4d1e; --good-bg: #fff; --bad: #8a0f1f; --bad-bg: #fff; --unsure: #5c3a00; --unsure-bg: #fff;
  }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  .card, tr, .verdict { break-inside: avoid; }
  h2 { break-after: avoid; }
  a { text-decoration: none; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: .8em; color: var(--soft); }
}
"""
