// Standard output, with its errors heard: `console.log` loses them, and a full disk would look like success.
import { writeSync } from 'node:fs'
import { fileProblem } from './system-error.ts'

const STDOUT = 1

/** Writes all of it. Ends the process quietly when nobody reads any more; a full disk is a Problem. */
export function writeOut(bytes: Buffer): void {
  let rest = bytes
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest))
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      // The reader (`head`, say) has seen enough: with the exit code that was found so far.
      if (code === 'EPIPE') process.exit()
      if (code !== 'EAGAIN') throw fileProblem(error, 'standard output')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1) // a full pipe: let the reader read
    }
  }
}

/** One line, or several with line ends between them. */
export function printLine(text: string): void {
  writeOut(Buffer.from(`${text}\n`))
}
