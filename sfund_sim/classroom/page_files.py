"""The pages of a class as they are sent: read once, the same for everybody for as long as the class lasts."""

from __future__ import annotations

from importlib import resources

from starlette.responses import Response

from sfund_sim.classroom.dealing import Stakes
from sfund_sim.classroom.words import stakes_in_words, words_script
from sfund_sim.ground.errors import Language

_FILES = ("phone.html", "projector.html", "common.js", "phone.js", "projector.js", "chart.js", "style.css")


def fixed_pages(stakes: Stakes, language: Language) -> dict[str, Response]:
    """All that is served besides the state, from memory: no request's path ever meets the disk."""
    folder = resources.files("sfund_sim.classroom").joinpath("pages")
    read = {name: folder.joinpath(name).read_text("utf-8") for name in _FILES}
    lang = "zh-CN" if language == "zh" else "en"
    texts = {
        "/": ("text/html", read["phone.html"].replace("LANG", lang)),
        "/teach": ("text/html", read["projector.html"].replace("LANG", lang)),
        "/words.js": ("text/javascript", words_script(language, stakes=stakes_in_words(stakes, language))),
        "/favicon.ico": ("image/x-icon", ""),
        **{f"/{name}": ("text/javascript", text) for name, text in read.items() if name.endswith(".js")},
        "/style.css": ("text/css", read["style.css"]),
    }
    return {path: Response(text, media_type=kind) for path, (kind, text) in texts.items()}
