# The production image: no embedded database, no development tools, not root.
#   docker build -t member-center .
#   docker run --env-file production.env member-center migrate
#   docker run --env-file production.env -p 8000:8000 member-center
#   docker run --env-file production.env --no-healthcheck member-center worker

FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /packages && /packages/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim
RUN useradd --system --uid 10001 --no-create-home member-center
COPY --from=packages /packages /packages
WORKDIR /member-center
COPY app app
RUN /packages/bin/python -m compileall -q app
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["python", "-c", \
    "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
