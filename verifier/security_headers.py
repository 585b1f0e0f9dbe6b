"""Headers that every answer carries: one ASGI layer, shared by the stand-alone verifier and the issuer."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; "
    "require-trusted-types-for 'script'"
)
NO_DEVICES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
CAMERA_OF_THIS_PAGE = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"

# security.md section 11. A route that sets one of these itself keeps its own value: a status list is public and cached,
# the camera page asks for the camera.
DEFAULT_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": NO_DEVICES,
    "Cache-Control": "no-store",
}
_ENCODED = [(name.lower().encode(), value.encode()) for name, value in DEFAULT_HEADERS.items()]


def with_defaults(given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Return headers of an answer with those of `DEFAULT_HEADERS` that it does not carry."""
    there = {name.lower() for name, _ in given}
    return given + [header for header in _ENCODED if header[0] not in there]


class SecurityHeaders:
    """Adds `DEFAULT_HEADERS` to every answer of `app` that does not carry them yet.

    Args:
        app: the application inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_defaults(list(message.get("headers", ())))
            await send(message)

        await self._app(scope, receive, send_with_headers)
