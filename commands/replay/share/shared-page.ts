// The page's own files, a tape and what stands in for the server, as one HTML file.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Tape } from './tape.ts'

const zip = promisify(gzip)
/** What the browser would ask the server for. */
const ASKED_FOR =
  /\s*<(?:link rel="(?:icon|stylesheet|preload|modulepreload)"[^>]*>|script [^>]*><\/script>)/g

/** `webRoot` = folder of the built page. */
export async function sharedPage(webRoot: string, tape: Tape): Promise<string> {
  const names = await readdir(join(webRoot, 'assets'))
  const textsOf = async (type: RegExp): Promise<[string, string][]> =>
    Promise.all(
      names
        .filter((name) => type.test(name))
        .sort()
        .map(async (name) => [name, await readFile(join(webRoot, 'assets', name), 'utf8')]),
    )
  const styles = (await textsOf(/\.css$/)).map(([, text]) => text).join('\n')
  const files = Object.fromEntries(await textsOf(/\.(?:js|json)$/))
  const [standIn, player] = await Promise.all(
    ['stand-in.js', 'tape-player.js'].map((name) =>
      readFile(join(import.meta.dirname, name), 'utf8'),
    ),
  )
  const page = await readFile(join(webRoot, 'index.html'), 'utf8')
  const ends = [
    `<script type="text/plain" id="shared-files">${await packed(files)}</script>`,
    `<script type="text/plain" id="shared-tape">${await packed(tape)}</script>`,
    `<script type="module">${oneModule(player, standIn)}</script>`,
  ]
  return page
    .replace(ASKED_FOR, '')
    .replace('</head>', () => `<style>${styles}</style>\n</head>`)
    .replace('</body>', () => `${ends.join('\n')}\n</body>`)
}

/** A page from a disk may import nothing: what the second takes from the first stands before it. */
const oneModule = (first: string, second: string): string =>
  `${first.replace(/^export /gm, '')}\n${second.replace(/^import .*$/m, '')}`

async function packed(content: object): Promise<string> {
  const bytes = await zip(JSON.stringify(content), { level: constants.Z_BEST_COMPRESSION })
  return bytes.toString('base64')
}
