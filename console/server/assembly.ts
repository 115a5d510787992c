// Puts the server's parts together from its options; nothing listens yet, but the log is read at once.
import { createIgnoredRecords } from '../../infra/event-log/ignored-records.ts'
import { version } from '../../infra/version.ts'
import { createCommands } from './commands/commands.ts'
import { DemoFaults } from './commands/demo.ts'
import { Presentation } from './commands/stage.ts'
import { TakenUp } from './commands/taken-up.ts'
import type { AppContext } from './context.ts'
import { httpError } from './errors.ts'
import { Live } from './live/live.ts'
import { ItemBook } from './lookup/item-book.ts'
import { createLatestEvents } from './lookup/latest-event.ts'
import { Lineage } from './lookup/lineage.ts'
import { createReverseScan } from './lookup/reverse-scan.ts'
import { createConsoleMetrics } from './metrics.ts'
import { type ConsoleOptions, DEFAULT_LIMITS } from './options.ts'
import { trustOf } from './proxy.ts'
import { Security } from './security.ts'
import { startReader } from './state/feed/reader.ts'
import type { SnapshotTopics } from './state/listener.ts'
import { runView, type ShownRun } from './state/run.ts'
import { Snapshot } from './state/snapshot.ts'
import { createEngine } from './views/engine.ts'

/** Throws a Problem when the address is open to others and no token guards it. */
export function assemble(options: ConsoleOptions): AppContext {
  const { log, clock, logger, token, origins, published, kpiTopic } = options
  const topics: SnapshotTopics =
    kpiTopic === undefined || kpiTopic === options.topics.kpi
      ? options.topics
      : { ...options.topics, readings: kpiTopic }
  const security = new Security({ host: hostOf(options), token, origins, published, clock })
  const trust = trustOf(options.trustProxy)
  const basePath = options.basePath ?? ''
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const metrics = createConsoleMetrics(options.metrics)
  const ignored = options.ignored ?? createIgnoredRecords({ clock, logger })
  const snapshot = new Snapshot({ ...options, topics, logger, metrics, ignored })
  const allowed = options.commands ?? true
  const takenUp = new TakenUp({
    ...{ snapshot, clock },
    publish: (acknowledgement) =>
      live.publish({ op: 'event', kind: 'acknowledgement', acknowledgement }),
  })
  const commands = createCommands({
    ...{ log, clock, topic: topics.command, snapshot, metrics, allowed },
    isReplay: options.replay !== undefined,
    accepted: (command) => takenUp.commanded(command),
  })
  const demo = new DemoFaults({
    controls: options.demo ?? {},
    clock,
    run: () => snapshot.current(),
    publish: (happening) => live.publish({ op: 'event', kind: 'demo', happening }),
  })
  const stage = new Presentation({
    ...{ snapshot, commands, clock, kept: options.kept, view: options.stage },
    publish: (view) => live.publish({ op: 'event', kind: 'stage', stage: view }),
  })
  snapshot.listen({ loss: () => demo.look(), final: () => demo.final() })
  const live = new Live({
    ...{
      snapshot,
      commands,
      stage,
      security,
      clock,
      logger,
      metrics,
      limits,
      version,
      trust,
      basePath,
    },
    view: (run: ShownRun) => runView(run, clock.now(), options),
    capabilities: [...demo.capabilities, ...(options.recordings ? (['record'] as const) : [])],
  })
  const reader = startReader({ log, clock, logger, metrics }, topics, snapshot)
  const reverseScan = createReverseScan({ log, clock })
  const engine = createEngine({
    ...{ log, clock, topics, stalls: options.stalls },
    clients: () => live.clientViews(),
    problems: () => reader.problems(),
    ignored: () => ignored.list(),
  })
  return {
    ...{ options, limits, version, snapshot, reader, commands, live, security, metrics },
    ...{ engine, demo, stage, trust, takenUp },
    latestEvents: createLatestEvents({ reverseScan, topics }),
    itemBook: new ItemBook({ log, clock, topics }),
    lineage: new Lineage({ reverseScan, topics }),
    publicUrl({ host, protocol, headers }) {
      // What a trusted proxy forwards counts where it is a name of ours; a client may have written it.
      const name = security.isOwnHost(host) ? host : (headers.host ?? '')
      return `${security.originOf(name) ?? `${protocol}://${name}`}${basePath}`
    },
    run() {
      const run = snapshot.current()
      if (run) return run
      throw httpError(503, 'no-run', snapshot.problem() ?? 'run: none')
    },
  }
}

/** The address to listen on. */
export function hostOf({ host = '127.0.0.1' }: ConsoleOptions): string {
  return host === 'localhost' ? '127.0.0.1' : host
}
