"""Products: one TOML file each, and here the explicit list of them.

A file says how the product shows itself on the wire, its settings and their defaults with the
source of each fact, advice as snippets in its own language, and what its log says when a request
fails. To add a product: write its file, name it below, and run ``python -m tests.products``, which
checks the file and adds it to the store. `store.load` looks one up, `recognise` finds one by its
header, `hints` by its habits.

`PRODUCTS` are slugs in the order in which headers are tried; no two match the same header.
"""

from __future__ import annotations

PRODUCTS: tuple[str, ...] = (
    # clients
    "apache-httpclient-4",
    "apache-httpclient-5",
    "java-httpurlconnection",
    "jdk-httpclient",
    "okhttp",
    "reactor-netty",
    "requests",
    "python-http-client",
    "httpx",
    "undici",
    "axios",
    "dotnet-httpclient",
    "curl",
    "ruby-net-http",
    "faraday",
    "guzzle",
    "reqwest",
    "botocore",
    "aws-sdk-java",
    "grpc-node",
    "redis-py",
    "pymysql",
    "hikaricp-mysql",
    "hikaricp-mariadb",
    "hikaricp-postgresql",
    "mysql-clients",
    "postgresql-clients",
    "node-redis",
    "redis-clients",
    # client and server
    "aiohttp",
    "node-http",
    "go-net-http",
    "nginx",
    "haproxy",
    "envoy",
    "pgbouncer",
    "caddy",
    "traefik",
    "varnish",
    "squid",
    "ingress-nginx",
    "apisix",
    "grpc-go",
    "grpc-java",
    "grpc-python",
    "aws-alb",
    "aws-cloudfront",
    "azure-application-gateway",
    "gcp-alb",
    "cloudflare",
    # servers
    "apache-httpd",
    "tomcat",
    "spring-boot-tomcat",
    "jetty",
    "undertow",
    "gunicorn",
    "uvicorn",
    "hypercorn",
    "waitress",
    "sanic",
    "cheroot",
    "granian",
    "werkzeug",
    "jdk-httpserver",
    "puma",
    "iis",
    "kestrel",
    "lighttpd",
    "mysql",
    "mariadb",
    "postgresql",
    "redis",
    "memcached",
    # between the two
    "aws-nlb",
    "aws-nat-gateway",
    "azure-load-balancer",
    "linux-conntrack",
    "linux-ipvs",
    "aws-network-firewall",
    "f5-big-ip",
    "palo-alto",
    "cisco-asa",
)

GENERIC: tuple[str, ...] = ("generic-client", "generic-server", "generic-network")
"""What stands in for a product that nothing names; see `store.generic`."""
