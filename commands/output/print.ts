// Standard output for commands that print streams: whole lines, in blocks.
import { writeOut } from '../../infra/program/standard-output.ts'

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
    const bytes = Buffer.concat(blocks)
    blocks = []
    size = 0
    writeOut(bytes)
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
