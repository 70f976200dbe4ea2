# One image for every part of the job mail; compose.yaml says which command each container runs.
#   docker build -t job-mail .                           with Chromium, for Wanted's lists and Korean pictures of mails
#   docker build -t job-mail --build-arg CHROMIUM=no .   500 MB smaller; Wanted is read by its sitemap
ARG PYTHON=3.13-slim-bookworm

FROM python:${PYTHON} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt requirements-server.txt /tmp/
# Wheels alone: nothing is compiled, so that no compiler is needed.
RUN python -m venv /opt/jobs \
 && /opt/jobs/bin/pip install --only-binary :all: -r /tmp/requirements-server.txt

FROM python:${PYTHON} AS job-mail
ARG CHROMIUM=yes
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Their versions are Debian's stable ones: a pin would keep security updates out and break when Debian drops it.
# hadolint ignore=DL3008
RUN if [ "$CHROMIUM" = yes ]; then \
        apt-get update \
     && apt-get install --yes --no-install-recommends chromium fonts-noto-cjk \
     && rm -rf /var/lib/apt/lists/*; \
    fi \
 && groupadd --gid 10001 jobs \
 && useradd --uid 10001 --gid jobs --home-dir /app/var --no-create-home --shell /usr/sbin/nologin jobs
COPY --from=packages /opt/jobs /opt/jobs
WORKDIR /app
COPY . .
RUN /opt/jobs/bin/python ops/console_scripts.py /opt/jobs/bin \
 && /opt/jobs/bin/python -m compileall -q . \
 && install --directory --owner jobs --group jobs var var/hits
ENV PATH=/opt/jobs/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CHROMIUM_SANDBOX=off
USER 10001:10001
# Each service of compose.yaml has a check of its own; this one says whether the image is whole.
HEALTHCHECK --interval=5m --timeout=30s CMD ["python", "-m", "ops.health", "settings"]
CMD ["mailer", "--help"]
