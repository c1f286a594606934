/** Which methods the paths of a router answer, for `Allow`. */
export interface RouteTable {
  add(methods: string | readonly string[], template: string): void
  /** @returns none: there is no such path */
  methodsOf(path: string): readonly string[]
}

export function createRouteTable(): RouteTable {
  const routes: { readonly pattern: RegExp; readonly methods: readonly string[] }[] = []
  return {
    add(methods, template) {
      routes.push({ pattern: patternOf(template), methods: typeof methods === 'string' ? [methods] : methods })
    },
    methodsOf: (path) => [...new Set(routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))].sort(),
  }
}

/** `/keys/:file` as a pattern: a parameter is one segment, or the rest of one. */
function patternOf(template: string): RegExp {
  const texts = template.split(/:\w+/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${texts.join('[^/]+')}$`)
}
