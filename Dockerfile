# syntax=docker/dockerfile:1.7-labs
# One file for all services: docker build --build-arg SERVICE=user -t polycloud-user .
ARG NODE_VERSION=22.23.3

# Everything that building needs. Only manifests are copied, so this is made again only when one of them changes.
FROM node:${NODE_VERSION}-bookworm-slim AS dependencies
WORKDIR /app
COPY --parents package.json package-lock.json .npmrc libs/*/package.json services/*/package.json emulators/package.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --no-audit --no-fund

# The compiled service in a folder of its own, with its run-time packages and nothing else.
FROM dependencies AS build
ARG SERVICE
COPY . .
RUN --mount=type=cache,target=/root/.npm npm run build && npm run stage -- "${SERVICE}" /staged

FROM node:${NODE_VERSION}-bookworm-slim AS run
ARG SERVICE
# MAIN is the main file: server, or worker where a service has one. All else is what the service's settings say.
ENV NODE_ENV=production SERVICE_NAME=${SERVICE} MAIN=server HOST=0.0.0.0 PORT=8080 CONFIG_CACHE_DIR=/tmp/settings
COPY --from=build /staged /app
# Has no rights, and nothing in the image is his: the file system may be read-only but for /tmp.
USER node
WORKDIR /app
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# The shell gives way to Node at once, so that Node is process 1 and hears SIGTERM.
CMD ["sh", "-c", "exec node /app/services/${SERVICE_NAME}/dist/${MAIN}.js"]
