// What the server has under which path: for 404 and 405, and for parameters that a route does not know.
import { existsSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import { problemText } from '../../../infra/problem.ts'
import { httpError } from '../errors.ts'

const SHOWN = 200
const READ = ['GET', 'HEAD']

type Known = { path: string; pattern: RegExp; methods: string[] }
type QuerySchema = { properties?: Record<string, unknown> }

/** Call it before the first route is added. */
export function collectRoutes(app: FastifyInstance, webRoot: string) {
  const routes = new Map<string, Known>()
  app.addHook('onRoute', ({ method, url }: RouteOptions) => {
    if (url.endsWith('*')) return // the page's files, and what is nowhere
    const steps = url.split('/').map((step) => (step.startsWith(':') ? '[^/]+' : escaped(step)))
    const known = routes.get(url) ?? {
      path: url,
      pattern: RegExp(`^${steps.join('/')}$`),
      methods: [],
    }
    known.methods.push(...[method].flat().map(String))
    routes.set(url, known)
  })

  /** Methods that would be answered; none = there is nothing under this path. */
  function methodsAt(url: string): string[] {
    const path = decoded(url.split('?')[0])
    const known = [...routes.values()].find(({ pattern }) => pattern.test(path))
    return known?.methods ?? (isFile(webRoot, path) ? READ : [])
  }

  return {
    /** Why nothing answers this request: 405 with the methods that would be answered, or 404 with all paths. */
    missing({ method, url }: FastifyRequest): Error {
      const shown = `${method} ${url.slice(0, SHOWN)}`
      const methods = methodsAt(url)
      if (methods.length > 0 && !methods.includes(method)) {
        const allow = [...new Set(methods)].sort().join(', ')
        return httpError(405, 'method', problemText('method', shown, allow), { allow })
      }
      const all = [...routes.values()].map(({ path, methods: at }) => {
        return `${at.filter((m) => m !== 'HEAD').join('/')} ${path}`
      })
      return httpError(404, 'not-found', problemText('path', shown, `one of ${all.join(', ')}`))
    },
    /** A parameter that would be ignored is a mistake that nobody would notice. */
    refuseUnknownQuery({ query, routeOptions }: FastifyRequest): void {
      if (routeOptions.url?.endsWith('*')) return
      const schema = routeOptions.schema?.querystring as QuerySchema | undefined
      const known = Object.keys(schema?.properties ?? {})
      const unknown = Object.keys(query as object).filter((name) => !known.includes(name))
      if (unknown.length === 0) return
      const got = unknown.slice(0, 20).map((name) => JSON.stringify(name.slice(0, SHOWN)))
      const expected = known.length > 0 ? `only ${known.join(', ')}` : 'none here'
      throw httpError(400, 'bad-request', problemText('parameter', got.join(', '), expected))
    },
  }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // no text at all: then it is no path of ours either
  }
}

function isFile(root: string, path: string): boolean {
  if (path.includes('\0')) return false
  const file = normalize(join(root, path))
  return file.startsWith(root + sep) && existsSync(file)
}
