// `huacheng catalogue | plan | topics`: what there is, as text and as JSON.

import { collector } from '../infra/problem.ts'
import { printLine } from '../infra/program/standard-output.ts'
import { isoTime } from '../infra/time.ts'
import { DEFAULT_PREFIX, topicNames, topicSpecs } from '../producers/contract/topics.ts'
import { buildCatalogue } from '../seeds/catalogue/catalogue.ts'
import { type CliCommand, type OptionValues, SCENARIO_OPTIONS } from './options/options.ts'
import { createPrinter } from './output/print.ts'
import { dateOf, standingLine, standingsOf } from './plan-standings.ts'
import { loadWorld, openWorld } from './wiring/world.ts'

export const catalogue: CliCommand = {
  name: 'catalogue',
  about: `
The deterministic catalogue: id, domain, name, district, cell, partition, position, attributes and commissioning date of
each asset; --json prints one asset per line. Positions are schematic (示意), names are generated.`,
  options: SCENARIO_OPTIONS,
  examples: ['npx huacheng catalogue', 'npx huacheng catalogue --city testville --json | head'],
  async run(values) {
    const { scenario, city } = loadWorld(values)
    const assets = buildCatalogue(city, scenario.scale)
    const print = createPrinter()
    if (values.json) {
      for (let n = 0; n < assets.size; n++) {
        print.line(
          JSON.stringify({
            id: assets.ids[n],
            number: n,
            domain: assets.domains[assets.domain[n]],
            name: assets.names[n],
            district: city.scopes[assets.district[n]].code,
            cell: assets.cell[n],
            partition: assets.cell[n] % scenario.partitions,
            lon: assets.lon[n],
            lat: assets.lat[n],
            commissionedAt: isoTime(assets.commissionedAt[n]),
            attributes: assets.attributes[n],
          }),
        )
      }
    } else {
      for (const domain of assets.domains) {
        const { from, to } = assets.ranges[domain]
        let reporting = 0
        for (let n = from; n < to; n++) if (assets.commissionedAt[n] <= scenario.start) reporting++
        print.line(
          `${domain.padEnd(18)} ${String(to - from).padStart(8)} assets, ${String(reporting).padStart(8)} commissioned by ${isoTime(scenario.start)}`,
        )
      }
      print.line(`\n${assets.size} assets at scale ${assets.scale}, catalogue ${assets.hash}`)
    }
    print.end()
  },
}

export const plan: CliCommand = {
  name: 'plan',
  about: `
Every target with clause, document, due date, baseline and counting rule (口径), graded official or demo assumption, and
the planned numbers per district that shares are divided by (unscaled). With --at the scenario is simulated, and every
target is held against the last reading of that day: its value, what the plan's line asks for by then, and how it stands. A
figure that is reported (of a year, say) comes out some weeks after its time: a later day says whether it was met.`,
  options: {
    ...SCENARIO_OPTIONS,
    at: {
      type: 'string',
      value: 'date',
      text: 'how the targets stand on that day of the scenario, such as 2022-12-31; may be said again',
      several: true,
    },
  },
  examples: [
    'npx huacheng plan',
    'npx huacheng plan --json',
    'npx huacheng plan --scenario plan-review --at 2022-12-31,2025-12-31,2026-01-29',
  ],
  async run(values) {
    if (values.at !== undefined) {
      printStandings(values)
      return
    }
    const { plan: loaded } = loadWorld(values)
    if (values.json) {
      printLine(JSON.stringify(loaded))
      return
    }
    for (const t of loaded.targets) {
      printLine(
        `${t.id.padEnd(26)} ${String(t.value).padStart(14)} ${t.unit.padEnd(16)} by ${t.due}  ${t.grade.padEnd(16)} ${t.kpi}`,
      )
      printLine(
        `  ${t.name.zh} / ${t.name.en}\n  ${t.document.zh} (${t.documentDate}); 口径: ${t.rule.zh}`,
      )
    }
  },
}

function printStandings(values: OptionValues): void {
  const dates = (values.at as string).split(',')
  const world = openWorld(values, { truth: false })
  const { start, durationMs } = world.scenario
  const [first, last] = [start, start + durationMs - 1].map(dateOf)
  const problems = collector()
  for (const date of dates) {
    const isDate = /^\d{4}-\d{2}-\d{2}$/.test(date) && !Number.isNaN(Date.parse(date))
    if (isDate && date >= first && date <= last) continue
    problems.add('--at', `"${date}"`, `a date from ${first} to ${last}, the days of the scenario`)
  }
  problems.throwIfAny('no standings')
  const standings = standingsOf(world, dates)
  if (values.json) {
    printLine(JSON.stringify(standings))
    return
  }
  for (const date of dates) {
    printLine(date)
    const those = standings.filter((standing) => standing.date === date)
    for (const standing of those) printLine(`  ${standingLine(standing)}`)
  }
}

export const topics: CliCommand = {
  name: 'topics',
  about: 'Every topic that the parts write, as they are created on a log.',
  options: SCENARIO_OPTIONS,
  examples: ['npx huacheng topics', 'npx huacheng topics --partitions 24 --json'],
  async run(values) {
    const { scenario } = loadWorld(values)
    const specs = topicSpecs(topicNames(DEFAULT_PREFIX), scenario.domains, scenario.partitions)
    if (values.json) {
      printLine(
        JSON.stringify(
          specs.map(({ name, partitions, cleanup }) => ({ name, partitions, cleanup })),
        ),
      )
      return
    }
    for (const s of specs) {
      printLine(`${s.name.padEnd(26)} ${String(s.partitions).padStart(4)}  ${s.cleanup}`)
    }
  },
}
