/**
 * A front door is one wire protocol: paths, shapes of requests and answers, errors. It knows no rules.
 *
 * It decodes a request, calls ONE use case and encodes the outcome. The tenant is chosen before it is asked (`http/app.ts`), and
 * bodies are parsed, limits of size kept, unknown exceptions and unmatched paths answered by `http/`, in the shapes that the door states
 * here as data. A fifth platform is one new folder and one line in `registry.ts`.
 */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { ApplicationDefaults } from '../domain/application.ts'
import type { DoorName, Tenant } from '../domain/tenant.ts'
import type { UseCases } from '../use-cases/use-cases.ts'
import type { DoorDemo } from './door-demo.ts'
import type { DoorTrial, TrialAnswer, TrialRequest } from './door-trial.ts'
import type { GuideMaterial } from './guide/material.ts'
import type { Operation } from './operation.ts'
import type { OwnedPath } from './owned-paths.ts'
import './route-config.ts'
import type { TransportErrors } from './wire-error.ts'

export interface FrontDoor {
  readonly name: DoorName
  /** What people call the platform. */
  readonly title: string
  /** What it is for, in a sentence or two for who has never seen the platform. Markdown. */
  readonly about: string
  /** Address of the platform's document. */
  readonly documentUrl: string
  /** Whether every tenant has this door, whatever its list says. */
  readonly isInEveryTenant: boolean
  /** Whether its sign-ins name no client, so that they are those of the tenant's one application for this door. */
  readonly signsInWithoutClient: boolean
  /** Whether its callers send a token in `Authorization` without a scheme. */
  readonly readsRawTokens: boolean
  readonly applicationDefaults: ApplicationDefaults
  /** What its own application has instead, where its sign-ins name no client. */
  readonly ownApplication?: Pick<ApplicationDefaults, 'lifetimes'>
  /** Doors without which it cannot do its work: a tenant gets these with it. */
  readonly needs?: readonly DoorName[]
  /** Where an identity provider sends a browser back to. */
  readonly callbackPath?: OwnedPath
  /** The paths that are this door's, with the shape of what goes wrong there outside its routes. */
  readonly owns: readonly OwnedArea[]
  /** undefined: nothing to try out by itself */
  readonly demo: DoorDemo | undefined
  /** How a person tries it out on the front page; undefined: not there. */
  readonly trial: DoorTrial | undefined
  /** What it answers: the routes of `plugin`, described. */
  readonly operations: readonly Operation[]
  readonly plugin: (deps: DoorDeps) => FastifyPluginAsyncTypebox
}

export interface OwnedArea {
  readonly paths: readonly OwnedPath[]
  readonly errors: TransportErrors
}

export interface DoorDeps {
  readonly useCases: UseCases
  /** A tenant's address, without a trailing slash, made from configuration: for links and documents. */
  readonly issuerOf: (tenant: Tenant) => string
  /** All doors of the tenants that this router serves, this one among them. */
  readonly doors: readonly FrontDoor[]
  readonly guide: GuideMaterial
  /** Sends a request to this server as the caller of another one would, from the same address and to the same tenant. */
  readonly sendFor: (request: FastifyRequest, trial: TrialRequest) => Promise<TrialAnswer>
}
