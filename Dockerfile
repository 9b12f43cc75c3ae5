# syntax=docker/dockerfile:1
# One environment for laptop and CI, so that both take the same pictures. Build once, push it, and name it by its digest everywhere:
#   docker build --build-arg CODELOOP=0.1.0 -t registry.example/codeloop:0.1.0 .
#   docker run --rm -v "$PWD:/project" registry.example/codeloop@sha256:... verify
FROM node:22.23.3-bookworm-slim

ARG CODELOOP=0.1.0
ENV PLAYWRIGHT_BROWSERS_PATH=/opt/browsers \
    XDG_STATE_HOME=/tmp/codeloop-state \
    NODE_ENV=production

# git: which code a run judged, and bars of earlier commits. ffmpeg: recordings. The rest is what the browser needs, by its own list.
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg git \
    && npm install --global "codeloop@${CODELOOP}" \
    && node "$(npm root -g)/codeloop/node_modules/playwright/cli.js" install --with-deps chromium \
    && npm cache clean --force \
    && rm -rf /var/lib/apt/lists/* \
    # The project comes from outside and belongs to someone else; git asks for a word about that.
    && git config --system --add safe.directory /project

# Nobody needs root to look at a page. Run with --user "$(id -u):$(id -g)" where the project is not of uid 1000.
USER node
WORKDIR /project
ENTRYPOINT ["codeloop"]
CMD ["verify", "--ci"]
