// `huacheng twin`: the city on Kafka once more, as it would be if nobody had acted.
import { realClock } from '../../infra/clock.ts'
import { allOf, Problem, problemText } from '../../infra/problem.ts'
import { EXIT_DIFFERS, EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { isoTime } from '../../infra/time.ts'
import { USUAL } from '../../processor/contract/types.ts'
import { COMMAND_ID } from '../../producers/contract/keys.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { domains } from '../../producers/domains.ts'
import { startTwin } from '../../twin/twin.ts'
import type { TwinAudit } from '../../twin/twin-city.ts'
import { scenarioOf } from '../audit/lane-simulation.ts'
import type { CliCommand, OptionValues } from '../options/options.ts'
import { KAFKA_OPTIONS, worldsOfDescriptors } from '../wiring/on-kafka.ts'
import { checkProgram, PROGRAM_OPTIONS, runProgram, topicsExist } from '../wiring/program.ts'
import { watchTwin } from './twin-metrics.ts'

export const twinCommand: CliCommand = {
  name: 'twin',
  about: `
Simulates the newest run again from its start, from the same seed, without incidents and commands, or without one of either;
computes the readings with the same tasks and merge, in this process, and writes them to the topic \`kpi-twin\`. It catches up
at full speed and then goes beside the city, never past its horizon. Without all of them it also judges the thresholds against
usual, on the city's finals in the topic \`kpi\`, and writes those alerts to \`alert\`. A twin keeps nothing: started anew
it computes the same bytes again. It holds its finals against the truth of its own events and says how many differ. Ends with
0 when the run is over and every reading is acknowledged, with 99 when one differs; with --stay it waits for the next run.`,
  options: {
    ...KAFKA_OPTIONS,
    without: {
      type: 'string',
      value: 'id',
      text: 'leave out this command or incident alone; default all of both',
    },
    stay: { type: 'boolean', text: 'stay when the run is over, and go on with the next one' },
    ...PROGRAM_OPTIONS,
  },
  examples: [
    'npx huacheng twin --brokers 127.0.0.1:9092',
    'npx huacheng twin --brokers 127.0.0.1:9092 --without 7b1c --status-port 9104',
  ],
  async run(values) {
    const { twin } = allOf('huacheng twin', {
      twin: () => twinOption(values),
      program: () => checkProgram(values),
    })
    await runProgram('twin', values, async (program) => {
      const { log, kafka, logger, metrics, ignored, own, waitFor } = program
      const { topics } = kafka
      if (!(await topicsExist(program, [topics.run, topics.kpi, topics.kpiTwin, topics.alert])))
        return null
      const over = Promise.withResolvers<string>()
      over.promise.catch(() => {}) // looked at where nobody stays
      const running = await startTwin({
        ...{ log, clock: realClock, topics, ignored, twin, domains },
        worldOf: worldsToSimulate(),
        waits: twin !== USUAL,
        onBegin: ({ descriptor }) => logger.info(`run ${descriptor.run}: its twin ${twin} begins`),
        onOver({ descriptor }, outcome) {
          if (outcome === null) return over.reject(notGiven(descriptor, twin))
          const text = `run ${descriptor.run}: its twin ${twin} is over at ${isoTime(outcome.reached)}, ${auditText(outcome)}`
          logger.info(text)
          if (isClean(outcome)) over.resolve(`run ${descriptor.run} is over`)
          else over.reject(new Problem(text, EXIT_DIFFERS))
        },
      })
      watchTwin(metrics, running)
      own(running)
      waitFor(null)
      const reasons = () =>
        running.view() ? [] : [`no run yet that differs from its twin ${twin}`]
      return values.stay ? { reasons } : { reasons, over: over.promise }
    })
  },
}

function twinOption(values: OptionValues): string {
  const id = values.without as string | undefined
  if (id === undefined) return USUAL
  const expected = 'the id of a command: letters, digits, ".", "_" or "-", at most 64'
  if (!RegExp(`^${COMMAND_ID}$`).test(id)) {
    throw new Problem(problemText('--without', `"${id}"`, expected))
  }
  if (id !== USUAL) return id
  const other = `another id: a twin of that name is the one without all commands`
  throw new Problem(problemText('--without', `"${id}"`, other))
}

const isClean = ({ differing, unexplained }: TwinAudit) => differing === 0 && unexplained === 0

const auditText = ({ finals, differing, unexplained }: TwinAudit) =>
  `${finals} finals, ${differing} of them other than the truth, unexplained ${unexplained}`

function notGiven({ run }: Descriptor, twin: string): Problem {
  const got = `no command or incident "${twin}", and the run is over`
  const todo = 'the topic `run` lists the commands that were accepted'
  return new Problem(problemText(`run ${run}`, got, 'the id of one', todo), EXIT_FAILED)
}

/** City, catalogue and scenario of a run on the log; a Problem where they are not the run's here. */
function worldsToSimulate() {
  const worlds = worldsOfDescriptors()
  return (descriptor: Descriptor) => {
    const scenario = scenarioOf(descriptor)
    if (typeof scenario === 'string') {
      const expected = 'the seeds and scenario that began the run'
      throw new Problem(problemText(`run ${descriptor.run}`, scenario, expected), EXIT_FAILED)
    }
    const city = worlds.cityOf(descriptor)
    return { city, catalogue: worlds.catalogueOf(descriptor), scenario }
  }
}
