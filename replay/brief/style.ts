// How a brief looks: one sheet of A4, one accent, figures that stand below one another; fonts that every system has.

export const BRIEF_STYLE = `
@page { size: A4; margin: 0 }
* { box-sizing: border-box; margin: 0 }
html { background: #e9ebee }
body {
  font: 8pt/1.3 "Source Han Sans SC", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", "Helvetica Neue", Arial, sans-serif;
  color: #1c2430; -webkit-print-color-adjust: exact; print-color-adjust: exact;
}
.sheet {
  width: 210mm; height: 296.8mm; margin: 0 auto; padding: 13mm 15mm 10mm; background: #fff;
  display: flex; flex-direction: column; overflow: hidden;
}
header { display: flex; justify-content: space-between; align-items: flex-end; border-bottom: .6mm solid #17457a; padding-bottom: 2.4mm }
h1 { font-size: 19pt; line-height: 1.15; font-weight: 600; color: #17457a; letter-spacing: .02em }
h1 small { display: block; font-size: 9.5pt; font-weight: 400; color: #1c2430; letter-spacing: 0; margin-top: 1mm }
.asof { text-align: right; line-height: 1.3 }
.asof b { display: block; font-size: 15pt; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.15 }
dl { display: flex; flex-wrap: wrap; gap: 0 5mm; padding: 1.6mm 0 0; color: #55606e; font-size: 7.4pt }
dl div { display: flex; gap: 1.4mm }
dd { color: #1c2430 }
.verdict { margin: 2.6mm 0 0; padding: 1.8mm 0 1.8mm 3mm; border-left: 1mm solid #17457a; font-size: 10pt; line-height: 1.4 }
h2 { font-size: 9pt; font-weight: 600; color: #17457a; margin: 2.6mm 0 .6mm }
h2 span { font-weight: 400; font-size: 7.4pt; color: #55606e; margin-left: 2mm }
table { width: 100%; border-collapse: collapse; table-layout: fixed; font-variant-numeric: tabular-nums }
th { font-weight: 400; font-size: 7.2pt; color: #55606e; text-align: left; border-bottom: .25mm solid #9aa4b0; padding: .5mm 1mm }
td { border-bottom: .15mm solid #dfe3e8; padding: .42mm 1mm; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; vertical-align: baseline }
th:first-child, td:first-child { padding-left: 0 }
th:last-child, td:last-child { padding-right: 0 }
.n { text-align: right }
.n + :not(.n) { padding-left: 3mm }
.clause { white-space: normal; line-height: 1.22; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden }
.soft { color: #55606e }
.strong { font-weight: 600 }
.late { font-weight: 600; color: #9b2c1f }
.columns { display: grid; grid-template-columns: 59fr 41fr; gap: 0 7mm }
.columns td:last-child { padding-right: 0 }
.proof { line-height: 1.45 }
.end { margin-top: auto }
.sign { display: flex; justify-content: flex-end; gap: 9mm; padding: 0 0 2.4mm }
.sign span { border-bottom: .2mm solid #55606e; width: 38mm; display: inline-block; margin-left: 2mm }
footer { border-top: .25mm solid #9aa4b0; padding-top: 1.4mm; display: flex; justify-content: space-between; gap: 6mm; font-size: 7.2pt; color: #55606e }
footer b { color: #9b2c1f; font-weight: 600; letter-spacing: .04em; white-space: nowrap }
code { font: 7pt/1.35 "SFMono-Regular", Consolas, "Liberation Mono", monospace; overflow-wrap: anywhere }
@media screen { .sheet { margin: 8mm auto; box-shadow: 0 1px 6px #0003 } }
@media print { html { background: #fff } }
`
