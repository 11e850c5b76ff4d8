# One image for every process: `serve` (the default), `work`, `migrate` and the rest of `dauda --help`.
FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
# The requirements first: they change seldom, and their layer is kept until they do.
COPY requirements.lock ./
RUN python -m venv /opt/dauda && /opt/dauda/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md dauda.py ./
COPY core core
COPY bot bot
COPY workers workers
COPY webhooks webhooks
COPY commands commands
COPY migrations migrations
RUN /opt/dauda/bin/pip install --no-deps .

FROM python:3.13-slim-bookworm
# tini passes signals on and reaps what a worker leaves behind.
RUN apt-get update \
    && apt-get install -y --no-install-recommends "tini=0.19.0-*" \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 dauda \
    && useradd --uid 10001 --gid 10001 --home-dir /var/lib/dauda --create-home --shell /usr/sbin/nologin dauda
COPY --from=build /opt/dauda /opt/dauda
ENV PATH=/opt/dauda/bin:$PATH PYTHONUNBUFFERED=1 DAUDA_VAR_DIR=/var/lib/dauda
USER 10001:10001
WORKDIR /var/lib/dauda
VOLUME /var/lib/dauda
EXPOSE 8000
# It answers for `serve`; compose.yaml switches it off where no web runs.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as web; web.urlopen('http://127.0.0.1:8000/health/live', timeout=3)"]
ENTRYPOINT ["tini", "--", "dauda"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
