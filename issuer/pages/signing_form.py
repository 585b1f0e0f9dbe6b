"""Gives a form the question for the device's passkey; the act itself is confirmed by the route that the form posts to.

Template: macro `signing_form` of ``_signing.html``. Service: `issuer.services.signing_act.confirm`, with the field
`assertion` and the digest that the route computes anew.
"""

import re
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response

from issuer.domain.errors import ForbiddenError
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.forms import Form, posted
from issuer.pages.frame import Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import signing_act
from issuer.services.outside import Outside

OPTIONS_PATH = "/passkey/act"
JSON = "application/json"
_ACT = re.compile(r"[a-z_.]{1,40}(:[A-Za-z0-9_.-]{1,36})?")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def router(outside: Outside, _frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/passkey/act``, which a form asks for the options of its act."""
    routes = APIRouter(include_in_schema=False)
    account = Depends(Access(outside, cookie)(Permission.OWN_ACCOUNT))

    @routes.post(OPTIONS_PATH)
    def options(form: Annotated[Form, Depends(posted)], who: StaffMember = account) -> Response:
        """Ask for an act of one's own; what may be done with the answer is decided where it is posted."""
        act, digest = form.raw("act"), form.raw("digest")
        if not _ACT.fullmatch(act) or not _DIGEST.fullmatch(digest):
            return JSONResponse({"code": "act.unknown"}, status_code=422)
        try:
            asked = signing_act.begin(outside, who, act, bytes.fromhex(digest))
        except ForbiddenError as refused:
            return JSONResponse({"code": refused.code}, status_code=403)
        return Response(asked, media_type=JSON)

    return routes
