# A service for the models in /models: docs/serve.md tells how to build and start it.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --no-audit --no-fund \
  && npm run build \
  && mkdir /packed \
  && npm pack --pack-destination /packed --workspace @starcast/core --workspace starcast

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /packed /packed
RUN npm install --no-audit --no-fund --omit=dev /packed/*.tgz \
  && rm -rf /packed \
  && npm cache clean --force
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/health/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/node_modules/starcast/bin/starcast.js", "serve", "--host", "0.0.0.0", "--port", "8080"]
CMD ["/models", "--keys", "/run/secrets/starcast-keys"]
