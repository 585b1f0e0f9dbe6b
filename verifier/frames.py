"""Camera frames: one small picture comes in, the text of the code on it goes out, and nothing is kept."""

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from verifier.admission import Admission
from verifier.problems import Problem
from verifier.qr_decoding import MAX_FRAME_BYTES, NotAPicture, read_code
from verifier.request_body import read_body


async def read_frame(request: Request, admission: Admission, *, small_first: bool = True) -> Response:
    """Answer `{"text": …}` for the body, a JPEG of at most 100 kB; null when no code is seen.

    Args:
        request: its body has not been read yet.
        admission: bound on frames, apart from that on checks.
        small_first: see `read_code`.
    """
    try:
        async with admission.enter(request):
            picture = await read_body(request, MAX_FRAME_BYTES)
            text = await run_in_threadpool(read_code, picture, most_bytes=MAX_FRAME_BYTES, small_first=small_first)
    except NotAPicture:
        return Problem("input.unreadable").response()
    except Problem as problem:
        return problem.response()
    return Response(orjson.dumps({"text": text}), 200, media_type="application/json")
