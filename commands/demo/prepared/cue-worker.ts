// The program that prepares cues in a process of its own. Started by cue-maker.ts alone.
import { constants as os, setPriority } from 'node:os'
import { Problem } from '../../../infra/problem.ts'
import type { CueTask, FromCueWorker } from './cue-task.ts'
import { makeCues } from './make-cues.ts'

// Whoever started it is gone: nobody needs what it makes.
process.on('disconnect', () => process.exit())
// A terminal's Ctrl-C reaches it as well; its parent says what is to be done.
process.on('SIGINT', () => {})

process.once('message', (message) => {
  const task = message as CueTask
  // The city that is shown goes first.
  if (task.yields) setPriority(os.priority.PRIORITY_LOW)
  makeCues(task, (cue) => process.send?.({ kind: 'ready', ...cue } satisfies FromCueWorker)).then(
    () => leave({ kind: 'over' }, 0),
    (error: unknown) => {
      const problem = error instanceof Problem ? error.message : String((error as Error).message)
      leave({ kind: 'failed', problem }, 1)
    },
  )
})

/** Once the last word is out, and not before. */
function leave(message: FromCueWorker, code: number): void {
  process.send?.(message, undefined, {}, () => process.exit(code))
}
