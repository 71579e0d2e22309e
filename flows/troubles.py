"""What is said of a file that cannot be used as it is: which file, what is wrong, what to do. One sentence each, never blame."""

from collections.abc import Iterator, Mapping, Sequence

from flows.case import Case, Record
from flows.wording import mark, say

MOST_NAMED = 3  # entries of an archive that are named one by one
NAME = 60  # characters of a file's name in a sentence
MOST = 100  # files of one case; a folder is one
SENTENCES: Mapping[str, str] = {
    "unreadable": mark("{which} is damaged and cannot be read. Please ask for a fresh copy, or send a photo or screenshot of it."),
    "cut_short": mark("{which} ends too early, as if the sending had stopped half-way. Please send it once more."),
    "empty": mark("{which} is empty. Please send it once more, or ask whoever gave it to you for a fresh copy."),
    "locked": mark("{which} is locked with a password. Please save it without the password and send it again, or send photos of its pages."),
    "too_many_pixels": mark("{which} is a picture too large to open here. Please send it in a smaller size."),
    "too_many_frames": mark("{which} holds too many images to show here; it is kept as it came, and the doctors can ask for it. Please send the most important series by itself, too."),
    "too_many_pages": mark("{which} has too many pages to show here; it is kept as it came. Please send the most important pages by themselves, too."),
    "too_many_entries": mark("{which} holds too many files to open at once. Please pack it into several smaller ZIP files."),
    "bomb": mark("{which} grows far too large when it is unpacked, so I did not open it. Please send what is in it file by file."),
    "too_deep": mark("{which} holds archives within archives. Please unpack it and send what is inside."),
    "no_decoder": mark("{which} is safely kept, but I cannot show it here. If your clinic can export it as ordinary DICOM or JPEG, please send that, too."),
    "too_big_to_open": mark("{which} is too large to open here; it is kept as it came. Please send it in smaller parts, too."),
    "took_too_long": mark("{which} took too long to open. Please send it in smaller parts, or as pictures."),
    "crashed": mark("{which} could not be opened. Please send it in another form, for example as PDF or as photos."),
    "too_many": mark("{which} was not taken: a case can hold {most} files here."),
    "too_big": mark("{which} is over 20 MB, which Telegram does not let me fetch. The upload page takes it: press the button below."),
}  # fmt: skip
NOT_FETCHED = mark("{which} could not be fetched. Please send it once more.")
LOOKS: Mapping[str, str] = {
    "word": mark("{which} is a Word file, which the doctors cannot open safely. Please save or print it as PDF, or send photos of the pages."),
    "excel": mark("{which} is an Excel file, which the doctors cannot open safely. Please save or print it as PDF, or send a screenshot."),
    "powerpoint": mark("{which} is a PowerPoint file, which the doctors cannot open safely. Please save it as PDF."),
    "gif": mark("{which} is a GIF picture. Please send it as JPEG or PNG, or as a video if it moves."),
    "tiff": mark("{which} is a TIFF picture. Please send it as JPEG or PNG; an X-ray best as the original DICOM file."),
    "bmp": mark("{which} is a BMP picture. Please send it as JPEG or PNG."),
    "rar": mark("{which} is a RAR archive, which I cannot open. Please pack it as ZIP, or send what is in it file by file."),
    "7z": mark("{which} is a 7z archive, which I cannot open. Please pack it as ZIP, or send what is in it file by file."),
    "iso": mark("{which} is the image of a whole disc. Please send the DICOM folder on it as ZIP."),
    "html": mark("{which} is a web page. Please print it as PDF, or send a screenshot."),
    "text": mark("{which} is a text file. Please copy its words into a message here, or send it as PDF."),
}  # fmt: skip
OTHER = mark("{which} is of a kind I cannot open. I can take photos, PDF, DICOM, ZIP, videos and voice messages.")


def too_big(record: Record) -> bool:
    """Whether only the upload page can take it."""
    return _code(record.problem) == "too_big"


def sentence(case: Case, record: Record) -> str:
    """The one sentence about a file with a problem."""
    words = SENTENCES.get(_code(record.problem), NOT_FETCHED)
    if record.problem == "unknown_kind":
        words = LOOKS.get(str(record.facts.get("looks_like", "")), OTHER)
    return begun(say(case.language, words, **_values(case, record, words)))


def _code(problem: str) -> str:
    return "too_big" if problem == "file_too_big" else problem


def _values(case: Case, record: Record, words: str) -> dict[str, object]:
    values: dict[str, object] = {"which": called(case, record)}
    return values | {"most": MOST} if "{most}" in words else values


def refused_inside(case: Case, record: Record) -> Iterator[str]:
    """The entries of an archive that were left out, by name; the rest of it was taken."""
    refused = [one for one in record.facts.get("refused") or () if isinstance(one, Mapping)]
    if not refused:
        return
    language = case.language
    names = together([_quoted(str(one.get("name", "")), language) for one in refused[:MOST_NAMED]], language)
    more = max(0, len(refused) - MOST_NAMED) + int(record.facts.get("refused_more") or 0)
    left = say(language, "{names} and {n} more", names=names, n=more) if more else names
    yield say(
        language,
        "Within {which} I could not use {names}; the rest of it is taken. If one of them is a record, please send it as photo, PDF or DICOM.",
        which=called(case, record),
        names=left,
    )


def called(case: Case, record: Record) -> str:
    """A file as the owner knows it: by its name, its place in the album, or as the picture she has just sent."""
    language = case.language
    if record.name:
        return _quoted(record.name, language)
    mates = [one.unique for one in case.records if record.album and one.album == record.album]
    if len(mates) > 1:
        return say(language, "picture {n} of {total}", n=mates.index(record.unique) + 1, total=len(mates))
    words = {"photo": mark("the picture"), "video": mark("the video"), "voice": mark("the voice message")}
    return say(language, words.get(record.kind, mark("the file")))


def together(names: Sequence[str], language: str) -> str:
    """Names in one sentence."""
    return ("、" if language == "zh_Hant" else ", ").join(names)


def begun(sentence: str) -> str:
    """A sentence that begins with what a file is called, with its capital."""
    return sentence[:1].upper() + sentence[1:]


def _quoted(name: str, language: str) -> str:
    whole = name if len(name) <= NAME else f"{name[: NAME // 2]}…{name[-NAME // 2 + 1 :]}"
    return say(language, "“{name}”", name=whole)
