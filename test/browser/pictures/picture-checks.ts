// What every picture of the page must keep: nothing runs over, is cut, too small, or on top of another; and 模拟数据 is seen.
import type { Page } from 'playwright-core'

/** `error` ends the program with 1; `note` is for people who look: text that gives way with an ellipsis on purpose. */
export type Finding = { kind: string; weight: 'error' | 'note'; what: string }

/** Parts of the page that never lie on one another: of the page, and of what stands over the map. */
const PAGE_PARTS = ['.header', '.verdict-line', '.kpi-row', '.main', '.timeline']
const HEADER_PARTS = ['.header > *']
const OVER_MAP = [
  '.legend',
  '.map-chips > *',
  '.map-credit',
  '.map-note',
  '.callout',
  '.maplibregl-ctrl-bottom-right > *',
  '.maplibregl-ctrl-top-right > *',
  '.view-map .stage',
]
const LEAST_TYPE_PX = 12

export const findingsOf = (page: Page): Promise<Finding[]> =>
  page.evaluate(
    `(${inPage})(${JSON.stringify({ groups: [PAGE_PARTS, HEADER_PARTS, OVER_MAP], least: LEAST_TYPE_PX })})`,
  ) as Promise<Finding[]>

/** Runs in the page, as text: it may use nothing from here. */
const inPage = String.raw`({ groups, least }) => {
  const found = new Map()
  const add = (kind, what, weight = 'error') => found.set(kind + what, { kind, weight, what })
  const nameOf = (e) => {
    const names = [...e.classList].slice(0, 2).map((c) => '.' + c).join('')
    return names || (e.parentElement ? nameOf(e.parentElement) + ' ' + e.localName : e.localName)
  }
  const short = (text) => JSON.stringify(text.trim().replace(/\s+/g, ' ').slice(0, 40))
  const isShown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const modal = document.querySelector('dialog:modal')

  const root = document.documentElement
  if (root.scrollWidth > innerWidth) add('overflow', 'page: ' + root.scrollWidth + ' px wide')

  const badges = [...document.querySelectorAll('.badge')].map((e) => e.getBoundingClientRect())
  const isWithin = (r) => r.width > 0 && r.left >= 0 && r.right <= innerWidth + 1 && r.top >= 0 && r.bottom <= innerHeight
  if (!badges.some(isWithin)) add('badge', 'no badge in view')

  const clipOf = (e) => {
    for (let p = e; p && p !== document.body; p = p.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(p)
      if (/auto|scroll/.test(overflowX + overflowY)) return null
      if (/hidden|clip/.test(overflowX + overflowY)) return p
    }
    return null
  }
  const isMeant = (e, clip) => {
    for (let p = e; p; p = p.parentElement) {
      if (p.title || getComputedStyle(p).textOverflow === 'ellipsis') return true
      if (p === clip) return false
    }
    return false
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement
    if (!node.data.trim() || !isShown(e) || e.closest('.visually-hidden, .skip, script, style, option, title, desc')) continue
    if (modal && !modal.contains(e)) continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const r = range.getBoundingClientRect()
    if (r.width === 0) continue
    const svg = e.closest('svg')
    const grown = svg && e.getScreenCTM ? Math.hypot(e.getScreenCTM().a, e.getScreenCTM().b) : 1
    const size = Number.parseFloat(getComputedStyle(e).fontSize) * grown
    if (size < least - 0.05) add('small', nameOf(e) + ' ' + size.toFixed(1) + ' px ' + short(node.data))
    const clip = clipOf(e)
    if (!clip) {
      // A line of its own may run out of what it stands in, without anybody cutting it.
      const box = e.getBoundingClientRect()
      if (!svg && e.clientWidth > 0 && r.right > box.right + 2) add('runs over', nameOf(e) + ' ' + short(node.data))
      continue
    }
    const c = clip.getBoundingClientRect()
    const isCut = r.right > c.right + 1 || r.left < c.left - 1
    const isLineCut = r.bottom > c.bottom + 3 || r.top < c.top - 3
    if (isCut || isLineCut) add('cut', nameOf(e) + ' ' + short(node.data), isCut && !isLineCut && isMeant(e, clip) ? 'note' : 'error')
  }

  for (const group of groups) {
    const parts = group.flatMap((s) => [...document.querySelectorAll(s)]).filter(isShown)
      .map((e) => ({ e, r: e.getBoundingClientRect() })).filter(({ r }) => r.width > 1 && r.height > 1)
    for (const [i, a] of parts.entries()) {
      for (const b of parts.slice(i + 1)) {
        if (a.e.contains(b.e) || b.e.contains(a.e)) continue
        const x = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left)
        const y = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top)
        if (x > 1 && y > 1) add('overlap', nameOf(a.e) + ' and ' + nameOf(b.e) + ' by ' + Math.round(x) + ' × ' + Math.round(y))
      }
    }
  }
  return [...found.values()]
}`
