// /api/recordings: what is recorded of the city that is shown, begun and ended by whoever may command it.
import type { FastifyInstance } from 'fastify'
import { Problem, problemText } from '../../../../infra/problem.ts'
import { parseDuration } from '../../../../infra/time.ts'
import type { RecordingRequest, RecordingView } from '../../../messages.ts'
import type { AppContext } from '../../context.ts'
import { body } from '../../contract/bodies.ts'
import { recordingRequest } from '../../contract/recording-bodies.ts'
import { httpError } from '../../errors.ts'
import type { RecordingControls } from '../../options.ts'
import { COSTLY } from '../../request-limits.ts'
import { answers } from '../schemas.ts'

const TAGS = ['recordings']

export function recordingRoutes(app: FastifyInstance, { options }: AppContext): void {
  const { recordings, replay, commands = true } = options

  /** Throws a 409 that says why nothing is recorded here. */
  function controls(): RecordingControls {
    if (recordings) return recordings
    const todo = replay
      ? 'this is a replay, which is a recording already; npx huacheng cut takes a piece of it'
      : 'only the demo writes them by itself; on Kafka, npx huacheng record does'
    throw httpError(409, 'refused', problemText('recordings', 'none here', 'a demo', todo))
  }

  async function done(act: (of: RecordingControls) => Promise<RecordingView>) {
    if (!commands) throw httpError(403, 'switched-off', 'recordings: switched off here')
    try {
      return await act(controls())
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      throw httpError(409, 'refused', error.message)
    }
  }

  app.get(
    '/recordings',
    {
      schema: {
        tags: TAGS,
        summary: 'Recordings of this server, newest last, and how far back its log reaches',
        response: answers(body('RecordingsView'), [409]),
      },
    },
    (_request, reply) => {
      reply.header('cache-control', 'no-store')
      return controls().view()
    },
  )

  app.post<{ Body: RecordingRequest }>(
    '/recordings',
    {
      ...COSTLY,
      schema: {
        tags: TAGS,
        summary: 'Begins a recording: of what comes from now on, or of the last so many minutes',
        description:
          'With `last` it is written at once, out of what the log still holds: of as much as it reaches back. The server says where it lies; nobody who asks can.',
        body: recordingRequest,
        response: answers(body('RecordingView'), [400, 403, 409, 413, 415]),
      },
      // Before what is not known would be left out: whoever names a folder is to hear that nobody can.
      preValidation: async ({ body }) => refuseUnknown(body),
    },
    ({ body: { last } }) => {
      const lastMs = last === undefined ? null : durationOf(last)
      return done((of) => (lastMs === null ? of.start() : of.keepLast(lastMs)))
    },
  )

  app.post(
    '/recordings/stop',
    {
      ...COSTLY,
      schema: {
        tags: TAGS,
        summary: 'Ends the recording that was begun; answers when it is closed',
        response: answers(body('RecordingView'), [403, 409]),
      },
    },
    () => done((of) => of.stop()),
  )
}

function refuseUnknown(asked: unknown): void {
  const unknown = Object.keys(Object(asked)).filter((name) => name !== 'last')
  if (unknown.length === 0) return
  const got = unknown.slice(0, 5).map((name) => JSON.stringify(name.slice(0, 40)))
  const text = problemText('body', got.join(', '), 'nothing but "last"')
  throw httpError(400, 'bad-request', text)
}

function durationOf(text: string): number {
  try {
    return parseDuration(text, 'last')
  } catch (error) {
    throw httpError(400, 'bad-request', (error as Error).message)
  }
}
