"""What to write into a proxy's file so that a request gets where it belongs: paths, backends, rules of access, fields.

May never enter: when a recipe is due; the causes decide that. A line that begins with four blanks is verbatim.
"""

from __future__ import annotations

from collections.abc import Mapping

from wscheck.causes.recipes import Lines

# How each proxy is told where a path goes.
ROUTES: Mapping[str, Lines] = {
    "nginx": (
        "nginx: no location takes this path to the backend. Align the location with the URL; a proxy_pass with a URI "
        "(or a slash) at its end replaces the prefix:",
        "    location /ws/ { proxy_pass http://127.0.0.1:8080; }     # /ws/chat goes on as /ws/chat",
        "    location /ws/ { proxy_pass http://127.0.0.1:8080/; }    # /ws/chat goes on as /chat",
    ),
    "apache": (
        "Apache httpd: a ProxyPass for this path:",
        '    ProxyPass "/ws" "http://127.0.0.1:8080/ws" upgrade=websocket',
    ),
    "haproxy": ("HAProxy: a use_backend rule for this path:", "    use_backend app if { path_beg /ws }"),
    "caddy": ("Caddy: a route for this path:", "    reverse_proxy /ws* 127.0.0.1:8080"),
    "traefik": (
        "Traefik: a router whose rule takes this path:",
        "    rule: Host(`app.example.com`) && PathPrefix(`/ws`)",
    ),
    "lighttpd": (
        "lighttpd: a proxy.server for this path:",
        '    proxy.server = ( "/ws" => (( "host" => "127.0.0.1", "port" => 8080 )) )',
        '    proxy.header = ( "upgrade" => "enable" )',
    ),
    "envoy": ("Envoy: a route of the virtual host whose prefix takes this path:", "    match: {prefix: /ws}"),
    "api-gateway": (
        "AWS API Gateway: the path of a WebSocket API is its stage, and no more:",
        "    wss://ID.execute-api.REGION.amazonaws.com/prod",
        "An authorizer of $connect that refuses answers 403 too.",
    ),
    "aws-elb": ("AWS ALB: a listener rule with path-pattern for this path.",),
    "ingress-nginx": ("Kubernetes ingress: a path with this prefix under the right host, pathType: Prefix.",),
}

# Where each proxy is told which backend to use.
BACKEND: Mapping[str, Lines] = {
    "nginx": ("    proxy_pass http://127.0.0.1:8080;   # nginx",),
    "ingress-nginx": ("    kubectl get endpoints SERVICE   # none: selector, readiness probe or targetPort are wrong",),
    "apache": ("    # Apache httpd", '    ProxyPass "/chat" "http://127.0.0.1:8080/chat" upgrade=websocket'),
    "haproxy": (
        "    server app 127.0.0.1:8080 check   # HAProxy, in the backend that this path gets:",
        "    use_backend app if { path_beg /chat }   # or default_backend app",
    ),
    "caddy": ("    reverse_proxy 127.0.0.1:8080   # Caddy",),
    "varnish": ('    backend default { .host = "127.0.0.1"; .port = "8080"; }   # Varnish',),
    "lighttpd": ('    proxy.server = ( "/chat" => (( "host" => "127.0.0.1", "port" => 8080 )) )   # lighttpd',),
    "traefik": ("    loadBalancer: {servers: [{url: http://127.0.0.1:8080}]}   # Traefik",),
    "envoy": ("    # Envoy: the endpoints and health checks of the cluster that this route names",),
    "aws-elb": (
        "    aws elbv2 describe-target-health --target-group-arn ARN   # no healthy target: health check or port",
    ),
    "cloudflare": ("    # Cloudflare: the origin's address in DNS or in the tunnel's service, and its firewall",),
    "heroku": ("    heroku logs --tail   # H10: the app crashed; it has to listen on $PORT",),
}

# By what each proxy refuses on its own account.
DENY: Mapping[str, Lines] = {
    "nginx": (
        "nginx: look for deny and allow, a return 403, a map or geo, in the location or above it:",
        "    location /chat { allow all; … }",
    ),
    "apache": (
        "Apache httpd: look for Require and <RequireAll> in <Location>, <Directory>, .htaccess:",
        '    <Location "/chat">',
        "      Require all granted",
        "    </Location>",
    ),
    "haproxy": (
        "HAProxy: look for http-request deny and its conditions, and let this path pass before it:",
        "    http-request allow if { path_beg /chat }",
    ),
    "caddy": (
        "Caddy: look for respond 403, abort and their matchers, and take this path out:",
        "    @blocked not path /chat*",
    ),
    "varnish": (
        "Varnish: look for return (synth(403)) in vcl_recv, and pipe this path before it:",
        "    return (pipe);",
    ),
    "lighttpd": (
        "lighttpd: look for url.access-deny and access.deny-all:",
        '    $HTTP["url"] =~ "^/chat" { url.access-deny = () }',
    ),
    "envoy": ("Envoy: look at the RBAC and ext_authz filters; the access log names the policy.",),
    "cloudfront": (
        "CloudFront: look at its geographic restriction and AWS WAF; the Host has to be one of the distribution's "
        "alternate domain names, and the behaviour of this path has to allow GET over this scheme.",
    ),
    "cloudflare": ("Cloudflare: Security > Events names the rule by the CF-RAY of the reply; skip it for this path.",),
}

# Where each proxy may lose a single field of the handshake.
FIELDS: Mapping[str, Lines] = {
    "nginx": (
        "nginx: look for a line that empties the field, and take it out:",
        '    proxy_set_header Sec-WebSocket-Key "";        # remove lines like this one',
        "    proxy_pass_request_headers on;               # the default: off drops all of them",
    ),
    "apache": (
        "Apache httpd: look for a RequestHeader unset of this field, and remove it:",
        "    RequestHeader unset Sec-WebSocket-Key",
    ),
    "haproxy": (
        "HAProxy: look for http-request del-header of this field:",
        "    http-request del-header Sec-WebSocket-Key   # remove",
    ),
    "caddy": (
        "Caddy: look for header_up with a minus before the field:",
        "    header_up -Sec-WebSocket-Key   # remove",
    ),
    "cloudfront": (
        "CloudFront: the origin request policy of this path has to forward the field: the managed policy AllViewer, or "
        "an allow-list with Sec-WebSocket-Key, Sec-WebSocket-Version, Sec-WebSocket-Protocol and "
        "Sec-WebSocket-Extensions.",
    ),
}
