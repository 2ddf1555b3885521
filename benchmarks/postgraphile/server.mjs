// PostGraphile as a library, as its documentation has it for production: one process, a pool that stays, prepared
// statements, no GraphiQL, no watching, no pub/sub. Settings are the product's environment variables.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createLocalJWKSet, jwtVerify } from "jose";
import pg from "pg";
import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { sqlValueWithCodec, TYPES } from "postgraphile/@dataplan/pg";
import { context } from "postgraphile/grafast";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { addPgTableCondition, extendSchema, gql } from "postgraphile/utils";

const { DATABASE_URL, JWKS_FILE, POOL_SIZE, PORT, PROGRAM, TOKEN_AUDIENCE, TOKEN_ISSUER } = process.env;

// A token is verified once and then remembered, as many as the product remembers.
const keys = createLocalJWKSet(JSON.parse(readFileSync(JWKS_FILE, "utf8")));
const known = new Map();
const MOST = 10_000;

async function verified(token) {
  const expected = { issuer: TOKEN_ISSUER, audience: TOKEN_AUDIENCE, algorithms: ["Ed25519", "EdDSA"] };
  const { payload } = await jwtVerify(token, keys, expected);
  known.set(token, payload);
  if (known.size > MOST) known.delete(known.keys().next().value);
  return payload;
}

function claimsOf(token) {
  const claims = known.get(token);
  return claims !== undefined && claims.exp > Date.now() / 1000 ? claims : verified(token);
}

const url = new URL(DATABASE_URL.replace("@/", "@localhost/"));
const size = Number(POOL_SIZE);
const pool = new pg.Pool({
  host: url.searchParams.get("host") ?? url.hostname,
  port: Number(url.port || 5432),
  user: decodeURIComponent(url.username),
  password: decodeURIComponent(url.password),
  database: url.pathname.slice(1),
  max: size,
  idleTimeoutMillis: 0,
  options: "-c jit=off -c plan_cache_mode=force_generic_plan -c random_page_cost=1.1", // as the product's connections
});
pool.on("error", (error) => console.error(error));

// Who asks is who the token names: not an argument. By the plan's context rather than by pgSettings, which would put each
// request in a transaction of its own: BEGIN, set_config, COMMIT.
const Me = extendSchema((build) => {
  const { memberships } = build.pgResources;
  return {
    typeDefs: gql`
      extend type Query {
        me: Member
      }
    `,
    objects: {
      Query: {
        plans: {
          me() {
            return memberships.get({ digest: context().get("membership") }).singleRelation("member");
          },
        },
      },
    },
  };
});

function membershipOf(subject) {
  const parts = ["membership", PROGRAM, TOKEN_ISSUER, subject].map((part) => `${part.length}:${part}`);
  return createHash("sha256").update(parts.join("")).digest();
}

// A place in the list of members, `instant,id`: PostGraphile's own cursors ask for it in a way that finds no index.
const AfterPlace = addPgTableCondition({ schemaName: "beside", tableName: "members" }, "after", (build) => ({
  type: build.graphql.GraphQLString,
  apply(condition, place) {
    const { sql } = build;
    const [joinedAt, id] = place.split(",");
    const { alias } = condition;
    const { timestamptz, uuid } = TYPES;
    const [at, own] = [sqlValueWithCodec(joinedAt, timestamptz), sqlValueWithCodec(id, uuid)];
    condition.where(sql`(${alias}.joined_at, ${alias}.id) < (${at}, ${own})`);
  },
}));

const pgl = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [Me, AfterPlace],
  disablePlugins: ["PgIndexBehaviorsPlugin"], // views have no indexes of their own; those beneath are the product's
  pgServices: [makePgService({ pool, schemas: ["beside"], pubsub: false })],
  schema: { defaultBehavior: "-insert -update -delete +connection +list" },
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: {
    explain: false,
    async context(requestContext) {
      const { sub } = await claimsOf(requestContext.node.req.headers.authorization.slice(7));
      return { membership: membershipOf(sub) };
    },
  },
});

const server = createServer((request, response) => {
  if (request.url === "/readyz") {
    response.writeHead(200).end();
    return;
  }
  handler(request, response);
});
const serv = pgl.createServ(grafserv);
await serv.ready();
const handler = serv.createHandler();
for (const client of await Promise.all(Array.from({ length: size }, () => pool.connect()))) client.release();
server.listen(Number(PORT), "127.0.0.1");
