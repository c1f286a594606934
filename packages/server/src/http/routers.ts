import type { FrontDoor } from '../front-doors/front-door.ts'
import { createRouter, type Router, type RouterDeps } from './router.ts'

/** The routers in use, made when the first request of a tenant with their doors comes. */
export interface Routers {
  /** @param names doors of a tenant; those that every tenant has are added, names that no door has are passed over */
  of(names: readonly string[]): Router | Promise<Router>
  close(): Promise<void>
}

/** The doors of a tenant, in the order of the registry, whatever the order of its list. */
export function doorsOf(names: readonly string[], doors: readonly FrontDoor[]): readonly FrontDoor[] {
  return doors.filter((door) => door.isInEveryTenant || names.includes(door.name))
}

export function createRouters(doors: readonly FrontDoor[], deps: RouterDeps): Routers {
  const made = new Map<string, Router>()
  const inMaking = new Map<string, Promise<Router>>()

  async function make(key: string, present: readonly FrontDoor[]): Promise<Router> {
    try {
      const router = await createRouter(present, deps)
      made.set(key, router)
      return router
    } finally {
      inMaking.delete(key)
    }
  }

  return {
    of(names) {
      const present = doorsOf(names, doors)
      const key = present.map((door) => door.name).join(' ')
      const router = made.get(key) ?? inMaking.get(key)
      if (router !== undefined) return router
      const making = make(key, present)
      inMaking.set(key, making)
      return making
    },
    async close() {
      const routers = [...made.values(), ...(await Promise.all(inMaking.values()))]
      await Promise.all(routers.map((router) => router.close()))
    },
  }
}
