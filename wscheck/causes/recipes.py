"""What to write into which file, product by product: sentences, and lines of configuration to take over as they are.

May never enter: when a recipe is due; the causes decide that. A line that begins with four blanks is verbatim.
"""

from __future__ import annotations

from collections.abc import Mapping

Lines = tuple[str, ...]


def every(recipes: Mapping[str, Lines]) -> Lines:
    """All of these, with an empty line between one product and the next."""
    return tuple(line for lines in recipes.values() for line in ("", *lines))[1:]


NGINX_UPGRADE: Lines = (
    "nginx: in the location that proxies this path, then reload (nginx -s reload):",
    "    proxy_http_version 1.1;",
    "    proxy_set_header Upgrade $http_upgrade;",
    '    proxy_set_header Connection "upgrade";',
    "    proxy_set_header Host $http_host;",
    "A proxy_set_header in a location switches off all those of the levels above it: put the lines into that location. "
    "Where the same location serves pages as well, use a map for Connection, in the http block:",
    "    map $http_upgrade $connection_upgrade { default upgrade; '' close; }",
    "    proxy_set_header Connection $connection_upgrade;   # in the location",
    'In Nginx Proxy Manager it is the switch "Websockets Support".',
)

# How each proxy is told to pass the upgrade on.
UPGRADE: Mapping[str, Lines] = {
    "nginx": NGINX_UPGRADE,
    "apache": (
        "Apache httpd 2.4.47 or newer: let mod_proxy_http pass the upgrade on (a2enmod proxy proxy_http):",
        '    ProxyPass "/chat" "http://127.0.0.1:8080/chat" upgrade=websocket',
        "Before 2.4.47: a2enmod proxy_wstunnel rewrite, and in the virtual host, before other ProxyPass lines:",
        "    RewriteEngine On",
        "    RewriteCond %{HTTP:Upgrade} websocket [NC]",
        "    RewriteRule ^/(.*)$ ws://127.0.0.1:8080/$1 [P,L]",
        "(path and port are examples; %{HTTP:…} with a percent sign, and ws:// for a plain backend). Then reload.",
    ),
    "haproxy": (
        "HAProxy passes an upgrade on by itself in mode http, so look for what takes it away, and let it speak "
        "HTTP/1.1 to the backend:",
        "    # remove: http-request del-header Upgrade / del-header Connection, option httpclose, option forceclose",
        "    server app 127.0.0.1:8080 ws h1",
        "    timeout tunnel 1h",
    ),
    "caddy": (
        "Caddy's reverse_proxy passes an upgrade on by itself: look for header_up lines that take Upgrade or "
        "Connection "
        "away, and that the path goes to reverse_proxy and not to file_server:",
        "    reverse_proxy /chat* 127.0.0.1:8080",
    ),
    "traefik": (
        "Traefik passes an upgrade on by itself: look for a headers middleware that sets or removes Connection or "
        "Upgrade, and for a router rule that sends this path to another service:",
        "    rule: PathPrefix(`/chat`)",
    ),
    "envoy": (
        "Envoy refuses upgrades that are not enabled: in the HttpConnectionManager, or in the route:",
        "    upgrade_configs:",
        "      - upgrade_type: websocket",
        "On a hop over HTTP/2, use HTTP/1.1 to the upstream, or set allow_connect: true in http2_protocol_options on "
        "both sides.",
    ),
    "varnish": (
        "Varnish: pipe the upgrade, and copy both fields (4.1.7 and newer drop Connection too):",
        "    sub vcl_recv {",
        '      if (req.http.Upgrade ~ "(?i)websocket") { return (pipe); }',
        "    }",
        "    sub vcl_pipe {",
        "      if (req.http.Upgrade) {",
        "        set bereq.http.Upgrade = req.http.Upgrade;",
        "        set bereq.http.Connection = req.http.Connection;",
        "      }",
        "    }",
    ),
    "lighttpd": (
        "lighttpd 1.4.46 or newer: let mod_proxy pass the upgrade on:",
        '    proxy.header = ( "upgrade" => "enable" )',
    ),
    "iis": (
        "IIS: install the role feature WebSocket Protocol, and set webSocket enabled in web.config:",
        "    Install-WindowsFeature Web-WebSockets",
        '    <system.webServer><webSocket enabled="true" /></system.webServer>',
    ),
    "arr": (
        "IIS with ARR: install the feature WebSocket Protocol on the machine of the ARR as well (ARR 3.0 or newer):",
        "    Install-WindowsFeature Web-WebSockets",
    ),
    "aws-elb": (
        "AWS: an HTTP listener of a Classic Load Balancer does not carry Upgrade: use an Application or Network Load "
        "Balancer, or a TCP (SSL) listener. On an ALB the target group's protocol version has to be HTTP1, and a "
        "listener rule has to send this path to it:",
        "    aws elbv2 create-target-group --protocol HTTP --protocol-version HTTP1 …",
    ),
    "cloudfront": (
        "CloudFront: let the origin request policy forward the handshake's fields: the managed policy AllViewer, or an "
        "allow-list with Sec-WebSocket-Key, Sec-WebSocket-Version, Sec-WebSocket-Protocol and "
        "Sec-WebSocket-Extensions; the cache policy of this path is CachingDisabled.",
    ),
    "cloudflare": (
        "Cloudflare: switch Network > WebSockets on for the zone. With a tunnel, the service is http:// (not ws://), "
        "and where Upgrade still gets lost, try another protocol:",
        "    cloudflared tunnel --protocol http2 run NAME",
    ),
    "azure": (
        "Azure Application Gateway carries WebSocket by itself; its health probe needs a path that answers 200. In an "
        "App Service switch Configuration > General settings > Web sockets On:",
        "    az webapp config set --web-sockets-enabled true …",
    ),
    "ingress-nginx": (
        "ingress-nginx passes an upgrade on by itself: look for a configuration-snippet that sets Connection or "
        "Upgrade, "
        "and for a load balancer in front that works in HTTP mode (use TCP). With the NGINX Inc. controller it is:",
        "    metadata: {annotations: {nginx.org/websocket-services: SERVICE}}",
        "Raise the time-outs too:",
        '    nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"',
    ),
    "google": ("Google Cloud: the backend service's protocol is HTTP (HTTP/1.1), not HTTP2; raise its timeout.",),
    "heroku": ("Heroku's router carries WebSocket by itself: look at the application, and at what listens on $PORT.",),
    "node-proxy": (
        "A Node proxy (http-proxy, http-proxy-middleware, Vite, webpack) needs ws: true, and the upgrade event handed "
        "over:",
        "    createProxyMiddleware({ target: 'http://127.0.0.1:8080', ws: true })",
        "    server.on('upgrade', proxy.upgrade)",
    ),
}

