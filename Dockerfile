# One image for every program: docker build -t huacheng . && docker run --rm huacheng kpis --for PT10M
# docker-compose.yml runs it as producers, processors and console. Plain instructions only: any builder takes them.
ARG NODE_IMAGE=node:24-bookworm-slim

# Packages first: they change least, and everything below starts from them.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM packages AS page
COPY tsconfig.json ./
COPY console/messages.ts console/packed-messages.ts console/
COPY console/web console/web
RUN npm run build

# What only the page's build needs leaves with its own dependencies, and so does npm's Node: the image has one.
FROM packages AS server
RUN npm uninstall --ignore-scripts --omit=dev --omit=optional vite maplibre-gl uplot preact @preact/signals

FROM ${NODE_IMAGE} AS city
WORKDIR /app
COPY . .
# Readable for everybody, however the checkout's umask was.
RUN rm -rf console/web package-lock.json .npmrc && chmod -R a+rX .
COPY --from=page /app/console/web/dist console/web/dist

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Huacheng" \
      org.opencontainers.image.description="City-operations event-stream simulator whose every number can be proved" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=server /app/node_modules node_modules
COPY --from=city /app ./
USER node
EXPOSE 8080
# /health of the status port, or of the page where there is none: 200 = ready, else the reasons.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const { STATUS_PORT, PORT } = process.env; fetch(`http://127.0.0.1:${STATUS_PORT || PORT || 8080}/health`).then(async (r) => { console.log(await r.text()); process.exitCode = r.ok ? 0 : 1 }, (e) => { console.log(String(e.cause ?? e)); process.exitCode = 1 })"]
ENTRYPOINT ["node", "huacheng.js"]
CMD ["--help"]
