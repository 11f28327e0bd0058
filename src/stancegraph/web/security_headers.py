"""The headers that keep a page from harm: what it may load, and where it may be shown."""

from __future__ import annotations

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def headers(**further: str) -> dict[str, str]:
    """The headers of a page; *further* adds sources to a directive of its policy, written with _ for -."""
    policy = dict(_POLICY)
    for name, sources in further.items():
        policy[name.replace("_", "-")] += f" {sources}"
    return {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Vary": "Accept",
    }