# How each proxy is told how long a silent connection may last.
IDLE: Mapping[str, Lines] = {
    "nginx": ("    proxy_read_timeout 1h;   # nginx, 60s by default", "    proxy_send_timeout 1h;"),
    "haproxy": ("    timeout tunnel 1h        # HAProxy; without it timeout client and timeout server hold",),
    "apache": ("    # Apache httpd; or timeout=3600 at the ProxyPass line", "    ProxyTimeout 3600"),
    "traefik": ("    --entryPoints.web.transport.respondingTimeouts.idleTimeout=1h   # Traefik",),
    "envoy": ("    stream_idle_timeout: 0s  # Envoy, in the HttpConnectionManager; and idle_timeout of the route",),
    "varnish": ("    varnishd -p pipe_timeout=3600   # Varnish",),
    "aws": ("    idle_timeout.timeout_seconds = 3600   # AWS ALB, 60 s by default",),
    "gcp": ("    gcloud compute backend-services update NAME --timeout=3600   # Google, 30 s by default",),
    "ingress-nginx": ('    nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"   # ingress-nginx, 60 s by default',),
}


def upgrade_fix(product: str | None) -> Lines:
    """How to let the upgrade through: for the product recognised, or in general and for nginx."""
    if product is not None and product in UPGRADE:
        return UPGRADE[product]
    return (
        "Let every proxy in the path speak HTTP/1.1 to the backend and pass Upgrade and Connection on; both are "
        "hop-by-hop and are dropped otherwise. Which product it is does not show; for the most common one:",
        *NGINX_UPGRADE,
        "For Apache httpd, HAProxy, Varnish, Envoy, AWS, Cloudflare and others: wscheck explain proxy-strips-upgrade",
    )


def idle_fix(product: str | None) -> Lines:
    """How to keep a silent connection: the one product's line, or all of them."""
    if product is not None and product in IDLE:
        return IDLE[product]
    return tuple(line for line in every(IDLE) if line)  # a line each: they need no parting


# How each server's software is told which origins may come in.
ORIGIN: Mapping[str, Lines] = {
    "daphne": (
        "Django Channels: AllowedHostsOriginValidator compares the Origin with ALLOWED_HOSTS of the settings, and "
        "refuses a missing one too:",
        '    ALLOWED_HOSTS = ["app.example.com"]   # the host of the page, not of the socket',
    ),
    "tornado": (
        "Tornado (Jupyter): the Origin's host has to be the Host that Tornado sees: let the proxy pass it on, or:",
        "    def check_origin(self, origin): return origin == 'https://app.example.com'",
        "    c.ServerApp.allow_origin = 'https://app.example.com'   # Jupyter",
    ),
    "websockets": ("websockets (Python):", '    serve(handler, host, port, origins=["https://app.example.com"])'),
    "cowboy": (
        "Phoenix: the URL of the endpoint, or the list of check_origin, with the scheme:",
        '    check_origin: ["https://app.example.com"]',
    ),
    "rack": (
        "Rails Action Cable (which answers 404 for a foreign Origin), with scheme and port:",
        "    config.action_cable.allowed_request_origins = ['https://app.example.com']",
    ),
    "spring": ("Spring:", '    registry.addHandler(handler, "/ws").setAllowedOrigins("https://app.example.com");'),
    "kestrel": (
        "ASP.NET Core:",
        '    app.UseWebSockets(new WebSocketOptions { AllowedOrigins = { "https://app.example.com" } });',
    ),
    "socketio": (
        "Socket.IO, and python-socketio:",
        "    new Server(httpServer, { cors: { origin: 'https://app.example.com' } })",
        "    socketio.AsyncServer(…, cors_allowed_origins=['https://app.example.com'])",
    ),
    "gorilla": (
        "gorilla/websocket: without CheckOrigin the Origin's host has to be the Host that it sees:",
        "    upgrader.CheckOrigin = func(r *http.Request) bool {",
        '      return r.Header.Get("Origin") == "https://app.example.com"',
        "    }",
    ),
    "proxy": (
        "Where the check compares Origin with Host, let the proxy pass the Host of the browser on (nginx):",
        "    proxy_set_header Host $http_host;",
    ),
}
