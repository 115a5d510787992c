// /api/run, runs, plan, incidents, ledger, proof, scenarios: what the run is and what happened in it.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../context.ts'
import { type BodyName, body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import { runView } from '../state/run.ts'
import { proofView } from '../views/proof.ts'
import { twinChoicesOf, twinViews } from '../views/twins.ts'
import { answers } from './schemas.ts'

const list = (name: BodyName) => Type.Array(body(name))

/** A read without parameters: path, what it is, its body, errors of its own, and the answer. */
type RunRead = [path: string, summary: string, of: object, errors: number[], answer: () => unknown]

export function runRoutes(app: FastifyInstance, context: AppContext): void {
  for (const [path, summary, of, errors, answer] of reads(context)) {
    const schema = { tags: ['run'], summary, response: answers(of, errors) }
    app.get(path, { schema }, async () => answer())
  }
}

function reads({ options, snapshot, run }: AppContext): RunRead[] {
  return [
    [
      '/run',
      'The present run',
      body('RunView'),
      [503],
      () => runView(run(), options.clock.now(), options),
    ],
    ['/runs', 'All runs on this log, newest first', list('RunSummary'), [], () => snapshot.runs()],
    ['/plan', 'Targets with clause and source', body('Plan'), [503], () => run().descriptor.plan],
    [
      '/incidents',
      'What really happened, newest first',
      list('Incident'),
      [503],
      () => run().incidents.newestFirst(),
    ],
    [
      '/twin',
      'The city beside its twins: what would be if nobody had acted',
      list('TwinView'),
      [503],
      () => twinViews(run()),
    ],
    [
      '/twin/choices',
      'What a twin could be without',
      body('TwinChoices'),
      [503],
      () => twinChoicesOf(run(), options),
    ],
    ['/ledger', 'The account of every task', list('TaskView'), [503], () => run().ledger.all()],
    [
      '/proof',
      'City digest with the commands that recompute it, and finals against truth',
      body('ProofView'),
      [503],
      () => proofView(run(), options),
    ],
    [
      '/replay',
      'How far the recording that is replayed reaches, and what happens in it',
      body('ReplayTimeline'),
      [404, 503],
      () => {
        if (options.replayTimeline) return options.replayTimeline()
        throw httpError(404, 'not-found', 'replay: none here, expected a server over a recording')
      },
    ],
    [
      '/replay/beside',
      'The recording that goes by the same clock, and where the two differ',
      body('ReplayBeside'),
      [404],
      () => {
        if (options.replayBeside) return options.replayBeside()
        throw httpError(404, 'not-found', 'replay: one recording, expected one with --beside')
      },
    ],
    [
      '/scenarios',
      'Names of this city’s scenarios',
      Type.Array(Type.String()),
      [404, 503],
      () => {
        if (options.scenariosOf) return options.scenariosOf(run().descriptor.city)
        throw httpError(404, 'not-found', 'scenarios: none here, expected a server with seeds')
      },
    ],
  ]
}
