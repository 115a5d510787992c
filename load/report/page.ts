// A report as one HTML file: verdict, tables, charts; needs no network and runs no script.
import { chartSvg } from './chart.ts'
import { escaped } from './escaped.ts'
import type { LoadReport } from './report-schema.ts'
import { figure, summaryLines } from './summary.ts'

const STYLE = `:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#6a737d;--line:#d9dee3;--warm:#f0f2f4}
@media (prefers-color-scheme:dark){:root{--ink:#e6e8ea;--paper:#15181c;--soft:#9aa4ae;--line:#30363d;--warm:#1f242a}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:60rem;margin:2rem auto;padding:0 1rem}
h1 b{padding:.1em .5em;border-radius:.3em;color:#fff}.pass{background:#1a7f37}.fail{background:#cf222e}.invalid{background:#9a6700}
table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right;vertical-align:top}
th:first-child,td:first-child,.text td,.text th{text-align:left}pre{white-space:pre-wrap;background:var(--warm);padding:1rem}
figure{margin:1.5rem 0}svg{width:100%;height:auto}svg path{fill:none;stroke-width:1.6}svg text{font-size:11px;fill:var(--soft)}.grid{stroke:var(--line)}.warm{fill:var(--warm)}
figcaption span{margin-left:1em;color:var(--soft)}figcaption i{display:inline-block;width:.8em;height:.2em;margin-right:.4em;vertical-align:middle}small,.soft{color:var(--soft)}`

const BLUE = '#3b82c4'
const ORANGE = '#d97706'
const GREEN = '#2a9d5c'

export function reportPage(report: LoadReport): string {
  const { verdict, load, city } = report
  const title = `${verdict.toUpperCase()} ${load.text}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)} · huacheng load</title><style>${STYLE}</style></head><body>
<h1><b class="${verdict}">${verdict.toUpperCase()}</b> ${escaped(load.text)}</h1>
<p class="soft">模拟数据 simulated data · ${escaped(city.scenario)}, seed ${city.seed}, scale ${city.scale} · ${escaped(report.began)} to ${escaped(report.ended)}</p>
${report.reasons.map((why) => `<p>${escaped(why)}</p>`).join('\n')}
${thresholdTable(report)}
<pre>${escaped(summaryLines(report).slice(1).join('\n').replace(/^\n+/, ''))}</pre>
${charts(report)}
${searchTable(report)}
${factTable(report)}
</body></html>
`
}

function thresholdTable({ thresholds }: LoadReport): string {
  if (thresholds.length === 0) return ''
  const rows = thresholds.map(
    ({ text, actual, unit, ok }) =>
      `<tr><td>${ok ? '✓' : '✗'} ${escaped(text)}</td><td>${figure(actual)} ${escaped(unit)}</td></tr>`,
  )
  return `<table class="text"><tr><th>threshold</th><th>measured</th></tr>${rows.join('')}</table>`
}

function charts({ seconds, load, latency, lag }: LoadReport): string {
  const warmUp = load.warmUpMs / 1000
  const of = (name: keyof (typeof seconds)[number]) =>
    seconds.map((row) => row[name] as number | null)
  const line = (name: string, colour: string, values: (number | null)[]) => ({
    ...{ name, colour, values },
  })
  const all = [
    {
      ...{ title: 'Rate', unit: 'events/s' },
      series: [line('meant', ORANGE, of('meant')), line('acknowledged', BLUE, of('acked'))],
    },
    {
      ...{ title: 'Latency from the intended time', unit: 'ms' },
      series: [
        line('acknowledged, p50', BLUE, of('ackP50Ms')),
        line('acknowledged, p99', ORANGE, of('ackP99Ms')),
        ...(latency.e2e ? [line('sink, p99', GREEN, of('e2eP99Ms'))] : []),
      ],
    },
    {
      ...{ title: 'Send delay', unit: 'ms' },
      series: [
        line('p99', ORANGE, of('sendP99Ms')),
        line('event loop, p99', BLUE, of('loopP99Ms')),
      ],
    },
    ...(lag
      ? [
          {
            ...{ title: `Lag of ${lag.group}`, unit: 'records' },
            series: [line('lag', BLUE, of('lag'))],
          },
        ]
      : []),
    {
      ...{ title: 'Workers', unit: '% of one core' },
      series: [line('CPU', BLUE, of('cpuPercent'))],
    },
  ]
  return all.map((chart) => chartSvg({ ...chart, warmUp })).join('\n')
}

function searchTable({ search }: LoadReport): string {
  if (!search) return ''
  const rows = search.steps.map(
    ({ phase, rate, verdict, why }) =>
      `<tr><td>${phase}</td><td>${Math.round(rate).toLocaleString('en')}/s</td><td>${verdict}</td><td>${escaped(why.join('; '))}</td></tr>`,
  )
  return `<h2>Search</h2><table class="text"><tr><th>phase</th><th>rate</th><th>verdict</th><th>why</th></tr>${rows.join('')}</table>`
}

/** What somebody needs who wants to run it again. */
function factTable({ command, city, machine, brokers }: LoadReport): string {
  const facts: [string, string][] = [
    ['command', command],
    [
      'city',
      `${city.scenario}, seed ${city.seed}, digest ${city.digest}, run ${city.run ?? 'none'}`,
    ],
    ['topics', `${city.topics} × ${city.partitions} partitions`],
    ['brokers', `${brokers.where}, Kafka ${brokers.version ?? 'unknown'}`],
    [
      'producer',
      `acks ${brokers.acks}, linger ${brokers.lingerMs} ms, compression ${brokers.compression}, ${brokers.workers} workers`,
    ],
    [
      'machine',
      `${machine.cpu} × ${machine.cores}, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB, kernel ${machine.kernel}, Node ${machine.node}`,
    ],
    ['clock', machine.clock],
    ['version', `${machine.huacheng}${machine.commit ? ` (${machine.commit})` : ''}`],
  ]
  const rows = facts.map(([name, text]) => `<tr><td>${name}</td><td>${escaped(text)}</td></tr>`)
  return `<h2>To run it again</h2><table class="text">${rows.join('')}</table>`
}
