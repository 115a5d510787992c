// `huacheng command-log`: what a run on Kafka has accepted of its operators, line by line, for whoever simulates it again.
import type { CliCommand } from './options/options.ts'
import { createPrinter } from './output/print.ts'
import { RECORDED_OPTIONS, withRecordedRun } from './recordings/recorded-run.ts'

export const commandLog: CliCommand = {
  name: 'command-log',
  about: `
Every accepted command of a run's topic \`run\` with the sim time from which it counts, one JSON object per line, in the
order in which they happen; those to the clock among them. \`digest\`, \`kpis\`, \`events\`, \`alerts\` and \`audit --from-file\`
take the file with --commands: the same scenario with the same log gives the run's own bytes, in any number of shards.`,
  options: RECORDED_OPTIONS,
  examples: [
    'npx huacheng command-log --brokers 127.0.0.1:9092 > log.jsonl && npx huacheng digest --scenario rainstorm --scale 0.05 --commands log.jsonl --shards 4',
  ],
  async run(values) {
    const print = createPrinter()
    await withRecordedRun(values, async ({ commands }) => {
      for (const command of commands) print.line(JSON.stringify(command))
    })
    print.end()
  },
}
