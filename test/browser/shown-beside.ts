// Two small recordings of the same seed, one of them with a power loss in it, and the page's server over both by one clock.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkedPage } from '../../commands/options/page-options.ts'
import { showReplay } from '../../commands/replay/page/replay-console.ts'
import { worldsOfDescriptors } from '../../commands/wiring/on-kafka.ts'
import { realClock } from '../../infra/clock.ts'
import { createLogger } from '../../infra/logger.ts'
import { topicNames } from '../../producers/contract/topics.ts'
import { Replay } from '../../replay/player/replay.ts'
import { Recording } from '../../replay/recording/recording.ts'
import { order } from '../replay/player/readings-of.ts'
import { recordSmallRun } from '../replay/small-recording.ts'

/** Where the power fails. */
export const STRUCK = '440106'

export async function shownBeside(minutes: number) {
  const scratch = mkdtempSync(join(tmpdir(), 'huacheng-shown-beside-'))
  const [struckAt, calmAt] = ['power-loss', 'calm'].map((name) => join(scratch, name))
  const values = { scenario: 'rainstorm', for: `PT${minutes}M`, scale: '0.05', partitions: '2' }
  await recordSmallRun(calmAt, 'gz', values, realClock)
  await recordSmallRun(struckAt, 'gz', values, realClock, async (log) => {
    const place = { district: STRUCK }
    await order(log, topicNames(), 'clock.pause')
    await order(log, topicNames(), 'incident.start', { kind: 'power-loss', place, for: 'PT5M' })
    await order(log, topicNames(), 'clock.resume')
  })
  const [struck, calm] = await Promise.all([struckAt, calmAt].map((at) => Recording.open(at)))
  const logger = createLogger({ level: 'error' })
  const worlds = worldsOfDescriptors()
  const options = { clock: realClock, logger, ...worlds }
  const replay = await Replay.open(struck, options, { speed: 1, isPaused: true, beside: calm })
  const shown = await showReplay({ replay, page: checkedPage({ port: '0' }, {}), worlds, logger })
  return {
    ...{ struck, calm, replay, url: shown.url },
    async close() {
      await shown.close()
      await replay.close()
      await Promise.all([struck, calm].map((recording) => recording.close()))
      rmSync(scratch, { recursive: true })
    },
  }
}
