// A small recording of a storm, made here and now, and the page's server over it.
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

export async function shownReplay(minutes: number, scale = '0.02') {
  const scratch = mkdtempSync(join(tmpdir(), 'huacheng-shown-replay-'))
  const folder = join(scratch, 'run')
  const values = { scenario: 'rainstorm', for: `PT${minutes}M`, scale, partitions: '2' }
  await recordSmallRun(folder, 'gz', values, realClock, async (log) => {
    const place = { district: '440106' }
    await order(log, topicNames(), 'incident.start', { kind: 'power-loss', place, for: 'PT5M' })
  })
  const recording = await Recording.open(folder)
  const logger = createLogger({ level: 'error' })
  const worlds = worldsOfDescriptors()
  const options = { clock: realClock, logger, ...worlds }
  const replay = await Replay.open(recording, options, { speed: 1, isPaused: true })
  const shown = await showReplay({ replay, page: checkedPage({ port: '0' }, {}), worlds, logger })
  return {
    ...{ recording, replay, url: shown.url },
    async close() {
      await shown.close()
      await replay.close()
      await recording.close()
      rmSync(scratch, { recursive: true })
    },
  }
}
