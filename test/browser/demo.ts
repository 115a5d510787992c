// `huacheng demo` in a process of its own, for tests that open its page.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
/** The page may have to be built first. */
export const START_MS = 90_000

export type Demo = { url: string; stop(): void }

/** Starts a demo on a free port with further options; resolves with the address it prints. */
export function startDemo(...options: string[]): Promise<Demo> {
  const args = ['huacheng.js', 'demo', '--port', '0', ...options]
  const demo: ChildProcess = spawn(process.execPath, args, { cwd: ROOT })
  return new Promise((resolve, reject) => {
    let output = ''
    const read = (data: Buffer) => {
      output += data.toString()
      const found = /http:\/\/[\d.]+:\d+/.exec(output)
      if (found) resolve({ url: `${found[0]}/`, stop })
    }
    demo.stdout?.on('data', read)
    demo.stderr?.on('data', read)
    demo.on('exit', (code) =>
      reject(new Error(`demo: exit ${code}, expected an address: ${output}`)),
    )
    function stop(): void {
      demo.removeAllListeners('exit')
      demo.kill('SIGTERM')
    }
  })
}
