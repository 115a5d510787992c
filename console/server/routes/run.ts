// /api/run, runs, plan, alerts, incidents, ledger, proof, scenarios: what the run is and what happened in it.
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { AppContext } from '../context.ts'
import { type BodyName, body } from '../contract/bodies.ts'
import { httpError } from '../errors.ts'
import { runView } from '../state/run.ts'
import { proofView } from '../views/proof.ts'
import { answers } from './schemas.ts'

const list = (name: BodyName) => Type.Array(body(name))

export function runRoutes(app: FastifyInstance, context: AppContext): void {
  const { options, snapshot, run } = context
  const tags = ['run']

  app.get(
    '/run',
    {
      schema: { tags, summary: 'The present run', response: answers(body('RunView'), [503]) },
    },
    () => runView(run(), options.clock.now(), options),
  )
  app.get(
    '/runs',
    {
      schema: {
        tags,
        summary: 'All runs on this log, newest first',
        response: answers(list('RunSummary')),
      },
    },
    () => snapshot.runs(),
  )
  app.get(
    '/plan',
    {
      schema: {
        tags,
        summary: 'Targets with clause and source',
        response: answers(body('Plan'), [503]),
      },
    },
    () => run().descriptor.plan,
  )
  app.get(
    '/alerts',
    {
      schema: {
        tags,
        summary: 'Alerts of this run, newest first',
        response: answers(list('Alert'), [503]),
      },
    },
    () => run().alerts.newestFirst(),
  )
  app.get(
    '/incidents',
    {
      schema: {
        tags,
        summary: 'What really happened, newest first',
        response: answers(list('Incident'), [503]),
      },
    },
    () => run().incidents.newestFirst(),
  )
  app.get(
    '/ledger',
    {
      schema: {
        tags,
        summary: 'The account of every task',
        response: answers(list('TaskView'), [503]),
      },
    },
    () => run().ledger.all(),
  )
  app.get(
    '/proof',
    {
      schema: {
        tags,
        summary: 'City digest with the commands that recompute it, and finals against truth',
        response: answers(body('ProofView'), [503]),
      },
    },
    () => proofView(run(), options),
  )
  app.get(
    '/scenarios',
    {
      schema: {
        tags,
        summary: 'Names of this city’s scenarios',
        response: answers(Type.Array(Type.String()), [404, 503]),
      },
    },
    async () => {
      if (options.scenariosOf) return options.scenariosOf(run().descriptor.city)
      throw httpError(404, 'not-found', 'scenarios: none here, expected a server with seeds')
    },
  )
}
