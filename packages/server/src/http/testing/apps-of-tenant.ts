import { afterEach } from 'vitest'
import type { Tenant } from '../../domain/tenant.ts'
import { startApp, type TestApp, type TestAppOptions } from './start-app.ts'

/** Starts apps that serve one tenant; each ends with the test that has started it. */
export function appsOfTenant(tenant: Tenant): (useCases?: TestAppOptions['useCases']) => Promise<TestApp> {
  const apps: TestApp[] = []
  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.stop()))
  })
  return async (useCases = {}) => {
    const app = await startApp({ tenants: [tenant], useCases })
    apps.push(app)
    return app
  }
}
