// What a browser says about WebGL2, said by stand-ins for it.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { browser, rendererFinding } from '../../../commands/doctor/browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'huacheng-browser-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A program that answers as a browser would; `renderer` of its command line. */
function standIn(name: string, body: string): string {
  const path = join(folder, name)
  writeFileSync(path, `#!${process.execPath}\nconst args = process.argv.slice(2)\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}
const page = (renderer: string) =>
  `console.log('<html><body><p>webgl2:' + ${renderer} + '</p></body></html>')`
const look = (path: string) => browser({ CHROME_PATH: path }).run()

describe.skipIf(process.platform === 'win32')('a browser', () => {
  it('is fine with a graphics card', async () => {
    const path = standIn('card', page(`'ANGLE (NVIDIA, GeForce)'`))
    expect(await look(path)).toEqual({
      state: 'fine',
      found: `${path}, WebGL2 by ANGLE (NVIDIA, GeForce)`,
    })
  })

  it('is asked headless, with a profile of its own and a page that needs no server', async () => {
    const path = standIn(
      'asked',
      `const has = (p) => args.some((a) => a.startsWith(p))
      ${page(`['--headless', '--user-data-dir=', '--dump-dom', 'data:text/html,'].filter(has).length`)}`,
    )
    expect((await look(path)).found).toContain('WebGL2 by 4')
  })

  it('that draws only in software when asked to hears how', async () => {
    const path = standIn(
      'flags',
      page(`(args.includes('--use-angle=swiftshader') ? 'SwiftShader' : '')`),
    )
    expect(await look(path)).toMatchObject({
      state: 'wrong',
      found: `${path} has no WebGL2 here`,
      todo: expect.stringContaining('--enable-unsafe-swiftshader'),
    })
  })

  it('that never draws is wrong', async () => {
    const path = standIn('none', page(`''`))
    expect(await look(path)).toMatchObject({
      state: 'wrong',
      todo: expect.stringContaining('card'),
    })
  })

  it('that says nothing, or fails, was not checked', async () => {
    const silent = await look(standIn('silent', `console.log('<html></html>')`))
    expect(silent).toMatchObject({ state: 'open', found: expect.stringContaining('not checked') })
    const broken = standIn('broken', `console.error('no display'); process.exit(1)`)
    await expect(look(broken)).rejects.toThrow('no display')
  })

  it('that is named and not there is wrong', async () => {
    const finding = await look('/no/such/browser')
    expect(finding).toMatchObject({
      state: 'wrong',
      found: 'no file at CHROME_PATH /no/such/browser',
    })
  })
})

describe('drawing in software', () => {
  it('is not wrong, but said', () => {
    for (const renderer of ['ANGLE (Google, SwiftShader Device)', 'llvmpipe (LLVM 15)']) {
      expect(rendererFinding('/b', renderer)).toMatchObject({
        state: 'open',
        todo: expect.any(String),
      })
    }
    expect(rendererFinding('/b', 'Apple M2').state).toBe('fine')
  })
})
