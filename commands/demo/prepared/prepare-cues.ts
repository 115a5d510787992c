// `huacheng demo --prepare`: has the cues of a scenario made ready before the audience comes, and says what that took.
import { realClock } from '../../../infra/clock.ts'
import { createLogger } from '../../../infra/logger.ts'
import { Problem, problemText } from '../../../infra/problem.ts'
import { printLine } from '../../../infra/program/standard-output.ts'
import { isoTime } from '../../../infra/time.ts'
import { topicNames } from '../../../producers/contract/topics.ts'
import type { OptionValues } from '../../options/options.ts'
import { openWorld } from '../../wiring/world.ts'
import { cuesFolder, preparedCues } from '../demo-start.ts'

export async function prepareCues(values: OptionValues): Promise<void> {
  const logger = createLogger({ level: 'fatal' }) // what goes wrong is thrown
  const root = cuesFolder(values)
  const world = openWorld(values, { truth: values['no-truth'] !== true })
  const cues = preparedCues(values, {}, { world, logger, topics: topicNames(), root })
  if (!cues) {
    const got = `no cue ahead in ${world.scenario.name}, or --no-kept-cues`
    throw new Problem(problemText('--prepare', got, 'a scenario with cues'))
  }
  const since = realClock.now()
  let isStopped = false
  const stop = () => {
    isStopped = true
    void cues.stop()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  cues.begin(false, ({ at, bytes, cpuMs, mostBytes }) => {
    const took = `${seconds(realClock.now() - since)} s, CPU ${seconds(cpuMs)} s`
    printLine(`${isoTime(at)}  ${megabytes(bytes)} MB after ${took}, ${megabytes(mostBytes)} MB`)
  })
  await cues.made()
  process.removeListener('SIGINT', stop)
  process.removeListener('SIGTERM', stop)
  if (isStopped) throw new Problem('--prepare: stopped before all cues were prepared')
  printLine(`all cues are ready in ${cues.folder}`)
}

const seconds = (ms: number) => (ms / 1000).toFixed(1)
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)
