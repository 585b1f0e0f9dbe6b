# Two images from one file:
#   docker build --target issuer   -t pateva .
#   docker build --target verifier -t pateva-verifier .
# Both install exactly what the locks name, run as a user without rights, and hold no build tools.

FROM python:3.11-slim AS build-issuer
WORKDIR /build
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENCE ./
COPY schemas schemas
COPY keys keys
COPY verifier verifier
COPY issuer issuer
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
    && /venv/bin/python -m pip uninstall --yes setuptools wheel pip

# The verifier alone: no issuer, no database, and not the private half of keys.
FROM python:3.11-slim AS build-verifier
RUN python -m venv /venv
COPY verifier/requirements.lock ./
RUN /venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
    && /venv/bin/python -m pip uninstall --yes setuptools wheel pip
WORKDIR /app
COPY LICENCE ./
COPY schemas schemas
COPY keys keys
COPY verifier verifier
RUN rm -r keys/signing

FROM python:3.11-slim AS base
RUN python -m pip uninstall --yes setuptools wheel pip \
    && groupadd --gid 10001 pateva \
    && useradd --uid 10001 --gid pateva --no-create-home --shell /usr/sbin/nologin pateva
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

FROM base AS verifier
COPY --from=build-verifier /venv /venv
COPY --from=build-verifier /app /app
WORKDIR /app
USER 10001:10001
EXPOSE 8100
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8100/v', timeout=4)"]
CMD ["python", "-m", "verifier", "serve", "--host", "0.0.0.0", "--port", "8100"]

FROM base AS issuer
COPY --from=build-issuer /venv /venv
RUN install --directory --owner=10001 --group=10001 --mode=0700 /data
ENV PATEVA_HOME=/data
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/livez', timeout=4)"]
CMD ["pateva", "serve", "--host", "0.0.0.0", "--port", "8000"]
