/** What a route declares beside its schemas, in `config`. Hooks of `http/` obey it, so that a handler cannot forget it. */
declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route states itself how long its answers may be kept. Without it they are `no-store`. */
    readonly writesCacheControl?: boolean
    /** The only kind of body that the route reads; without it JSON and forms. */
    readonly bodies?: 'json' | 'form'
    /** The door that the route belongs to. Set by `http/`. */
    readonly door?: string
  }
}

export {}
