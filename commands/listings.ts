// `huacheng catalogue | plan | topics`: what there is, as text and as JSON.
import { printLine } from '../infra/program/standard-output.ts'
import { isoTime } from '../infra/time.ts'
import { DEFAULT_PREFIX, topicNames, topicSpecs } from '../producers/contract/topics.ts'
import { buildCatalogue } from '../seeds/catalogue/catalogue.ts'
import { type CliCommand, SCENARIO_OPTIONS } from './options/options.ts'
import { createPrinter } from './output/print.ts'
import { loadWorld } from './wiring/world.ts'

export const catalogue: CliCommand = {
  name: 'catalogue',
  summary: 'print every asset of the city',
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
  summary: 'print the plan targets with their sources',
  about: `
Every target with clause, document, due date, baseline and counting rule (口径), graded official or demo assumption, and
the planned numbers per district that shares are divided by (unscaled).`,
  options: SCENARIO_OPTIONS,
  examples: ['npx huacheng plan', 'npx huacheng plan --json'],
  async run(values) {
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

export const topics: CliCommand = {
  name: 'topics',
  summary: 'list the topics with partitions and clean-up',
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
