// Standard output for commands that print streams: whole lines, in blocks, stopping quietly when the reader leaves.
import { writeSync } from 'node:fs'

const BLOCK = 256 * 1024

export interface Printer {
  line(text: string): void
  /** Bytes of one line without its line end. */
  bytes(line: Buffer): void
  end(): void
}

export function createPrinter(): Printer {
  let blocks: Buffer[] = []
  let size = 0

  function flush(): void {
    let rest = Buffer.concat(blocks)
    blocks = []
    size = 0
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(1, rest))
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code
        if (code === 'EPIPE') process.exit() // the reader (`head`, say) has seen enough
        if (code !== 'EAGAIN') throw error
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1) // a full pipe: let the reader read
      }
    }
  }

  function add(bytes: Buffer): void {
    blocks.push(bytes)
    size += bytes.length
    if (size >= BLOCK) flush()
  }

  return {
    line: (text) => add(Buffer.from(`${text}\n`)),
    bytes: (line) => add(Buffer.concat([line, Buffer.from('\n')])),
    end: flush,
  }
}
